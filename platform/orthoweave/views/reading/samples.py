"""Bulk samples of a dataset of a published build, with what is known of their patients."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final, cast

import numpy as np
import pyarrow as pa

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.scales import logged_scale, shown_scale
from orthoweave.storage.published import Published
from orthoweave.views.expression import CellsByGenes, ExpressionView, Scale
from orthoweave.views.reading.expression import read_expression, rows_of_cells
from orthoweave.views.reading.kinds import Behind, ViewKind
from orthoweave.views.requests import ExpressionRequest, SamplesRequest
from orthoweave.views.samples import Panel, SamplesView

_LISTED: Final = 5


def read_samples(published: Published, request: SamplesRequest) -> SamplesView:
    """Read the samples of a dataset on its scale of logarithms, with phenotype and survival.

    Raises
    ------
    UnknownNameError
        If the build has no such dataset, or a panel has none of its genes.
    InputError
        If the dataset holds cells or spots, or a panel is named twice.
    """
    dataset = request.dataset
    stored = published.stored_scale(dataset)
    shown, logged = shown_scale(stored), logged_scale(stored)
    _check_kind(published, dataset)
    expression = ExpressionRequest(dataset, cast("Scale", shown.name))
    view = read_expression(published, expression, only=request.genes or None)
    values = view.values.toarray()
    notes = [f"values are {logged.unit}"]
    if logged is not shown:
        values = np.log2(values + 1, dtype=np.float32)
        notes = [f"values were {shown.unit}, and are {logged.unit}"]
    patients, facts = _of_samples(published, dataset, view.cells)
    texts, numbers = _phenotype(facts)
    months, event, endpoint, survival = _survival(published, dataset, view.cells)
    panels, missing = _panels(view, request.panels)
    names: dict[str, Any] = {one.name: getattr(view, one.name) for one in fields(CellsByGenes)}
    return SamplesView(
        **{**names, "scale": logged.name},
        values=values,
        patients=patients,
        text_names=tuple(texts),
        texts=_columns(texts, len(patients), object),
        number_names=tuple(numbers),
        numbers=_columns(numbers, len(patients), np.float64),
        months=months,
        event=event,
        endpoint=endpoint,
        panel_names=tuple(one.name for one in request.panels),
        panels=panels,
        notes=(*notes, survival, *missing),
    )


def _check_kind(published: Published, dataset: str) -> None:
    found = published.table("Cell", ["dataset", "kind"], [("dataset", "=", dataset)])
    kinds = sorted(set(found["kind"].to_pylist()))
    if kinds != ["sample"]:
        message = (
            f"{dataset!r} holds rows of kind {', '.join(kinds) or 'none'}, expected bulk samples: "
            "read it as expression, or ingest samples with the job samples"
        )
        raise InputError(message)


def _of_samples(
    published: Published, dataset: str, cells: np.ndarray
) -> tuple[np.ndarray, list[Mapping[str, Any]]]:
    """Return the patient of each sample, and the other facts on it."""
    names = ["id", "dataset", "patient", "metadata"]
    found = published.table("Cell", names, [("dataset", "=", dataset)])
    rows = found.take(rows_of_cells(dataset, pa.array(cells, pa.string()), found["id"]))
    patients = [
        patient or cell
        for patient, cell in zip(rows["patient"].to_pylist(), rows["id"].to_pylist(), strict=True)
    ]
    facts = [json.loads(text) if text else {} for text in rows["metadata"].to_pylist()]
    return np.array(patients, object), facts


def _phenotype(
    facts: Sequence[Mapping[str, Any]],
) -> tuple[dict[str, list[str | None]], dict[str, list[float]]]:
    """Return the columns of texts and those of numbers, by name; flags are numbers."""
    texts: dict[str, list[str | None]] = {}
    numbers: dict[str, list[float]] = {}
    for name in sorted({name for row in facts for name in row}):
        values = [row.get(name) for row in facts]
        if any(isinstance(value, str) for value in values):
            texts[name] = [None if value is None else str(value) for value in values]
        else:
            numbers[name] = [np.nan if value is None else float(value) for value in values]
    return texts, numbers


def _columns(named: Mapping[str, Sequence[Any]], n_rows: int, kind: Any) -> np.ndarray:
    """Return columns side by side, shape ``(n_rows, n_columns)``."""
    found = np.empty((n_rows, len(named)), kind)
    for at, values in enumerate(named.values()):
        found[:, at] = values
    return found


def _survival(
    published: Published, dataset: str, cells: np.ndarray
) -> tuple[np.ndarray, np.ndarray, str, str]:
    """Return months, events, the endpoint, and a line on them."""
    columns = ["from", "to", "months", "event", "unit", "endpoint"]
    rows = published.table("FOLLOWED_IN", columns, [("to", "=", dataset)]).to_pylist()
    number = {key: at for at, key in enumerate(cells)}
    months, event = np.full(len(cells), np.nan), np.zeros(len(cells), bool)
    for row in rows:
        months[number[row["from"]]] = row["months"]
        event[number[row["from"]]] = row["event"]
    note = f"survival of {len(rows):,} of {len(cells):,} samples, with {event.sum():,} events"
    if rows and rows[0]["unit"] != "months":
        note += f"; its times were in {rows[0]['unit']}, and are in months of 365.25/12 days"
    return months, event, next((row["endpoint"] or "" for row in rows), ""), note


def _panels(view: ExpressionView, asked: Sequence[Panel]) -> tuple[np.ndarray, list[str]]:
    """Return which genes are in each panel, and a line on each that has genes elsewhere only."""
    if len({one.name for one in asked}) < len(asked):
        message = "panels: a name stands twice; expected each once"
        raise InputError(message)
    symbols = {str(name): at for at, name in enumerate(view.symbols)}
    place = symbols | {str(key): at for at, key in enumerate(view.genes)}
    found, notes = np.zeros((len(asked), view.n_genes), bool), []
    for number, panel in enumerate(asked):
        missing = [text for text in panel.genes if text not in place]
        found[number, [place[text] for text in panel.genes if text in place]] = True
        listed = ", ".join(map(repr, missing[:_LISTED]))
        if not found[number].any():
            message = (
                f"panel {panel.name!r}: {view.dataset!r} measures none of its {len(missing):,} "
                f"genes ({listed}): give keys or symbols of {view.species}"
            )
            raise UnknownNameError(message)
        if missing:
            notes.append(
                f"panel {panel.name!r}: {len(missing):,} of {len(panel.genes):,} genes are not "
                f"measured, such as {listed}"
            )
    return found, notes


KIND: Final = ViewKind(
    SamplesRequest, SamplesView, read_samples, lambda request: Behind((request.dataset,))
)
