"""Parameter values as plain Python, whatever library they come from.

Scalars, arrays, series and columns of numpy, pandas, polars and pyarrow are converted. None of
these libraries is imported here: a library that is not loaded cannot have created a value.
"""

from collections.abc import Mapping
from typing import Any, Final

from orthoweave.errors import UsageError

_DEEPEST: Final = 40
_LISTS: Final = ("tolist", "to_pylist", "to_list")
_LIBRARIES: Final = frozenset({"numpy", "pandas", "polars", "pyarrow"})
_MISSING: Final = frozenset({"NAType", "NaTType"})
_EXPECTED: Final = (
    "expected a string, a number, true, false, null, or a list or map of these; an array, a series "
    "or a column counts as a list; write dates as strings, as in value.isoformat()"
)


def plain_value(name: str, value: object) -> object:
    """Return the value of a parameter as plain Python.

    Raises
    ------
    UsageError
        If it is not a string, number, boolean, list or map, or an integer of more than 64 bits.

    Examples
    --------
    >>> import numpy as np
    >>> plain_value("ids", np.array([1, 2]))
    [1, 2]
    """
    return _plain(name, value, 0)


def _plain(name: str, value: Any, depth: int) -> object:
    if depth > _DEEPEST:
        message = f"parameter {name!r} is nested more than {_DEEPEST} deep: expected a flatter one"
        raise UsageError(message)
    if value is None or type(value) in {bool, float}:
        return value
    # some scalars of numpy are subclasses of Python's own types
    for kind in (str, int, float):
        if isinstance(value, kind):
            return _checked(name, kind(value))
    if isinstance(value, Mapping):
        return _map(name, value, depth)
    if isinstance(value, list | tuple):
        return [_plain(name, item, depth + 1) for item in value]
    return _foreign(name, value, depth)


def _checked(name: str, value: str | float) -> str | float:
    if isinstance(value, str):
        return _text(name, value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        message = (
            f"parameter {name!r} is {value}: expected a 64-bit integer, or pass it as a string"
        )
        raise UsageError(message)
    return value


def _text(name: str, value: str) -> str:
    # JSON can spell half of a pair of UTF-16, and undecodable arguments hold such halves
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        message = f"parameter {name!r} holds {value!r:.60}, half a character: expected text"
        raise UsageError(message)
    return value


def _map(name: str, value: Mapping[object, object], depth: int) -> dict[str, object]:
    plain: dict[str, object] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            message = f"parameter {name!r} is a map with the key {key!r}: expected strings as keys"
            raise UsageError(message)
        plain[_text(name, str(key))] = _plain(name, item, depth + 1)
    return plain


def _foreign(name: str, value: Any, depth: int) -> object:
    kind = type(value)
    library = kind.__module__.split(".", maxsplit=1)[0]
    if library in _LIBRARIES:
        if kind.__name__ in _MISSING:
            return None
        if getattr(value, "ndim", None) == 0 or kind.__name__.endswith("Scalar"):
            return _scalar(name, value, depth)
        for method in _LISTS:
            if hasattr(value, method):
                listed = getattr(value, method)()
                gaps = getattr(getattr(value, "dtype", None), "kind", "") == "O"
                # pandas represents a missing string as NaN
                return [
                    None if gaps and item != item else _plain(name, item, depth + 1)  # noqa: PLR0124
                    for item in listed
                ]
    message = f"parameter {name!r} is a {kind.__name__}; {_EXPECTED}"
    raise UsageError(message)


def _scalar(name: str, value: Any, depth: int) -> object:
    bare = value.as_py() if hasattr(value, "as_py") else value.item()
    if type(bare) is type(value):
        message = f"parameter {name!r} is a {type(value).__name__}; {_EXPECTED}"
        raise UsageError(message)
    return _plain(name, bare, depth + 1)
