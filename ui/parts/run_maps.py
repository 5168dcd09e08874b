"""Predictions of a run on the map of a dataset, beside what the authors call the cells."""

from collections.abc import Sequence
from dataclasses import dataclass

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

ABSTAINED, MISSING, UNMEASURED = "abstained", "no prediction", "not measured"
VERDICTS = ("near", "far", "outside")
WAYS = {"label": "label", "probability": "probability", "verdict": "verdict"}
EXPRESSION = ""

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells of a map, with their places and predictions, in one order."""

    sample: CellSample
    places: np.ndarray
    """Shape ``(n_cells, 2)``."""
    rows: list[Row]

    @property
    def authors(self) -> list[str | None]:
        """Names that the authors give the cells, None for none."""
        return [_text(row["author_name"] or row["author_label"]) for row in self.rows]

    @property
    def predicted(self) -> list[str]:
        """Names that the run gives the cells, or that it abstained."""
        return [_predicted(row) for row in self.rows]

    def downloads(self, key: str, title: str, values: Sequence[object] | np.ndarray) -> None:
        """Show the downloads of a map."""
        table = base().cell_map_table(self.sample, self.places, title, values)
        show.downloads(table, key)


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
    _pair(_Cells(sample, places, _aligned(predictions.table, sample)), way)
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


def _pair(cells: _Cells, way: str) -> None:
    named = [name for name in cells.predicted if name not in {ABSTAINED, MISSING}]
    order = categories([*cells.authors, *named])
    hovers = [_hover(row, name) for row, name in zip(cells.rows, cells.predicted, strict=True)]
    left, right = st.columns(2)
    with left:
        st.markdown("**Authors**")
        figure = map_by_category(
            cells.places,
            cells.authors,
            order=order,
            quiet=[NO_LABEL],
            hovers=hovers,
            dark=show.dark(),
        )
        show.plot(figure, "map_authors")
        cells.downloads("map_authors", "author", cells.authors)
    with right:
        st.markdown(f"**Run, by {WAYS[way]}**")
        if way == "probability":
            _amounts(cells)
        else:
            _names(cells, way, order, hovers)


def _amounts(cells: _Cells) -> None:
    amounts = np.array([row["probability"] for row in cells.rows], float)
    figure = map_by_amount(cells.places, amounts, title="probability", dark=show.dark())
    show.plot(figure, "map_predicted")
    cells.downloads("map_predicted", "predicted probability", amounts)


def _names(cells: _Cells, way: str, order: Sequence[str], hovers: Sequence[str]) -> None:
    names: list[str] = cells.predicted
    if way == "verdict":
        names = [_text(row["verdict"]) or UNMEASURED for row in cells.rows]
        order = VERDICTS
    figure = map_by_category(
        cells.places,
        names,
        order=order,
        quiet=[ABSTAINED, MISSING, UNMEASURED],
        hovers=hovers,
        dark=show.dark(),
    )
    show.plot(figure, "map_predicted")
    cells.downloads("map_predicted", f"predicted {way}", names)


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
