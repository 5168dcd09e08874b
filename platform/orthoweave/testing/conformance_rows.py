"""Rows of any store in one plain form, and whether two answers are the same.

Plain rows are lists of numbers, text, truth values, nulls, lists and maps, as JSON has them. A
node is a map of its properties that have a value, with its label as ``_LABEL``; a relationship
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
    """Rows of a gateway's answer.

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
    """What differs between two answers, in a sentence; None if nothing does.

    Whole numbers and decimal ones are never the same; decimal ones may differ by one part in 10⁹,
    since sums depend on the order of what is added.

    Parameters
    ----------
    ordered
        Whether rows have to come in the same order, else they are compared as a multiset.
    lists_ordered
        Whether elements of lists have to.
    """
    if found.columns != expected.columns:
        return f"columns {list(found.columns)}, expected {list(expected.columns)}"
    if len(found.rows) != len(expected.rows):
        return f"{len(found.rows)} rows, expected {len(expected.rows)}"
    one, other = (
        [_arranged(row, lists_ordered=lists_ordered) for row in side.rows]
        for side in (found, expected)
    )
    if not ordered:
        one, other = sorted(one, key=_sort_key), sorted(other, key=_sort_key)
    for number, (left, right) in enumerate(zip(one, other, strict=True)):
        if not _same(left, right):
            return f"row {number}: {left!r}, expected {right!r}"
    return None


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        entity = "_LABEL" in value
        return {
            name: _plain(item)
            for name, item in value.items()
            if not (entity and item is None)
        }  # fmt: skip
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


def _sort_key(value: object) -> str:
    return json.dumps(_rounded(value), sort_keys=True, default=repr)


def _rounded(value: object) -> object:
    """`value` such that what counts as the same sorts alike, or nearly always."""
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
