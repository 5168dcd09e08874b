"""Rows of any store in a plain form, and the comparison of two answers.

Plain rows contain numbers, strings, booleans, nulls, lists and maps, as in JSON. A node is a map of
its properties that are not null, with its label as ``_LABEL``; a relationship
likewise with its type; a path has its nodes as ``_NODES`` and its relationships as ``_RELS``.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

_RELATIVE: Final = 1e-9
_ABSOLUTE: Final = 1e-12


@dataclass(frozen=True, slots=True)
class PlainRows:
    """An answer in the plain form."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def plain_rows(table: pa.Table) -> PlainRows:
    """Return the rows of an answer in the plain form.

    Examples
    --------
    >>> plain_rows(pa.table({"g": [{"_LABEL": "Gene", "id": "g1", "name": None}]})).rows
    (({'_LABEL': 'Gene', 'id': 'g1'},),)
    """
    columns = [column.to_pylist() for column in table.columns]
    rows = zip(*columns, strict=True) if columns else iter(())
    return PlainRows(tuple(table.column_names), tuple(tuple(map(_plain, row)) for row in rows))


def difference(
    found: PlainRows, expected: PlainRows, *, ordered: bool = False, lists_ordered: bool = True
) -> str | None:
    """Return the first difference between two answers in words; None if there is none.

    Integers and floats are never the same; floats may differ by one part in 10⁹, since sums depend
    on the order of addition.

    Parameters
    ----------
    ordered
        Whether rows must be in the same order; otherwise they are compared as a multiset.
    lists_ordered
        Whether elements of lists must be in the same order.
    """
    if found.columns != expected.columns:
        return f"columns {list(found.columns)}, expected {list(expected.columns)}"
    if len(found.rows) != len(expected.rows):
        return f"{len(found.rows)} rows, expected {len(expected.rows)}"
    rows, expected_rows = (
        [_arranged(row, lists_ordered=lists_ordered) for row in side.rows]
        for side in (found, expected)
    )
    if not ordered:
        rows, expected_rows = sorted(rows, key=_sort_key), sorted(expected_rows, key=_sort_key)
    for number, (left, right) in enumerate(zip(rows, expected_rows, strict=True)):
        if not _same(left, right):
            return f"row {number}: {left!r}, expected {right!r}"
    return None


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        entity = "_LABEL" in value
        return {name: _plain(item) for name, item in value.items() if not (entity and item is None)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _arranged(value: object, *, lists_ordered: bool) -> object:
    if isinstance(value, Mapping):
        return {
            name: _arranged(item, lists_ordered=lists_ordered)
            for name, item in sorted(value.items())
        }
    if isinstance(value, tuple):
        return tuple(_arranged(item, lists_ordered=lists_ordered) for item in value)
    if isinstance(value, list):
        items = [_arranged(item, lists_ordered=lists_ordered) for item in value]
        return items if lists_ordered else sorted(items, key=_sort_key)
    return value


def _sort_key(value: object) -> tuple[str, str]:
    # values that differ, but not when rounded, have to have one order on both sides
    rounded, exact = (
        json.dumps(one, sort_keys=True, default=repr) for one in (_rounded(value), value)
    )
    return rounded, exact


def _rounded(value: object) -> object:
    """Return a value rounded, so that values that count as the same nearly always sort alike."""
    if isinstance(value, float):
        return [f"{value:.8g}"] if abs(value) > _ABSOLUTE else ["0"]
    if isinstance(value, Mapping):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_rounded(item) for item in value]
    return value


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        alike = math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
        return alike or (math.isnan(one) and math.isnan(other))
    if type(one) is not type(other):
        return False
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other
