"""Read `obs` and `var` of AnnData files of any version, and of R's converters."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from orthoweave.errors import HostileFileError, InputError

# keys under which the row names are stored
_INDEX: Final = ("_index", "index", "rownames")
_CATEGORIES: Final = "__categories"


def read_frame(path: Path, group: Any, name: str) -> pd.DataFrame:
    """Return the cells or genes of an AnnData group.

    It reads data frames of any version of anndata, structured arrays (before 0.7), and groups
    without metadata or with categories beside the columns, as SeuratDisk writes them.

    Raises
    ------
    InputError
        If they are missing or damaged.
    """
    if name not in group:
        message = f"{path} has no {name!r}: expected an AnnData file with obs, var and X"
        raise InputError(message)
    try:
        if getattr(group[name], "dtype", None) is not None:
            return _from_structured(np.asarray(group[name][:]), group.get("uns", {}))
        return _from_group(path, group[name], name)
    except (HostileFileError, InputError):
        raise
    except Exception as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: Exception) -> InputError:
    """Return the error for a file that a reader makes no sense of."""
    return InputError(
        f"{path} is damaged: expected an AnnData file ({type(error).__name__}: {error}). Fetch it "
        "again, or write it again where it was made"
    )


def _from_group(path: Path, group: Any, name: str) -> pd.DataFrame:
    from anndata.io import read_elem

    with warnings.catch_warnings():
        # files of older versions cause this warning; they can still be read
        warnings.simplefilter("ignore")
        frame = read_elem(group)
        categories = read_elem(group[_CATEGORIES]) if _CATEGORIES in group else {}
    if isinstance(frame, dict):
        frame = _from_columns(path, frame, name)
    if not isinstance(frame, pd.DataFrame):
        message = f"{path}: {name!r} is a {type(frame).__name__}, expected a data frame"
        raise InputError(message)
    _check_columns(path, group, frame, name)
    for column, values in categories.items():
        if column in frame.columns and frame[column].dtype.kind in "iuf":
            frame[column] = _categorical(frame[column].to_numpy(), values)
    return frame


def _check_columns(path: Path, group: Any, frame: pd.DataFrame, name: str) -> None:
    """Refuse a column of a single value, or of none, which pandas repeats for every row."""
    for column in frame.columns:
        item = group.get(column)
        shape = getattr(item, "shape", None)
        # neither a group, such as that of a category, nor a column under another name
        if hasattr(item, "dtype") and not shape:
            found = "none" if shape is None else "a single one"
            message = (
                f"{path}: column {column!r} of {name!r}: expected a value for each of the "
                f"{len(frame):,} rows, found {found}. Fetch the file again, or write it again "
                "where it was made"
            )
            raise InputError(message)


def _from_columns(path: Path, columns: Mapping[str, Any], name: str) -> pd.DataFrame:
    index = next((key for key in _INDEX if key in columns), None)
    if index is None:
        message = (
            f"{path}: {name!r} has no names of its rows, expected one of {', '.join(_INDEX)} in it"
        )
        raise InputError(message)
    names = pd.Index([_text(value) for value in columns[index]], dtype=object)
    others = {
        key: values
        for key, values in columns.items()
        if key != index and np.ndim(values) == 1 and len(values) == len(names)
    }
    return pd.DataFrame(others, index=names)


def _from_structured(array: np.ndarray, uns: Any) -> pd.DataFrame:
    """Return the frame of a structured array; its categories lie in `uns`."""
    if array.dtype.names is None:
        message = f"expected a data frame or a structured array, found an array of {array.dtype}"
        raise TypeError(message)
    first, *others = array.dtype.names
    frame = pd.DataFrame(index=pd.Index([_text(value) for value in array[first]], dtype=object))
    for column in others:
        values = array[column]
        categories = f"{column}_categories"
        if categories in uns and values.dtype.kind in "iu":
            frame[column] = _categorical(values, np.atleast_1d(uns[categories][()]))
        else:
            texts = values.dtype.kind in "SUO"
            frame[column] = [_text(value) for value in values] if texts else values
    return frame


def _categorical(codes: np.ndarray, categories: Any) -> pd.Categorical:
    texts = [_text(value) for value in categories]
    numbers = np.where(np.isfinite(codes), codes, -1).astype(np.int64)
    # R counts its factors from 1
    if numbers.max(initial=-1) == len(texts) and numbers.min(initial=1) >= 1:
        numbers = numbers - 1
    return pd.Categorical.from_codes(numbers, pd.Index(texts, dtype=object))


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
