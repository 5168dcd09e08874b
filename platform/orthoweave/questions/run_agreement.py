"""Agreement of a run's predictions with the authors' labels: confusion, reliability, verdicts."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.numerics.reliability import BINS, wilson
from orthoweave.numerics.reliability import reliability as curve_of
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.run_compared import Compared, compare
from orthoweave.questions.session import Session

MOST_BINS: Final = 100
ABSTAINED: Final = "abstained"
UNLABELLED: Final = "without a label"
NOT_MEASURED: Final = "not measured"
CONFUSION: Final = pa.schema(
    [
        ("author", pa.string()),
        ("author_name", pa.string()),
        ("predicted", pa.string()),
        ("predicted_name", pa.string()),
        ("abstained", pa.bool_()),
        ("n_cells", pa.int64()),
        ("share", pa.float64()),
    ]
)
_INTERVAL: Final = [("right", pa.float64()), ("low", pa.float64()), ("high", pa.float64())]
RELIABILITY: Final = pa.schema(
    [
        ("cells", pa.string()),
        ("bin_low", pa.float64()),
        ("bin_high", pa.float64()),
        ("mean_probability", pa.float64()),
        ("n_cells", pa.int64()),
        ("n_right", pa.int64()),
        *_INTERVAL,
    ]
)
VERDICTS: Final = pa.schema(
    [
        ("verdict", pa.string()),
        ("n_cells", pa.int64()),
        ("share", pa.float64()),
        ("n_named", pa.int64()),
        ("n_compared", pa.int64()),
        ("n_right", pa.int64()),
        *_INTERVAL,
    ]
)


def confusion(session: Session, run: str, level: Sequence[str] = ()) -> Answer:
    """Count cells by what the authors call them and what a run does, the largest types first.

    Returns
    -------
    Answer
        ``author`` and ``author_name`` (null and *without a label* for cells that have none),
        ``predicted`` and ``predicted_name`` (null and *abstained* where the model names no type),
        ``abstained``, ``n_cells``, ``share`` (of the author's cells). A pair without cells has no
        row.

    Raises
    ------
    UnknownNameError, AmbiguousNameError, UsageError, InputError
        As for `compare`.
    """
    found = compare(session, run, level)
    given = np.where(found.abstained, "", found.predicted)
    counts: dict[tuple[str, str], int] = {}
    totals: dict[str, int] = {}
    for pair in zip(found.author.tolist(), given.tolist(), strict=True):
        counts[pair] = counts.get(pair, 0) + 1
        totals[pair[0]] = totals.get(pair[0], 0) + 1
    order = sorted(totals, key=lambda key: (not key, -totals[key], key))
    others = sorted({key for _, key in counts if key} - set(order))
    columns = [*filter(None, order), *others, ""]
    rows: list[dict[str, Any]] = [
        {
            "author": author or None,
            "author_name": found.name(author, UNLABELLED),
            "predicted": predicted or None,
            "predicted_name": found.name(predicted, ABSTAINED),
            "abstained": not predicted,
            "n_cells": counts[author, predicted],
            "share": counts[author, predicted] / totals[author],
        }
        for author in order
        for predicted in columns
        if (author, predicted) in counts
    ]
    return _answer(session, found, rows, CONFUSION, "confusion", level=level)


def reliability(session: Session, run: str, level: Sequence[str] = (), bins: int = BINS) -> Answer:
    """Return how often predictions of each probability are right, for named and abstained cells.

    A well calibrated model is right for the share of cells that its probability says. Cells without
    an author's label, or without a probability, are left out.

    Parameters
    ----------
    bins
        Number of bins of equal width from 0 to 1.

    Returns
    -------
    Answer
        ``cells`` (*named* or *abstained*), ``bin_low``, ``bin_high``, ``mean_probability``,
        ``n_cells``, ``n_right``, ``right`` (share) with its 95 % interval ``low``, ``high``
        (Wilson, 1927, doi:10.1080/01621459.1927.10502953). A bin without cells has no row.

    Raises
    ------
    UnknownNameError, AmbiguousNameError, UsageError, InputError
        As for `compare`, and if `bins` is not from 1 to 100.
    """
    if not 1 <= bins <= MOST_BINS:
        message = f"bins={bins}: expected a whole number from 1 to {MOST_BINS}"
        raise UsageError(message)
    found = compare(session, run, level)
    known = found.compared & np.isfinite(found.probability)
    rows: list[dict[str, Any]] = []
    for cells, there in (("named", ~found.abstained), (ABSTAINED, found.abstained)):
        here = known & there
        curve = curve_of(found.probability[here], found.right[here], bins)
        columns = (curve.low, curve.high, curve.probability, curve.n_right, curve.cells)
        rows += [
            {
                "cells": cells,
                "bin_low": low,
                "bin_high": high,
                "mean_probability": mean,
                **_share(n_right, n_cells),
            }
            for low, high, mean, n_right, n_cells in zip(
                *(column.tolist() for column in columns), strict=True
            )
        ]
    return _answer(session, found, rows, RELIABILITY, "reliability", level=level, bins=bins)


def verdicts(session: Session, run: str, level: Sequence[str] = ()) -> Answer:
    """Count cells by their distance from those that a model learnt from.

    Returns
    -------
    Answer
        ``verdict`` (*near*, *far*, *outside*, or *not measured*), ``n_cells``, ``share`` (of all
        cells), ``n_named``, ``n_compared`` (named cells with an author's label), ``n_right``,
        ``right`` (share of these) with its 95 % interval ``low``, ``high`` (Wilson).

    Raises
    ------
    UnknownNameError, AmbiguousNameError, UsageError, InputError
        As for `compare`.
    """
    found = compare(session, run, level)
    rows: list[dict[str, Any]] = []
    for verdict in ("near", "far", "outside", ""):
        here = found.verdict == verdict
        if here.any():
            named = here & ~found.abstained
            compared = named & found.compared
            part = _share(int((compared & found.right).sum()), int(compared.sum()))
            rows.append(
                {
                    **part,
                    "verdict": verdict or NOT_MEASURED,
                    "n_cells": int(here.sum()),
                    "share": float(here.mean()),
                    "n_named": int(named.sum()),
                    "n_compared": part["n_cells"],
                }
            )
    return _answer(session, found, rows, VERDICTS, "verdicts", level=level)


def _answer(
    session: Session,
    found: Compared,
    rows: Sequence[dict[str, Any]],
    schema: pa.Schema,
    question: str,
    **asked: object,
) -> Answer:
    title = f"{question.capitalize()} of {found.run}"
    parameters = {"run": found.run, **asked}
    return session.answer(table_of(rows, schema), title, question, parameters, found.notes)


def _share(n_right: int, n_cells: int) -> dict[str, Any]:
    """Return how many of some cells are right, and the share with its interval; null for none."""
    low, high = wilson(n_right, n_cells)
    right = n_right / n_cells if n_cells else None
    return {"n_cells": n_cells, "n_right": n_right, "right": right, "low": low, "high": high}
