"""The runs of models whose results are in a published build."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pyarrow as pa

from orthoweave.errors import UnknownNameError
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.session import Session

_RUNS: Final = """
MATCH (r:Run)
RETURN r.id AS run, r.model AS model, r.seed AS seed, r.seconds AS seconds,
       r.code_version AS code_version, r.view_digest AS view_digest, r.settings AS settings,
       r.metrics AS metrics, r.measures AS measures, r.views AS views, r.notes AS notes
ORDER BY run
"""
SCORE: Final = pa.schema(
    [
        ("metric", pa.string()),
        ("context", pa.string()),
        ("of", pa.string()),
        ("role", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("difference", pa.float64()),
        ("difference_low", pa.float64()),
        ("difference_high", pa.float64()),
    ]
)
SCORES: Final = pa.schema([("run", pa.string()), ("model", pa.string()), *SCORE])
_ENDS: Final = ("value", "low", "high")
_EMPTY: Final = pa.schema([("run", pa.string()), ("model", pa.string())])


def runs(session: Session) -> Answer:
    """List the runs with model, seed, settings, metrics and measures, these three as JSON."""
    has = session.manifest.counts.get("Run", 0) > 0
    table = session.gateway.ask(_RUNS).table if has else _EMPTY.empty_table()
    return session.answer(table, "Runs of models", "runs")


def run_scores(session: Session, run: str | None = None) -> Answer:
    """List the scores of all runs or of one, each beside its baselines and its control.

    A run without a score has one row, without a metric.

    Parameters
    ----------
    run
        Key of a run, or the name of its source: ``run:NAME@VERSION`` or ``NAME``. All if None.

    Raises
    ------
    UnknownNameError
        If the build has no such run.
    """
    listed = runs(session)
    chosen = [one for one in listed.rows() if run is None or _is(str(one["run"]), run)]
    if run is not None and not chosen:
        message = f"no run {run!r} in this build: `orthoweave runs` lists those that exist"
        raise UnknownNameError(message)
    rows = [
        {"run": one["run"], "model": one["model"], **row}
        for one in chosen
        for row in score_rows(json.loads(str(one["metrics"]))) or [{}]
    ]
    title = "Scores of runs" if run is None else f"Scores of {chosen[0]['run']}"
    return replace(listed, table=table_of(rows, SCORES), title=title)


def _is(key: str, text: str) -> bool:
    return text in (key, key.removeprefix("run:").rpartition("@")[0])


def score_rows(metrics: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each score, then for each of its baselines and its control.

    `difference` is the model minus that baseline or control, paired, where it was measured.
    """
    found = []
    for score in metrics:
        about = {"metric": score["metric"], "context": score["context"]}
        parts = [(score.get("of", "the model"), "model", score)]
        parts += [(name, "baseline", other) for name, other in score["baselines"].items()]
        parts.append((score["control_name"], "control", score["control"]))
        beside = score.get("differences") or {}
        found += [
            {**about, "of": of, "role": role, **{end: part[end] for end in _ENDS}}
            | paired_difference({} if role == "model" else beside.get(of))
            for of, role, part in parts
        ]
    return found


def paired_difference(found: Mapping[str, float] | None, prefix: str = "") -> dict[str, Any]:
    """Return the columns of a paired difference, all None where there is none."""
    names = (f"{prefix}difference{end}" for end in ("", "_low", "_high"))
    return {name: (found or {}).get(end) for name, end in zip(names, _ENDS, strict=True)}
