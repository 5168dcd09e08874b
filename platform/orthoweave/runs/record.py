"""Check the results of a model and record them: the Run node, the facts and the ledger's entry."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orthoweave.errors import SchemaError, UsageError
from orthoweave.models.base import Estimate, Model, ModelCard, ModelResult, Score
from orthoweave.runs.identity import Identity
from orthoweave.runs.outputs import DatasetKeys, write_outputs
from orthoweave.schema import Schema, read_schema
from orthoweave.storage.durable import pending_folder, publish_folder
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.tableset import TableSet, TableWriter, read_tableset
from orthoweave.version import VERSION


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything that is recorded of a run or a training."""

    job: str
    """Name of the ledger's job, such as ``run cell_text``."""
    model: Model[Any, Any]
    identity: Identity
    result: ModelResult
    depends: Mapping[str, str]
    seconds: float | None
    """Wall time; None if it is not known."""
    weights: str = ""
    """Digest of the weights that the source holds."""
    inputs: tuple[Mapping[str, Any], ...] = ()
    """Files that it was read from, if any."""
    keys: Mapping[str, DatasetKeys] = field(default_factory=dict)
    """Keys of the datasets that it read, which its vectors, predictions and arrays may have."""


def known_entry(ledger: Ledger, identity: Identity, job: str) -> Entry | None:
    """Return the active entry of the same run; None if it has to be made.

    Parameters
    ----------
    job
        Prefix of the jobs that it may replace.

    Raises
    ------
    UsageError
        If the name is taken by a source of another kind.
    """
    known = ledger.find(identity.source.name)
    if known is not None and not known.job.startswith(job):
        message = (
            f"the name {known.name!r} is taken by a source of job {known.job!r}, which a "
            f"{'run' if job.startswith('run') else 'training'} must not replace: choose another "
            "--name"
        )
        raise UsageError(message)
    same = known is not None and known.input_digest == identity.input_digest
    return known if same else None


def write_run(layout: Layout, recording: Recording) -> tuple[TableSet, Entry]:
    """Write the tables of a run and make its entry the active one; hold the lock meanwhile.

    Raises
    ------
    SchemaError
        If the result holds rows that the run may not write.
    """
    schema, identity, result = read_schema(), recording.identity, recording.result
    with pending_folder(layout.tables, identity.source.name) as folder:
        with TableWriter(folder, schema, identity.source) as out:
            node = run_node(
                identity.key,
                recording.model.name,
                result,
                config_text=identity.config_text,
                seed=json.loads(identity.config_text)["seed"],
                views=identity.view_digests,
                view_digest=identity.view_digest,
            )
            out.write("Run", node)
            write_result(out, schema, recording.model.card, identity.key, result)
            write_outputs(out, recording.model.name, result, recording.keys)
            if recording.weights:
                out.name_weights(recording.weights)
            digest = out.finish()
        publish_folder(folder, layout.tables / digest)
    tables = read_tableset(layout.tables / digest)
    entry = _entry(recording, tables)
    Ledger(layout.ledger).record(entry)
    return tables, entry


def _entry(recording: Recording, tables: TableSet) -> Entry:
    identity, source = recording.identity, recording.identity.source
    views = identity.view_digests
    inputs: list[dict[str, Any]] = [{"view": name, "sha256": views[name]} for name in views]
    inputs += [dict(item) for item in recording.inputs]
    if recording.seconds is not None:
        inputs.append({"seconds": round(recording.seconds, 3)})
    return Entry(
        source.name,
        source.version,
        recording.job,
        identity.input_digest,
        dict(recording.depends),
        json.loads(identity.config_text),
        inputs,
        tables.digest,
        tables.counts,
        source.license,
        source.title,
        source.url,
    )


def metrics(scores: tuple[Score, ...]) -> list[dict[str, Any]]:
    """Return scores as values for JSON, each with its baselines and its control.

    Each has `metric`, `of`, `context`, `value`, `low`, `high`, `control_name`, and `baselines`,
    `control` and `differences`, these three with `value`, `low`, `high`.
    """
    return [
        {
            "metric": score.metric,
            "of": score.of,
            "context": score.context,
            **asdict(score.estimate),
            "baselines": {name: asdict(other) for name, other in score.baselines.items()},
            "control": asdict(score.control),
            "control_name": score.control_name,
            "differences": {name: asdict(other) for name, other in score.differences.items()},
        }
        for score in scores
    ]


def metrics_json(scores: tuple[Score, ...]) -> str:
    """Return the metrics of scores as JSON with sorted names."""
    return json.dumps(metrics(scores), sort_keys=True)


def scores_of(values: Sequence[Mapping[str, Any]]) -> tuple[Score, ...]:
    """Return the scores of `metrics`.

    Raises
    ------
    UsageError, KeyError, TypeError, AttributeError
        If they are not of that form.
    """
    return tuple(
        Score(
            str(one["metric"]),
            str(one["context"]),
            _estimate(one),
            {str(name): _estimate(other) for name, other in one["baselines"].items()},
            _estimate(one["control"]),
            str(one["control_name"]),
            {str(name): _estimate(other) for name, other in one["differences"].items()},
            str(one["of"]),
        )
        for one in values
    )


def _estimate(value: Mapping[str, Any]) -> Estimate:
    return Estimate(*(float(value[name]) for name in ("value", "low", "high")))


def run_node(
    key: str,
    model: str,
    result: ModelResult,
    *,
    config_text: str,
    seed: int,
    views: Mapping[str, str],
    view_digest: str,
) -> pa.Table:
    """Return the row of the table Run, without the wall time, which differs each time.

    Parameters
    ----------
    views
        Digest of each view that the run read, by its name.
    """
    row: dict[str, Any] = {
        "id": key,
        "model": model,
        "settings": config_text,
        "seed": seed,
        "view_digest": view_digest,
        "code_version": VERSION,
        "metrics": metrics_json(result.scores),
        "measures": json.dumps(dict(result.measures), sort_keys=True),
        "views": json.dumps(dict(views), sort_keys=True),
        "notes": list(result.notes),
    }
    kinds = {"seed": pa.int64(), "notes": pa.list_(pa.string())}
    return pa.table(
        {name: pa.array([value], kinds.get(name, pa.string())) for name, value in row.items()}
    )


def write_result(
    out: TableWriter, schema: Schema, card: ModelCard, key: str, result: ModelResult
) -> None:
    """Write a model's tables after checking that all rows are its own.

    Raises
    ------
    SchemaError
        If the card does not name a table, runs may not write it, or rows carry another name than
        this run's.
    """
    for name, rows in result.tables.items():
        table = schema.table(name)
        if not table.derived or name == "Run" or name not in card.writes:
            message = (
                f"a model returned {name}: expected tables of its card "
                f"({', '.join(card.writes)}) that runs may write (`derived` in graph_schema/)"
            )
            raise SchemaError(message)
        _check_names(name, rows, key)
        if rows.num_rows:
            out.write(name, rows)


def _check_names(name: str, rows: pa.Table, key: str) -> None:
    """Check that rows name this run and that new nodes have keys below its own."""
    for column in ("run", "by"):
        if column in rows.column_names and not _all(pc.equal(rows[column], key)):
            message = f"{name}.{column}: expected {key!r} throughout, found another name in it"
            raise SchemaError(message)
    if "id" in rows.column_names and not _all(pc.starts_with(rows["id"], f"{key}/")):
        message = f"{name}.id: expected keys that begin with {key + '/'!r}, found others"
        raise SchemaError(message)


def _all(truths: pa.ChunkedArray) -> bool:
    return pc.all(truths, skip_nulls=False).as_py() is not False and truths.null_count == 0
