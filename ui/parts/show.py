"""Answers on the screen: tables, plots, notes and downloads."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import streamlit as st

from orthoweave.exports.answer_files import to_csv, to_parquet
from orthoweave.questions.answer import Answer, plain_columns
from orthoweave.questions.genes import species_name
from parts.text import md

if TYPE_CHECKING:  # slow to import, and not every screen has a plot
    import plotly.graph_objects as go

_ROWS: Final = 2000
_ROW_PX: Final = 35
_TALLEST: Final = 420
_PLOTLY: Final = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d"],
    "responsive": True,
}


def dark() -> bool:
    """Return whether the visitor uses the dark theme."""
    return st.context.theme.type == "dark"


def table(
    answer: Answer,
    key: str,
    *,
    hide: Sequence[str] = (),
    first: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
    select: bool = False,
) -> int | None:
    """Show an answer as a table with notes and downloads; return the row that was clicked.

    Parameters
    ----------
    hide
        Columns that only the download contains.
    first
        Columns that are shown first: a phone shows three or four.
    names
        Headings that differ from the names of the columns.
    select
        Whether a row can be clicked.
    """
    notes(answer)
    rows = plain_columns(answer.table)
    there = [name for name in rows.column_names if name not in hide]
    shown = sorted(there, key=lambda name: first.index(name) if name in first else len(first))
    types = {name: rows.schema.field(name).type for name in shown}
    data = rows.select(shown).slice(0, _ROWS).to_pandas()
    if "species" in shown:
        data["species"] = [species_name(key) if key else key for key in data["species"]]
    for name in shown:  # show an empty field, not the word None
        if pa.types.is_string(types[name]) or pa.types.is_null(types[name]):
            data[name] = data[name].fillna("")
    height = min(_TALLEST, _ROW_PX * (len(data) + 1) + 3)
    config = {name: _column((names or {}).get(name, name), types[name]) for name in shown}
    picked: int | None = None
    if select:
        event = st.dataframe(
            data,
            key=f"{key}_table",
            hide_index=True,
            height=height,
            column_config=config,
            on_select="rerun",
            selection_mode="single-row",
        )
        rows = event["selection"]["rows"]
        picked = int(rows[0]) if rows and rows[0] < len(data) else None
    else:
        st.dataframe(data, key=f"{key}_table", hide_index=True, height=height, column_config=config)
    if len(answer) > _ROWS:
        st.caption(
            f"The first {_ROWS:,} of {len(answer):,} rows are shown; the download contains all."
        )
    downloads(answer, key)
    return picked


def plot(figure: "go.Figure", key: str, *, select: bool = False) -> Any:
    """Show a figure; return the event of a click if points can be selected."""
    if select:
        return st.plotly_chart(
            figure,
            key=key,
            theme="streamlit",
            config=_PLOTLY,
            on_select="rerun",
            selection_mode="points",
        )
    st.plotly_chart(figure, key=key, theme="streamlit", config=_PLOTLY)
    return None


def notes(answer: Answer) -> None:
    """Show the notes of an answer, and a warning if it was cut."""
    for note in answer.notes:
        st.info(md(note, 1000), icon=":material/info:")
    if answer.truncated:
        st.warning(md(answer.cut[0].upper() + answer.cut[1:], 1000), icon=":material/content_cut:")


def downloads(answer: Answer, key: str) -> None:
    """Show buttons that download the answer as CSV or Parquet, with its provenance."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", answer.title).strip("-").lower()[:60] or "orthoweave"
    with st.container(horizontal=True, key=f"{key}_downloads"):
        st.download_button(
            "CSV",
            lambda: to_csv(answer),
            f"{name}.csv",
            "text/csv",
            key=f"{key}_csv",
            on_click="ignore",
            icon=":material/download:",
            type="tertiary",
        )
        st.download_button(
            "Parquet",
            lambda: to_parquet(answer),
            f"{name}.parquet",
            "application/vnd.apache.parquet",
            key=f"{key}_parquet",
            on_click="ignore",
            icon=":material/download:",
            type="tertiary",
        )


def _column(name: str, kind: pa.DataType) -> Any:
    label = name.replace("_", " ")
    if pa.types.is_floating(kind):
        return st.column_config.NumberColumn(label, format="%.3g")
    if pa.types.is_list(kind):
        return st.column_config.ListColumn(label)
    return st.column_config.Column(label)
