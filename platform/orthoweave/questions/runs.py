"""The runs of models whose results are in a published build."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pyarrow as pa

from orthoweave.errors import AmbiguousNameError, UnknownNameError
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
_LISTED: Final = 10
_EMPTY: Final = pa.schema([("run", pa.string()), ("model", pa.string())])


def runs(session: Session) -> Answer:
    """List the runs with model, seed, settings, metrics and measures, these three as JSON."""
    has = session.manifest.counts.get("Run", 0) > 0
    table = session.gateway.ask(_RUNS).table if has else _EMPTY.empty_table()
    return session.answer(table, "Runs of models", "runs")


def source_of(key: str) -> str:
    """Return the name of the source of a run's key.

    Examples
    --------
    >>> source_of("run:cell_text-1a2b@0f")
    'cell_text-1a2b'
    """
    return key.removeprefix("run:").rpartition("@")[0]


def find_run(session: Session, text: str) -> dict[str, Any]:
    """Return the row of `runs` of the run that a text names.

    Parameters
    ----------
    text
        Key of the run, the name of its source, or the beginning of one of these if no other run
        begins so.

    Raises
    ------
    UnknownNameError
        If the build has no such run; the message lists those it has.
    AmbiguousNameError
        If several runs begin so; the message lists them.
    """
    rows = {str(row["run"]): row for row in runs(session).rows()}
    exact = [key for key in rows if text in (key, source_of(key))]
    begun = [
        key for key in rows if text and text in (key[: len(text)], source_of(key)[: len(text)])
    ]
    found = exact or begun
    if len(found) == 1:
        return rows[found[0]]
    named = sorted(source_of(key) for key in found or rows)
    listed = ", ".join(named[:_LISTED]) + (", …" if len(named) > _LISTED else "") or "none"
    if found:
        message = f"{text!r} is the beginning of {len(found)} runs: expected one of {listed}"
        raise AmbiguousNameError(message)
    message = (
        f"no run {text!r} in this build: `orthoweave runs` lists those that exist, expected one "
        f"of {listed}"
    )
    raise UnknownNameError(message)


def run_scores(session: Session, run: str | None = None) -> Answer:
    """List the scores of all runs or of one, each beside its baselines and its control.

    A run without a score has one row, without a metric.

    Parameters
    ----------
    run
        The run, as `find_run` takes it. All if None.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        If the build has no such run, or several.
    """
    listed = runs(session)
    chosen = listed.rows() if run is None else [find_run(session, run)]
    rows = [
        {"run": one["run"], "model": one["model"], **row}
        for one in chosen
        for row in score_rows(json.loads(str(one["metrics"]))) or [{}]
    ]
    title = "Scores of runs" if run is None else f"Scores of {chosen[0]['run']}"
    return replace(listed, table=table_of(rows, SCORES), title=title)


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
