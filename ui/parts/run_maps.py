"""Predictions of a run on the map of a dataset, beside what the authors call the cells."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from orthoweave.charts.escape import plain
from orthoweave.charts.map import NO_LABEL, categories, map_by_amount, map_by_category
from orthoweave.ids import cell_key
from orthoweave.questions.answer import Answer
from orthoweave.search.cell_sample import CellSample
from parts import show
from parts.base import base
from parts.cells_map import METHODS, sample_of
from parts.state import write_state
from parts.text import md

if TYPE_CHECKING:  # slow to import
    import plotly.graph_objects as go

ABSTAINED, MISSING = "abstained", "no prediction"
WAYS = {"label": "label", "probability": "probability", "verdict": "verdict"}
EXPRESSION = ""

Row = dict[str, object]
Values = Sequence[object] | np.ndarray


def prediction_maps(run: str, predictions: Answer, spaces: Sequence[str]) -> None:
    """Show two maps of the same cells: by the authors' types, and by the predictions.

    Parameters
    ----------
    spaces
        Spaces of cells that the run wrote, by which the map can be drawn.
    """
    datasets = sorted({str(name) for name in predictions.table["dataset"].unique().to_pylist()})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        dataset = _chosen("Dataset", {name: name for name in datasets}, "map", run)
        method = _chosen("Layout", METHODS, "drawn", run)
        way = _chosen("Predictions by", WAYS, "by", run)
        drawn = {EXPRESSION: "expression", **{name: f"vectors {name}" for name in spaces}}
        space = _chosen("Drawn from", drawn, "space", run) if spaces else EXPRESSION
    kb = base()
    sample = sample_of(kb.manifest.build, dataset)
    with st.spinner("Computing the map. This takes up to a minute the first time."):
        places = kb.cell_map(sample, "pca" if method == "pca" else "umap", space=space or None)
    rows = _aligned(predictions.table, sample)
    _pair(sample, places, rows, way)
    if note := sample.note():
        st.caption(f"These maps show {md(note)}.")
    st.caption("Do not interpret distances between groups or the sizes of groups on this map.")


def _chosen(label: str, names: dict[str, str], state: str, run: str) -> str:
    """Show a choice whose value is in the address; the first is the default."""
    keys = list(names)
    asked = st.query_params.get(state, "")
    found = st.selectbox(
        label,
        keys,
        keys.index(asked) if asked in keys else 0,
        format_func=lambda key: names[key],
        key=f"run_{state}_{run}",
    )
    write_state(**{state: "" if found == keys[0] else found})
    return found


def _aligned(table: pa.Table, sample: CellSample) -> list[Row]:
    """Return the prediction of each cell of a sample, in its order; empty for cells without one."""
    keys = pa.array([cell_key(sample.dataset, name) for name in sample.barcodes], pa.string())
    at = pc.index_in(keys, value_set=table["cell"])
    rows: list[Row] = table.take(at).to_pylist()
    for row, barcode in zip(rows, sample.barcodes, strict=True):
        row["barcode"] = barcode
    return rows


def _pair(sample: CellSample, places: np.ndarray, rows: list[Row], way: str) -> None:
    authors = [_text(row["author_name"] or row["author_label"]) for row in rows]
    predicted = [_predicted(row) for row in rows]
    order = categories(
        [*authors, *(name for name in predicted if name not in {ABSTAINED, MISSING})]
    )
    hovers = [_hover(row, name) for row, name in zip(rows, predicted, strict=True)]
    left, right = st.columns(2)
    with left:
        st.markdown("**Authors**")
        figure = map_by_category(
            places, authors, order=order, quiet=[NO_LABEL], hovers=hovers, dark=show.dark()
        )
        show.plot(figure, "map_authors")
        _download(sample, places, "authors", authors)
    with right:
        st.markdown(f"**Run, by {WAYS[way]}**")
        if way == "probability":
            amounts = np.array([row["probability"] for row in rows], float)
            figure = map_by_amount(places, amounts, title="probability", dark=show.dark())
            _shown(figure, sample, places, way, amounts)
            return
        names = predicted
        if way == "verdict":
            names = [_text(row["verdict"]) or "not measured" for row in rows]
            order = ["near", "far", "outside"]
        quiet = [ABSTAINED, MISSING, "not measured"]
        figure = map_by_category(
            places, names, order=order, quiet=quiet, hovers=hovers, dark=show.dark()
        )
        _shown(figure, sample, places, way, names)


def _shown(
    figure: "go.Figure", sample: CellSample, places: np.ndarray, way: str, values: Values
) -> None:
    show.plot(figure, "map_predicted")
    _download(sample, places, f"predicted {way}", values)


def _download(sample: CellSample, places: np.ndarray, title: str, values: Values) -> None:
    key = "map_authors" if title == "authors" else "map_predicted"
    show.downloads(base().cell_map_table(sample, places, title, values), key)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _predicted(row: Row) -> str:
    if row["abstained"] is None:
        return MISSING
    return ABSTAINED if row["abstained"] else str(row["name"] or MISSING)


def _hover(row: Row, predicted: str) -> str:
    probability = row["probability"]
    said = f"predicted: {plain(predicted, 50)}"
    if predicted == ABSTAINED and row["name"] is not None:
        said += f", most probable {plain(row['name'], 50)}"
    if isinstance(probability, float):
        said += f" ({probability:.2f})"
    verdict = f"<br>verdict: {plain(row['verdict'])}" if row["verdict"] else ""
    authors = plain(row["author_name"] or row["author_label"] or NO_LABEL, 50)
    return f"{plain(row['barcode'], 50)}<br>authors: {authors}<br>{said}{verdict}"
