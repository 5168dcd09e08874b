"""The follow-up of samples: time and event, from columns in any unit and code."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from orthoweave.errors import InputError, UsageError
from orthoweave.jobs.parts.obs_columns import find_column, known_texts

# in lower case and without dots, spaces, hyphens and underscores
_TIMES: Final = (
    *("survivalmonths", "survivaldays", "survivaltime", "overallsurvivalmonths", "osmonths"),
    *("osdays", "ostime", "overallsurvivaltime", "followuptime", "followupmonths", "followupdays"),
    *("timetoevent", "futime", "ttdm", "time"),
)
_EVENTS: Final = (
    *("event", "osevent", "os", "osstatus", "overallsurvivalstatus", "survivalstatus", "etdm"),
    *("vitalstatus", "fustat", "death", "dead", "deceased", "status"),
)
MONTHS: Final[Mapping[str, float]] = {
    "days": 12 / 365.25,
    "weeks": 7 * 12 / 365.25,
    "months": 1.0,
    "years": 12.0,
}
"""Months in a unit of time; a year has 365.25 days."""
_UNIT: Final = re.compile(r"(day|week|month|year)", re.IGNORECASE)
_LONGEST: Final = 1200.0
_YES: Final = {"1", "true", "yes", "event", "dead", "deceased", "died"}
_NO: Final = {"0", "false", "no", "censored", "alive", "living"}
_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Time and event of each sample."""

    months: np.ndarray
    """Time to the event or the end of observation in months, NaN if unknown, ``(n_samples,)``."""
    event: np.ndarray
    """Mask of samples with an event, shape ``(n_samples,)``; False where `months` is NaN."""
    unit: str
    """Unit of the time in the source."""
    notes: tuple[str, ...]


def follow_up_columns(
    obs: pd.DataFrame, options: Mapping[str, Any]
) -> tuple[str | None, str | None]:
    """Return the columns of time and event, by the options of the job or by usual names.

    Raises
    ------
    UnknownNameError
        If a column that is asked for is not there.
    UsageError
        If the options name one of them only, and the other is not found.
    """
    said = options["time_column"], options["event_column"]
    time, event = find_column(obs, said[0], _TIMES), find_column(obs, said[1], _EVENTS)
    if (time is None) != (event is None) and said != (None, None):
        missing = "time_column" if time is None else "event_column"
        message = f"follow-up needs both time and event: say --set {missing}= too"
        raise UsageError(message)
    return time, event


def read_follow_up(obs: pd.DataFrame, options: Mapping[str, Any]) -> FollowUp:
    """Return the follow-up of samples, by the options of the job.

    Parameters
    ----------
    options
        ``time_column``, ``event_column``, ``time_unit`` and ``event_value``.

    Raises
    ------
    UnknownNameError, UsageError
        As for `follow_up_columns`; also without a unit of time, or with one that contradicts the
        column.
    InputError
        If a time is not a number, negative or too long, or an event is not one of two values.
    """
    time, event = follow_up_columns(obs, options)
    nothing = np.full(len(obs), np.nan), np.zeros(len(obs), bool)
    if time is None or event is None:
        found = [name for name in (time, event) if name is not None]
        note = f"no follow-up: {_found(found)}. Say --set time_column= and --set event_column="
        return FollowUp(*nothing, "months", (note,))
    unit = _unit(time, options["time_unit"])
    months = _times(obs, time) * MONTHS[unit]
    _check_longest(time, months, unit)
    came = _events(obs, event, options["event_value"])
    known = np.isfinite(months) & (months > 0) & [one is not None for one in came]
    n_zero = int((months == 0).sum())
    note = (
        f"follow-up: {time!r} in {unit} and {event!r}; {known.sum():,} of {len(obs):,} samples "
        "have both, with "
        f"{sum(bool(one) for one, used in zip(came, known, strict=True) if used):,} events"
    )
    note += f" and a median of {np.median(months[known]):.1f} months" if known.any() else ""
    note += f"; {n_zero:,} have a time of 0 and are taken as unknown" if n_zero else ""
    happened = np.array([bool(one) for one in came]) & known
    return FollowUp(np.where(known, months, np.nan), happened, unit, (note,))


def _found(names: Sequence[str]) -> str:
    return f"only {names[0]!r} has a usual name" if names else "no column has a usual name"


def _unit(column: str, said: str | None) -> str:
    """Return the unit of a column of times: as said, or as its name has it."""
    named = {f"{text.lower()}s" for text in _UNIT.findall(column)}
    if said is None and len(named) != 1:
        message = (
            f"the name of {column!r} does not say its unit: say it with --set "
            f"time_unit={'|'.join(MONTHS)}"
        )
        raise UsageError(message)
    if said is not None and len(named) == 1 and said not in named:
        message = f"time_unit={said}, but the column is named {column!r}: rename it if it is wrong"
        raise UsageError(message)
    return said or next(iter(named))


def _times(obs: pd.DataFrame, column: str) -> np.ndarray:
    texts = known_texts(obs, column)
    try:
        times = np.array([np.nan if text is None else float(text) for text in texts])
    except ValueError as error:
        message = f"column {column!r}: expected times as numbers, found another text ({error})"
        raise InputError(message) from error
    wrong = np.flatnonzero((times < 0) | np.isinf(times))
    if len(wrong):
        message = (
            f"column {column!r}: {len(wrong):,} times are negative or infinite, such as "
            f"{times[wrong[0]]:g} of sample {str(obs.index[wrong[0]])!r}: expected times from 0"
        )
        raise InputError(message)
    return times


def _check_longest(column: str, months: np.ndarray, unit: str) -> None:
    longest = float(np.nanmax(months, initial=0))
    if longest > _LONGEST:
        message = (
            f"column {column!r}: the longest time is {longest:,.0f} months in {unit}, expected at "
            f"most {_LONGEST:,.0f}: say another unit with --set time_unit={'|'.join(MONTHS)}"
        )
        raise InputError(message)


def _events(obs: pd.DataFrame, column: str, said: str | None) -> list[bool | None]:
    """Return whether the event came, None where it is not known."""
    texts = known_texts(obs, column)
    values = sorted({text for text in texts if text is not None})
    listed = ", ".join(map(repr, values[:_LISTED]))
    if said is not None:
        if said not in values:
            message = f"event_value={said!r}: column {column!r} has {listed or 'no values'}"
            raise InputError(message)
        return [None if text is None else text == said for text in texts]
    # such as "1:DECEASED" of cBioPortal
    codes = {text: text.partition(":")[0].strip().lower() for text in values}
    odd = [text for text, code in codes.items() if code not in _YES | _NO]
    if odd or "censor" in column.lower():
        message = (
            f"column {column!r} has {listed}: expected 1 for an event and 0 for none, or their "
            "words. Say which value is the event with --set event_value="
        )
        raise InputError(message)
    return [None if text is None else codes[text] in _YES for text in texts]
