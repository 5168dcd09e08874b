"""The runs of models whose results are in a published build."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import pyarrow as pa

from orthoweave.queries.answer import Answer, table_of
from orthoweave.queries.gateway import Gateway
from orthoweave.tables.manifest import Manifest

_RUNS: Final = """
MATCH (r:Run)
RETURN r.id AS run, r.model AS model, r.seed AS seed, r.seconds AS seconds,
       r.code_version AS code_version, r.view_digest AS view_digest, r.settings AS settings,
       r.metrics AS metrics, r.measures AS measures, r.views AS views, r.notes AS notes
ORDER BY run
"""
SCORES: Final = pa.schema(
    [("run", pa.string()), ("model", pa.string()), ("metric", pa.string()),
     ("context", pa.string()), ("of", pa.string()), ("role", pa.string()),
     ("value", pa.float64()), ("low", pa.float64()), ("high", pa.float64())]
)  # fmt: skip
_ENDS: Final = ("value", "low", "high")
_EMPTY: Final = pa.schema([("run", pa.string()), ("model", pa.string())])


class Asked(Protocol):
    """What this question needs of a knowledge base."""

    @property
    def gateway(self) -> Gateway:
        """The way to its graph."""

    @property
    def manifest(self) -> Manifest:
        """Its published build."""


def runs(kb: Asked) -> Answer:
    """List the runs with model, seed, settings, metrics and measures, these three as JSON."""
    provenance = {
        "build": kb.manifest.build,
        "query": "runs",
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    has = kb.manifest.counts.get("Run", 0) > 0
    table = kb.gateway.ask(_RUNS).table if has else _EMPTY.empty_table()
    return Answer(table, "Runs of models", provenance=provenance)


def run_scores(kb: Asked) -> Answer:
    """List the scores of all runs, each beside its baselines and its control.

    A run without a score has one row, without metric: it claims none.
    """
    listed = runs(kb)
    rows = [
        {"run": run["run"], "model": run["model"], **row}
        for run in listed.rows()
        for row in _scores(json.loads(str(run["metrics"]))) or [{}]
    ]
    return replace(listed, table=table_of(rows, SCORES), title="Scores of runs")


def _scores(metrics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for score in metrics:
        about = {"metric": score["metric"], "context": score["context"]}
        parts = [("the model", "model", score)]
        parts += [(name, "baseline", other) for name, other in score["baselines"].items()]
        parts.append((score["control_name"], "control", score["control"]))
        found += [
            {**about, "of": of, "role": role, **{end: part[end] for end in _ENDS}}
            for of, role, part in parts
        ]
    return found
