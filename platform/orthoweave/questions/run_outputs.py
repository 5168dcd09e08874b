"""Predictions of a run by cell, beside what the authors called the cells, and its arrays."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orthoweave.errors import UnknownNameError
from orthoweave.questions.answer import Answer
from orthoweave.questions.runs import find_run, source_of
from orthoweave.questions.session import Session
from orthoweave.storage.run_outputs import (
    PREDICTIONS_FILE,
    KeyedArray,
    array_names,
    read_array,
    read_predictions,
)
from orthoweave.storage.tableset import TableSet
from orthoweave.views.reading.run_results import tables_of_run


def predictions(session: Session, run: str) -> Answer:
    """List the predictions of a run, a row for each cell, also where it abstained.

    Returns
    -------
    Answer
        ``cell``, ``label`` (the most probable), ``name`` (of that cell type), ``probability``,
        ``verdict`` (``near``, ``far``, ``outside`` or null), ``abstained``, ``value`` (a predicted
        number, or null), ``author_label``, ``author_type`` and ``author_name`` (null where the
        authors say nothing), ``dataset``.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        If the build has no such run, or several, or it has no predictions.
    """
    tables = _tables(session, run)
    rows = read_predictions(tables)
    if rows is None:
        having = [
            source.name
            for source in session.manifest.sources
            if source.job.startswith("run ") and PREDICTIONS_FILE in source.counts
        ]
        message = (
            f"run {run!r} has no predictions of cells: expected one of "
            f"{', '.join(having) or 'none'}"
        )
        raise UnknownNameError(message)
    abstained = pc.sum(rows["abstained"]).as_py() or 0
    note = f"{abstained:,} of {rows.num_rows:,} cells are without a name: the model abstained"
    title = f"Predictions of {tables.source.name}"
    asked = {"run": tables.source.name}
    notes = (note,) if abstained else ()
    return session.answer(_joined(session, rows), title, "predictions", asked, notes)


def array(session: Session, run: str, name: str) -> KeyedArray:
    """Return an array that a run has written, with the keys of its rows and columns.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        If the build has no such run, or several, or it has no such array; the message lists those
        it has.
    """
    tables = _tables(session, run)
    found = read_array(tables, name)
    if found is None:
        known = ", ".join(array_names(tables)) or "none"
        message = f"run {run!r} has no array {name!r}: expected one of {known}"
        raise UnknownNameError(message)
    return found


def _tables(session: Session, run: str) -> TableSet:
    return tables_of_run(session.published, source_of(str(find_run(session, run)["run"])))


def _joined(session: Session, rows: pa.Table) -> pa.Table:
    """Return predictions with the names of their types and what the authors said of the cells."""
    published, names = session.published, session.cell_types.names
    cells = published.table("Cell", ["id", "dataset", "author_label"])
    typed = published.table("HAS_TYPE", ["from", "to", "by"], [("by", "=", "author")])
    at_cell = pc.index_in(rows["cell"], value_set=cells["id"])
    author_type = typed["to"].take(pc.index_in(rows["cell"], value_set=typed["from"]))
    columns: dict[str, Any] = {name: rows[name] for name in ("cell", "label")}
    columns["name"] = _named(rows["label"], names)
    columns |= {name: rows[name] for name in ("probability", "verdict", "abstained", "value")}
    columns["author_label"] = cells["author_label"].take(at_cell)
    columns["author_type"] = author_type
    columns["author_name"] = _named(author_type, names)
    columns["dataset"] = cells["dataset"].take(at_cell)
    return pa.table(columns)


def _named(keys: pa.ChunkedArray, names: dict[str, str]) -> pa.Array:
    """Return the name of each cell type, the text itself where it is none."""
    coded = keys.combine_chunks().cast(pa.string()).dictionary_encode()
    shown = [names.get(key, key) for key in coded.dictionary.to_pylist()]
    return pa.array(shown, pa.string()).take(coded.indices)
