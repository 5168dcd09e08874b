"""Everything that is known of a run, in one table: settings, scores, origin and what it wrote."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from orthoweave.errors import OrthoweaveError
from orthoweave.jobs.depends import sources_behind
from orthoweave.models.code import CODE_DEPENDENCY
from orthoweave.options import value_text
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.runs import find_run, score_rows, source_of
from orthoweave.questions.session import Session
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.manifest import BuiltSource
from orthoweave.storage.run_outputs import PREDICTIONS_FILE, array_names, run_spaces
from orthoweave.storage.tableset import TableSet, read_tableset
from orthoweave.storage.weights_named import WEIGHTS_DEPENDENCY

DETAILS: Final = pa.schema([("part", pa.string()), ("name", pa.string()), ("value", pa.string())])
UP_TO_DATE: Final = "up to date"
_Row = tuple[str, str, object]


def run_details(session: Session, run: str, changes: Sequence[str] | None) -> Answer:
    """Return what is known of a run.

    Parameters
    ----------
    run
        The run, as `find_run` takes it.
    changes
        What has changed since it was made, in words; None if that is not known.

    Returns
    -------
    Answer
        ``part`` (*run*, *state*, *setting*, *note*, *measure*, *score*, *baseline*, *control*,
        *read*, *view*, *weights*, *wrote*), ``name`` and ``value``.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        If the build has no such run, or several; the message lists those it has.
    """
    node = find_run(session, run)
    name = source_of(str(node["run"]))
    source = built_source(session, name)
    entry = _entry(session, source)
    tables = read_tableset(session.layout.tables / source.tables_digest)
    rows: list[_Row] = [
        *_about(node, source, entry),
        *(("state", "out of date" if changes else "", text) for text in _state(changes)),
        *(("setting", key, value_text(value)) for key, value in _json(node, "settings")),
        *(("note", "", text) for text in node["notes"] or ()),
        *(("measure", key, value) for key, value in _json(node, "measures")),
        *_scores(json.loads(node["metrics"] or "[]")),
        *_read(session, name, entry),
        *(("view", key, value) for key, value in _json(node, "views")),
        *_weights(tables, entry),
        *_wrote(tables),
    ]
    table = table_of([dict(zip(DETAILS.names, _texts(row), strict=True)) for row in rows], DETAILS)
    return session.answer(table, f"Run {name}", "run_details", {"run": name})


def built_source(session: Session, name: str) -> BuiltSource:
    """Return the source of a run in the build."""
    return next(source for source in session.manifest.sources if source.name == name)


def _entry(session: Session, source: BuiltSource) -> Entry | None:
    """Return the ledger's entry of a source of the build; None if it cannot be read."""
    try:
        return Ledger(session.layout.ledger).find(source.name, source.version)
    except OrthoweaveError:
        return None


def _texts(row: _Row) -> tuple[str, str, str]:
    part, name, value = row
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return part, name, text


def _about(node: Mapping[str, Any], source: BuiltSource, entry: Entry | None) -> Iterator[_Row]:
    yield "run", "key", node["run"]
    yield "run", "model", node["model"]
    yield "run", "seed", node["seed"]
    if node["seconds"] is not None:
        yield "run", "seconds", node["seconds"]
    yield "run", "code", f"orthoweave {node['code_version']}"
    yield "run", "license", source.license
    if entry is not None:
        yield "run", "recorded", entry.recorded


def _state(changes: Sequence[str] | None) -> Sequence[str]:
    if changes is None:
        return ("not known: the ledger cannot be read",)
    return changes or (UP_TO_DATE,)


def _json(node: Mapping[str, Any], column: str) -> list[tuple[str, object]]:
    return sorted(json.loads(node[column] or "{}").items())


def _scores(metrics: Sequence[Mapping[str, Any]]) -> Iterator[_Row]:
    for row in score_rows(metrics):
        if row["role"] == "model":
            yield "score", row["metric"], f"{_interval(row)}; {row['context']}"
            continue
        value = _interval(row)
        if row["difference"] is not None:
            value += f"; difference {_interval(row, 'difference', 'difference_')}"
        yield row["role"], f"{row['metric']}: {row['of']}", value


def _interval(row: Mapping[str, Any], name: str = "value", ends: str = "") -> str:
    return f"{row[name]:.3g} ({row[f'{ends}low']:.3g} to {row[f'{ends}high']:.3g})"


def _read(session: Session, own: str, entry: Entry | None) -> Iterator[_Row]:
    """Yield what the run read, with the sources of the build that hold it."""
    upstream = [
        read_tableset(session.layout.tables / source.tables_digest)
        for source in session.manifest.sources
        if source.name != own
    ]
    for name in entry.depends if entry is not None else ():
        behind = sources_behind(name, upstream)
        if behind is not None:
            listed = (f"{one.source.name} {one.source.version}" for one in behind)
            yield "read", name, ", ".join(sorted(listed)) or "nothing of this build"
        elif name.startswith(CODE_DEPENDENCY):
            yield "read", name, entry.depends[name] if entry is not None else ""


def _weights(tables: TableSet, entry: Entry | None) -> Iterator[_Row]:
    if tables.weights:
        yield "weights", "holds", tables.weights
    for name, digest in entry.depends.items() if entry is not None else ():
        if name.startswith(WEIGHTS_DEPENDENCY):
            yield "weights", name.removeprefix(WEIGHTS_DEPENDENCY), digest


def _wrote(tables: TableSet) -> Iterator[_Row]:
    spaces = run_spaces(tables)
    for space, about in spaces.items():
        size = f"{tables.counts[space]:,} of {tables.vectors[space]['dimension']} numbers"
        yield "wrote", f"vectors {space}", f"{size}, by {about.of}"
    arrays = array_names(tables)
    for name, count in tables.counts.items():
        if name == PREDICTIONS_FILE:
            yield "wrote", "predictions", f"{count:,} cells"
        elif name.removeprefix("array-") in arrays:
            yield "wrote", f"array {name.removeprefix('array-')}", f"{count:,} rows"
        elif name not in spaces and name != "Run":
            yield "wrote", name, f"{count:,} rows"
