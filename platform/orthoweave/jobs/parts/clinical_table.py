"""Join a table of clinical facts to samples, by the name of the sample or of its patient."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_delimited
from orthoweave.jobs.parts.cell_origins import USUAL_NAMES
from orthoweave.jobs.parts.obs_columns import columns_by_name, find_column

_IDS: Final = (*USUAL_NAMES["sample"], *USUAL_NAMES["patient"], *USUAL_NAMES["donor"])
# what registries write where nothing is known, in lower case
_UNKNOWN: Final = {
    *("", "na", "nan", "null", "none", "--", "'--", "unknown", "not reported"),
    *("[not available]", "[not applicable]", "[unknown]", "not available"),
}
_LISTED: Final = 3


def join_clinical(
    obs: pd.DataFrame, path: str | None, said: str | None
) -> tuple[pd.DataFrame, list[str]]:
    """Return `obs` with the columns of a clinical table, and notes on what has no counterpart.

    Columns whose texts are all numbers become numbers. A column that the file has too is taken
    from the table.

    Parameters
    ----------
    said
        Column of the table with the names; by default the usual one, or the first, that knows most.

    Raises
    ------
    InputError
        If the table has none of the samples, or rows of one name that differ.
    UnknownNameError
        If the column that is asked for is not there.
    """
    if path is None:
        return obs, []
    table = read_delimited(Path(path)).to_pandas()
    column, place, names = _best_match(path, obs, table, said)
    rows, notes = _one_row_each(path, table, column)
    n_known = int(names.isin(rows.index).sum())
    n_unused = len(rows) - int(rows.index.isin(names).sum())
    note = (
        f"{path}: joined by {column!r} to {place}; {n_known:,} of {len(obs):,} samples have a row, "
        f"{len(obs) - n_known:,} have none; rows that are of no sample here: {n_unused:,}"
    )
    # names of patients are kept, as such
    if find_column(rows, None, USUAL_NAMES["patient"]) != column:
        rows = rows.drop(columns=column)
    joined = obs.drop(columns=[name for name in rows.columns if name in obs.columns])
    added = rows.reindex(names).set_axis(obs.index).apply(as_numbers)
    return pd.concat([joined, added], axis=1), [note, *notes]


def _best_match(
    path: str, obs: pd.DataFrame, table: pd.DataFrame, said: str | None
) -> tuple[str, str, pd.Index]:
    """Return the column of the table that knows most, whom it knows, and their names."""
    places = {"their names": obs.index}
    patients = find_column(obs, None, USUAL_NAMES["patient"])
    if patients is not None:
        places[repr(patients)] = pd.Index(obs[patients])
    named = {
        place: pd.Index([str(name) for name in names], dtype=object)
        for place, names in places.items()
    }
    known = {
        (column, place): int(names.isin(pd.Index(table[column])).sum())
        for column in _id_columns(table, said)
        for place, names in named.items()
    }
    column, place = max(known, key=lambda pair: known[pair])
    if not known[column, place]:
        message = (
            f"{path} knows none of {len(obs):,} samples: column {column!r} has names such as "
            f"{_quoted(table[column])}, the matrix such as {_quoted(obs.index)}. Write them alike, "
            "or say the column with --set id_column="
        )
        raise InputError(message)
    return column, place, named[place]


def as_numbers(column: pd.Series) -> pd.Series:
    """Return a column of texts as numbers if all known ones are, else with None for unknown ones.

    Numbers with leading zeros are names, and stay texts.
    """
    if column.dtype != object:
        return column
    known = [
        None if pd.isna(text) or str(text).strip().lower() in _UNKNOWN else text for text in column
    ]
    texts = [str(text).strip() for text in known if text is not None]
    padded = any(len(text) > 1 and text[0] == "0" and text.isdigit() for text in texts)
    numbers = pd.to_numeric(pd.Series(known, column.index, dtype=object), errors="coerce")
    if not texts or padded or int(np.isfinite(numbers).sum()) < len(texts):
        return pd.Series(known, column.index, dtype=object)
    return numbers.astype(float)


def _id_columns(table: pd.DataFrame, said: str | None) -> list[str]:
    if said is not None:
        return [str(find_column(table, said, ()))]
    by_name = columns_by_name(table)
    usual = [by_name[name] for name in _IDS if name in by_name]
    return list(dict.fromkeys([*usual, str(table.columns[0])]))


def _one_row_each(path: str, table: pd.DataFrame, column: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the table by name; rows of one name that say the same are one row."""
    rows = table.drop_duplicates().set_index(column, drop=False)
    n_same = len(table) - len(rows)
    if not rows.index.is_unique:
        name = rows.index[rows.index.duplicated()][0]
        differ = rows.loc[[name]].nunique()
        other = str(differ.index[differ > 1][0])
        values = ", ".join(repr(text) for text in rows.loc[[name], other].unique()[:_LISTED])
        message = (
            f"{path}: {name!r} has several rows, which differ in {other!r} ({values}): expected "
            "one row for each. Delete those that do not hold"
        )
        raise InputError(message)
    return rows, [f"{path}: {n_same:,} rows say the same as another one"] if n_same else []


def _quoted(names: Sequence[object] | pd.Series | pd.Index) -> str:
    return ", ".join(repr(str(name)) for name in list(names[:_LISTED]))
