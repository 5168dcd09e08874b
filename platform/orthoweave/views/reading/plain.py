"""Views as plain files: how any container of arrays, sparse matrices, texts and numbers is kept.

Arrays are ``.npy`` files, arrays of texts are Parquet files of one column, and all else goes into
the description, which is JSON. Nothing in them can be executed. A kind of view whose container
holds other things says itself how it is written and read, by `ViewFiles`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.sparse as sp

from orthoweave.errors import InputError, PluginError

V = TypeVar("V")

_CSR: Final = ("data", "indices", "indptr")


@dataclass(frozen=True, slots=True)
class ViewFiles(Generic[V]):
    """The writer and the reader of views of a class as files of a folder."""

    write: Callable[[V, Path], dict[str, Any]]
    """Writes files below an empty folder, and returns values for JSON that `read` needs."""
    read: Callable[[type[V], Path, Mapping[str, Any]], V]
    """Returns a view with the same digest."""


def write_plain(view: Any, folder: Path) -> dict[str, Any]:
    """Write the fields of a dataclass; return their description.

    Raises
    ------
    PluginError
        If a field is of another kind than arrays, CSR matrices, texts, numbers and tuples of these.
    """
    named = fields(view) if is_dataclass(view) else ()
    about = {one.name: _written(getattr(view, one.name), folder, one.name) for one in named}
    odd = sorted(name for name, value in about.items() if value is None)
    if odd or not named:
        held = type(getattr(view, odd[0])).__name__ if odd else "no fields"
        message = (
            f"a {type(view).__name__} cannot be written as plain files: its "
            f"{odd[0] if odd else 'class'} has {held}; expected a dataclass of arrays, CSR "
            "matrices, texts and numbers. Its package must say how, by `files` of its ViewKind"
        )
        raise PluginError(message)
    return about


def read_plain(kind: type[V], folder: Path, about: Mapping[str, Any]) -> V:
    """Return the view of a class whose fields were written to a folder.

    Raises
    ------
    InputError
        If files or description are not what `write_plain` writes.
    """
    try:
        return kind(**{name: _read(one, folder, name) for name, one in about.items()})
    except (OSError, ValueError, TypeError, KeyError, AttributeError, pa.ArrowException) as error:
        message = f"a {kind.__name__} cannot be read from {str(folder)!r}: {error}"
        raise InputError(message) from error


PLAIN: Final[ViewFiles[Any]] = ViewFiles(write_plain, read_plain)


def write_array(array: np.ndarray, path: Path) -> None:
    """Write an array without objects, in the order that it has in memory."""
    np.save(path, array, allow_pickle=False)


def read_array(path: Path) -> np.ndarray:
    """Return an array that `write_array` wrote, whose file is as large as its header says."""
    return np.array(np.load(path, mmap_mode="r", allow_pickle=False))


_PLAIN: Final = (str, int, float, bool, type(None))


def _written(value: Any, folder: Path, name: str) -> dict[str, Any] | None:
    """Write a value, or describe it; None if it is of none of the kinds."""
    if type(value) in _PLAIN:
        return {"value": value}
    if isinstance(value, tuple) and all(type(part) in _PLAIN for part in value):
        return {"several": list(value)}
    if isinstance(value, sp.csr_matrix):
        for part in _CSR:
            write_array(getattr(value, part), folder / f"{name}.{part}.npy")
        return {"csr": [int(edge) for edge in value.shape]}
    return _written_array(value, folder, name) if isinstance(value, np.ndarray) else None


def _written_array(array: np.ndarray, folder: Path, name: str) -> dict[str, Any] | None:
    if not array.dtype.hasobject:
        write_array(array, folder / f"{name}.npy")
        return {"array": list(array.shape)}
    flat = array.ravel().tolist()
    if not all(text is None or isinstance(text, str) for text in flat):
        return None
    pq.write_table(pa.table({name: pa.array(flat, pa.large_string())}), folder / f"{name}.parquet")
    return {"texts": list(array.shape)}


def _read(about: Mapping[str, Any], folder: Path, name: str) -> Any:
    [(kind, value)] = about.items()
    if kind == "value":
        return value
    if kind == "several":
        return tuple(value)
    if kind == "csr":
        parts = tuple(read_array(folder / f"{name}.{part}.npy") for part in _CSR)
        matrix = sp.csr_matrix(parts, shape=tuple(value))
        # a column beyond the last one would be read from elsewhere in memory
        matrix.check_format(full_check=True)
        return matrix
    if kind == "texts":
        with pq.ParquetFile(folder / f"{name}.parquet") as file:
            return shared_texts(file.read([name])[name]).reshape(value)
    if kind != "array":
        raise KeyError(kind)
    return read_array(folder / f"{name}.npy").reshape(value)


def shared_texts(column: pa.ChunkedArray) -> np.ndarray:
    """Return texts or None, of which equal ones are one object."""
    coded = column.combine_chunks().dictionary_encode()
    names = np.array([*coded.dictionary.to_pylist(), None], object)
    chosen: np.ndarray = names[coded.indices.fill_null(len(names) - 1).to_numpy()]
    return chosen
