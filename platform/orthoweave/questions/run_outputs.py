"""Predictions of a run by cell, as a table, and its arrays."""

from orthoweave.errors import UnknownNameError
from orthoweave.questions.answer import Answer
from orthoweave.questions.session import Session
from orthoweave.storage.run_outputs import (
    PREDICTIONS_FILE,
    KeyedArray,
    array_names,
    read_array,
    read_predictions,
)
from orthoweave.views.reading.run_results import tables_of_run


def predictions(session: Session, run: str) -> Answer:
    """List the predictions of a run, a row for each cell, also where it abstained.

    Returns
    -------
    Answer
        ``cell``, ``label`` (the most probable), ``probability``, ``verdict`` (``near``, ``far``,
        ``outside`` or null), ``abstained``, ``value`` (a predicted number, or null).

    Raises
    ------
    UnknownNameError
        If the build has no such run, or it has no predictions.
    """
    tables = tables_of_run(session.published, run)
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
    abstained = sum(rows["abstained"].to_pylist())
    note = f"{abstained:,} of {rows.num_rows:,} cells are without a name: the model abstained"
    title = f"Predictions of {tables.source.name}"
    return session.answer(rows, title, "predictions", {"run": run}, (note,) if abstained else ())


def array(session: Session, run: str, name: str) -> KeyedArray:
    """Return an array that a run has written, with the keys of its rows and columns.

    Raises
    ------
    UnknownNameError
        If the build has no such run, or it has no such array; the message lists those it has.
    """
    tables = tables_of_run(session.published, run)
    found = read_array(tables, name)
    if found is None:
        known = ", ".join(array_names(tables)) or "none"
        message = f"run {run!r} has no array {name!r}: expected one of {known}"
        raise UnknownNameError(message)
    return found
