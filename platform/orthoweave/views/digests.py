"""One SHA-256 over the content of a container: texts, arrays and sparse matrices."""

import hashlib
import struct
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Content = str | int | float | None | tuple[str, ...] | np.ndarray | sp.csr_matrix


def content_digest(content: Mapping[str, Content]) -> str:
    """Return the SHA-256 of named content in hexadecimal, the same on any machine.

    Every part is written with its name, kind and length, so that different contents differ in form.
    Arrays of texts may hold None, which differs from every text.

    Examples
    --------
    >>> content_digest({"a": "x"}) == content_digest({"a": "x"})
    True
    >>> content_digest({"a": np.array(["x", None], object)}) == content_digest({"a": "x"})
    False
    """
    found = hashlib.sha256()
    for name in sorted(content):
        _frame(found, b"name", name.encode())
        _add(found, content[name])
    return found.hexdigest()


def digest_of(view: "DataclassInstance", *, without: Collection[str] = ()) -> str:
    """Return the SHA-256 over the fields of a container, except redundant ones."""
    names = [field.name for field in fields(view) if field.name not in without]
    return content_digest({name: getattr(view, name) for name in names})


def _add(found: "hashlib._Hash", value: Content) -> None:
    if isinstance(value, sp.csr_matrix):
        ordered = value if value.has_sorted_indices else value.sorted_indices()
        _frame(found, b"shape", repr(value.shape).encode())
        for part in (
            ordered.indptr.astype(np.int64),
            ordered.indices.astype(np.int64),
            ordered.data,
        ):
            _add(found, part)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "OU":
        _texts(found, value)
    elif isinstance(value, np.ndarray):
        plain = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
        _frame(found, f"{plain.dtype.str}{plain.shape}".encode(), plain.tobytes())
    elif isinstance(value, tuple):
        _texts(found, np.array(value, object))
    else:
        _frame(found, type(value).__name__.encode(), repr(value).encode())


def _texts(found: "hashlib._Hash", values: np.ndarray) -> None:
    encoded = [None if text is None else str(text).encode() for text in values]
    lengths = np.array([-1 if text is None else len(text) for text in encoded], "<i8")
    _frame(found, b"texts", lengths.tobytes())
    _frame(found, b"bytes", b"".join(text for text in encoded if text is not None))


def _frame(found: "hashlib._Hash", kind: bytes, content: bytes) -> None:
    found.update(struct.pack("<II", len(kind), 0) + kind + struct.pack("<Q", len(content)))
    found.update(content)
