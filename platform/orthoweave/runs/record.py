"""Check the results of a model and write them as tables: the Run node and the facts."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orthoweave.errors import SchemaError
from orthoweave.models.base import ModelCard, ModelResult, Score
from orthoweave.schema import Schema
from orthoweave.storage.tableset import TableWriter
from orthoweave.version import VERSION


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
