"""Survival of patients by the expression of a gene in their samples."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal, get_args

import numpy as np
import pyarrow as pa

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.numerics.survival import Curve, hazard_ratio, kaplan_meier, log_rank
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.samples import NAMED, AskedGene, asked_genes, notes_on_scales
from orthoweave.questions.session import Session
from orthoweave.species import Species

Split = Literal["median", "tertiles"]
FEWEST_EVENTS: Final = 20
"""Events below which a cohort is not tested."""
# a side of a split with fewer patients says nothing
_FEWEST: Final = 5
_SIDES: Final[dict[Split, tuple[str, str]]] = {
    "median": ("above the median", "up to the median"),
    "tertiles": ("upper third", "lower third"),
}
_TESTS: Final = pa.schema(
    [
        *NAMED,
        ("events", pa.int64()),
        *((name, pa.float64()) for name in ("hazard_ratio", "low", "high", "p", "cut")),
        ("n_upper", pa.int64()),
        ("n_lower", pa.int64()),
        *((name, pa.float64()) for name in ("months_upper", "months_lower", "log_rank_p")),
        ("state", pa.string()),
        ("endpoint", pa.string()),
        ("scale", pa.string()),
    ]
)
_CURVES: Final = pa.schema(
    [
        ("side", pa.string()),
        *((name, pa.float64()) for name in ("months", "survival", "low", "high")),
        ("at_risk", pa.int64()),
        ("events", pa.int64()),
    ]
)


def survival(
    session: Session,
    genes: Sequence[str],
    species: Species | None = None,
    *,
    dataset: str | None = None,
    split: Split = "median",
    group: str | None = None,
) -> Answer:
    """Test survival by genes, a row for each gene and dataset; see `KnowledgeBase`."""
    _check_split(split)
    asked = list(asked_genes(session, genes, species, dataset))
    # a group of some datasets is not to be had of the others
    having = [one for one in asked if group is None or group in one.view.labels]
    rows = [_tested(one, split, group) for one in having or asked]
    notes = [
        "hazard_ratio is for one more standard deviation of the gene, by Cox regression; low and "
        "high are its 95 % interval, p is Wald's",
        f"cohorts with fewer than {FEWEST_EVENTS} events are not tested",
        *notes_on_scales(rows),
    ]
    n_tests = sum(row.get("p") is not None for row in rows)
    if n_tests > 1:
        notes.append(f"{n_tests:,} tests: p values are not corrected for their number")
    parameters = {"genes": list(genes), "dataset": dataset, "split": split, "group": group}
    title = "Survival by expression"
    return session.answer(table_of(rows, _TESTS), title, "survival", parameters, notes)


def survival_curves(
    session: Session,
    gene: str,
    dataset: str,
    species: Species | None = None,
    *,
    split: Split = "median",
    group: str | None = None,
) -> Answer:
    """Return Kaplan-Meier curves of patients with more and less of a gene; see `KnowledgeBase`."""
    _check_split(split)
    asked = next(asked_genes(session, [gene], species, dataset), None)
    if asked is None or asked.values is None:
        message = f"{dataset!r} does not measure {gene!r}: take a dataset that does"
        raise InputError(message)
    parameters = {"gene": gene, "dataset": dataset, "split": split, "group": group}
    title = f"Survival by {asked.symbol or gene} in {dataset}"
    return curves_answer(session, asked, title, "survival_curves", parameters)


def curves_answer(
    session: Session, asked: AskedGene, title: str, question: str, parameters: dict[str, Any]
) -> Answer:
    """Return the curves of patients with more and less of a number that each sample has.

    Parameters
    ----------
    asked
        The number of each sample, NaN for none, as that of a gene.
    parameters
        With `split` and `group`.

    Raises
    ------
    InputError
        If a side of the split has fewer than five patients.
    """
    split, group, dataset = parameters["split"], parameters["group"], asked.view.dataset
    _check_split(split)
    values, months, event = _followed(asked, np.asarray(asked.values), group)
    upper, lower, _ = _sides(values, split)
    if min(upper.sum(), lower.sum()) < _FEWEST:
        message = (
            f"{dataset!r}: expected {_FEWEST} followed patients on each side of the split by "
            f"{asked.query!r}, found {upper.sum():,} and {lower.sum():,}. Take a gene that varies "
            "more, another split, or all groups"
        )
        raise InputError(message)
    rows: list[dict[str, Any]] = []
    for name, side in zip(_SIDES[split], (upper, lower), strict=True):
        rows += _curve_rows(name, kaplan_meier(months[side], event[side]))
    title += "" if group is None else f", {group}"
    notes = [_summary(_tested(asked, split, group)), *asked.view.notes]
    return session.answer(table_of(rows, _CURVES), title, question, parameters, notes)


def _check_split(split: str) -> None:
    if split not in get_args(Split):
        message = f"split={split!r}: expected one of {', '.join(get_args(Split))}"
        raise UsageError(message)


def _followed(
    asked: AskedGene, values: np.ndarray, group: str | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the expression, months and events of the patients that were followed."""
    view = asked.view
    rows = np.isfinite(view.months) & np.isfinite(values)
    if group is not None:
        named = sorted({str(one) for one in view.labels if one is not None})
        if group not in named:
            known = ", ".join(named) or "none"
            message = f"{view.dataset!r} has no group {group!r}: expected one of {known}"
            raise UnknownNameError(message)
        rows &= view.labels == group
    n_repeated = int(rows.sum()) - len(set(view.patients[rows]))
    if n_repeated:
        message = (
            f"{view.dataset!r}: {n_repeated:,} samples are of patients with another sample here, "
            "and survival counts a patient once: choose a group with one sample of each, or ingest "
            "with --set patients=mean"
        )
        raise InputError(message)
    return values[rows], view.months[rows], view.event[rows]


def _sides(values: np.ndarray, split: Split) -> tuple[np.ndarray, np.ndarray, float | None]:
    """Return the patients with more and with less, and the value above which there is more."""
    if not len(values):
        return np.zeros(0, bool), np.zeros(0, bool), None
    low, high = np.quantile(values, [0.5, 0.5] if split == "median" else [1 / 3, 2 / 3])
    return values > high, values <= low, float(high)


def _tested(asked: AskedGene, split: Split, group: str | None) -> dict[str, Any]:
    row = asked.named(group) | {"endpoint": asked.view.endpoint or None}
    if asked.values is None:
        return row | {"state": "not measured"}
    values, months, event = _followed(asked, asked.values, group)
    upper, lower, cut = _sides(values, split)
    row |= {"n": len(months), "events": int(event.sum()), "cut": cut}
    row |= {"n_upper": int(upper.sum()), "n_lower": int(lower.sum())}
    if not len(months):
        return row | {"state": "no follow-up"}
    if event.sum() < FEWEST_EVENTS:
        return row | {"state": "too few events"}
    if min(upper.sum(), lower.sum()) < _FEWEST:
        return row | {"state": "too few on a side"}
    hazard, both = hazard_ratio(values, months, event), upper | lower
    numbers = {
        "hazard_ratio": hazard.ratio,
        "low": hazard.low,
        "high": hazard.high,
        "p": hazard.p,
        "months_upper": kaplan_meier(months[upper], event[upper]).median,
        "months_lower": kaplan_meier(months[lower], event[lower]).median,
        "log_rank_p": log_rank(months[both], event[both], upper[both]),
    }
    return row | {name: _number(one) for name, one in numbers.items()} | {"state": "tested"}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _curve_rows(name: str, curve: Curve) -> Iterator[dict[str, Any]]:
    for at in range(len(curve.months)):
        yield {
            "side": name,
            "months": float(curve.months[at]),
            "survival": float(curve.survival[at]),
            "low": _number(curve.low[at]),
            "high": _number(curve.high[at]),
            "at_risk": int(curve.at_risk[at]),
            "events": int(curve.events[at]),
        }


def _summary(row: dict[str, Any]) -> str:
    found = f"{row['n']:,} patients, {row['events']:,} events"
    found += f" ({row['endpoint']})" if row["endpoint"] else ""
    if row.get("hazard_ratio") is None:
        return f"{found}: no test, {row['state']}"
    return (
        f"{found}: hazard ratio for one more standard deviation {row['hazard_ratio']:.2f} "
        f"({row['low']:.2f} to {row['high']:.2f}), p = {row['p']:.2g}; log-rank p = "
        f"{row['log_rank_p']:.2g}"
    )
