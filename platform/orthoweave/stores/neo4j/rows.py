"""Exact conversion of rows of plain values to Arrow: integers stay integers, maps keep their keys.

A value is null, a boolean, a number, a string, a list or a map. A node is a map of its properties
that are not null, with its label as ``_LABEL``; a relationship likewise with its type; a path is a
map of its nodes as ``_NODES`` and its relationships as ``_RELS``. Every store returns graph values
in this form.

A column, or the elements of a list, of one kind become the Arrow type of that kind: ``bool``,
``int64``, ``double``, ``string``, ``list`` or ``struct``. Nodes and relationships become one
struct, in which missing properties are null. Mixed kinds, or maps with different sets of keys,
become a dense union, the only Arrow type that keeps 1 and 1.0 apart.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from orthoweave.errors import QueryError

LABEL: Final = "_LABEL"
NODES: Final = "_NODES"
RELATIONSHIPS: Final = "_RELS"
_SCALARS: Final = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}
_MOST_KINDS: Final = 127  # limit of an Arrow union


def table_of_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> pa.Table:
    """Return rows as a table; a column without any value has the type null.

    Raises
    ------
    QueryError
        If a value cannot be part of an answer, such as a date.

    Examples
    --------
    >>> table_of_rows(["n", "x"], [[1, "a"], [None, "b"]]).schema.types
    [DataType(int64), DataType(string)]
    """
    if not columns:
        return pa.table({})
    transposed = zip(*rows, strict=True) if rows else ([] for _ in columns)
    arrays = []
    for name, values in zip(columns, transposed, strict=True):
        try:
            arrays.append(_array(values))
        except _UnknownKindError as error:
            message = (
                f"column {name!r} contains a {error}; expected strings, numbers, booleans, lists, "
                "maps, nodes, relationships or paths: wrap it in toString(…)"
            )
            raise QueryError(message) from None
    return pa.Table.from_arrays(arrays, names=list(columns))


class _UnknownKindError(TypeError):
    """A value of a kind that an answer cannot have."""


def _array(values: Sequence[object]) -> pa.Array:
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        return pa.nulls(len(values))
    if len(kinds) > 1:
        return _union(values, [_kind(value) for value in values])
    (kind,) = kinds
    if kind is list:
        return _lists(values)
    if kind is dict:
        shapes = [_shape(value) for value in values]
        return _structs(values) if len(set(shapes) - {None}) == 1 else _union(values, shapes)
    if kind not in _SCALARS:
        raise _UnknownKindError(kind.__name__)
    try:
        return pa.array(values, _SCALARS[kind])
    except (OverflowError, UnicodeEncodeError) as error:
        raise _UnknownKindError(f"value that cannot be represented ({error})") from None


def _kind(value: object) -> object:
    """Return a key that values share if they fit into one column."""
    return _shape(value) if isinstance(value, dict) else None if value is None else type(value)


def _shape(value: object) -> object:
    """Return the shape of a map: the mark of a graph value, or its set of keys."""
    if not isinstance(value, dict):
        return None
    for mark in (LABEL, NODES):
        if mark in value:
            return mark
    return frozenset(value)


def _lists(values: Sequence[object]) -> pa.Array:
    offsets, flat = [0], []
    for value in values:
        if isinstance(value, list):
            flat.extend(value)
        offsets.append(len(flat))
    nulls = [value is None for value in values]
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), _array(flat), mask=pa.array(nulls, pa.bool_())
    )


def _structs(values: Sequence[object]) -> pa.Array:
    maps: list[Mapping[str, object]] = [
        value if isinstance(value, dict) else {} for value in values
    ]
    names = sorted({name for entries in maps for name in entries}, key=_order)
    nulls = pa.array([value is None for value in values], pa.bool_())
    fields = [_array([entries.get(name) for entries in maps]) for name in names]
    if not fields:
        # without fields the length must come from the values
        return pa.array([None if value is None else {} for value in values], pa.struct([]))
    return pa.StructArray.from_arrays(fields, names, mask=nulls)


def _order(name: str) -> tuple[bool, bool, str]:
    """Return a sort key: label and key of a node first, then by name."""
    return (name != LABEL, name != "id", name)


def _union(values: Sequence[object], kinds: Sequence[object]) -> pa.Array:
    """Return a union of values of several kinds; null belongs to the first kind."""
    distinct = list(dict.fromkeys(kind for kind in kinds if kind is not None))
    if len(distinct) > _MOST_KINDS:
        raise _UnknownKindError(f"mixture of more than {_MOST_KINDS} kinds of values")
    numbers = {kind: number for number, kind in enumerate(distinct)} | {None: 0}
    children: list[list[object]] = [[] for _ in distinct]
    types, offsets = [], []
    for value, kind in zip(values, kinds, strict=True):
        number = numbers[kind]
        types.append(number)
        offsets.append(len(children[number]))
        children[number].append(value)
    return pa.UnionArray.from_dense(
        pa.array(types, pa.int8()), pa.array(offsets, pa.int32()), [_array(c) for c in children]
    )
