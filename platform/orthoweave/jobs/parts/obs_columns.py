"""Columns of the cells, by the name that is asked for or by usual names, and their texts."""

import re
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from orthoweave.errors import UnknownNameError

_PUNCTUATION: Final = re.compile(r"[ ._-]+")
_UNKNOWN: Final = {"", "nan", "none", "na", "unknown", "unassigned", "<na>"}


def columns_by_name(obs: pd.DataFrame) -> dict[str, str]:
    """Return the columns by their names in lower case, without punctuation."""
    return {_PUNCTUATION.sub("", str(name)).lower(): str(name) for name in obs.columns}


def find_column(obs: pd.DataFrame, said: str | None, usual: Sequence[str]) -> str | None:
    """Return the column that is asked for, else the first of the usual ones that is there.

    Parameters
    ----------
    usual
        Names in lower case, without punctuation.

    Raises
    ------
    UnknownNameError
        If the one that is asked for is not there; the message lists the others.
    """
    if said is None:
        by_name = columns_by_name(obs)
        return next((by_name[name] for name in usual if name in by_name), None)
    if said not in obs.columns:
        known = ", ".join(str(name) for name in obs.columns) or "none"
        message = f"no column {said!r} for the cells: expected one of {known}"
        raise UnknownNameError(message)
    return said


def known_texts(obs: pd.DataFrame, column: str | None) -> list[str | None]:
    """Return the texts of a column, None where nothing is known or there is no column."""
    if column is None or column not in obs.columns:
        return [None] * len(obs)
    codes, values = pd.factorize(obs[column])
    texts = [_text(value) for value in values]
    return [texts[code] if code >= 0 else None for code in codes]


def _text(value: Any) -> str | None:
    # whole numbers are floats where one of their column is missing
    whole = isinstance(value, float) and value.is_integer()
    text = str(int(value) if whole else value).strip()
    return None if text.lower() in _UNKNOWN else text
