"""Makes an Arrow table of rows; one column holds one kind of value, or the question is refused."""

from collections.abc import Sequence

import pyarrow as pa

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.cypher.context import Rows
from orthoweave.queries.cypher.values import Node, PathValue, Relationship, name_of


def to_table(columns: Sequence[str], rows: Rows) -> pa.Table:
    """Rows as a table.

    Nodes and relationships become structs of their properties and ``_LABEL``, paths structs of
    ``_NODES`` and ``_RELS``.

    Raises
    ------
    QueryRefusedError
        If a column holds several kinds of values, such as numbers and texts.
    """
    if not columns:
        return pa.table({})
    arrays = [_array(name, [plain(row[name]) for row in rows]) for name in columns]
    return pa.Table.from_arrays(arrays, names=list(columns))


def plain(value: object) -> object:
    """Give a value with nodes, relationships and paths as maps."""
    if isinstance(value, Node):
        return {"_LABEL": value.label, **value.properties}
    if isinstance(value, Relationship):
        return {"_LABEL": value.type, **value.properties}
    if isinstance(value, PathValue):
        return {
            "_NODES": [plain(node) for node in value.nodes],
            "_RELS": [plain(one) for one in value.relationships],
        }
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def _array(name: str, values: list[object]) -> pa.Array:
    kinds: dict[str, object] = {}
    for value in values:
        _check(name, value, "", kinds)
    return pa.array(values)


def _check(name: str, value: object, place: str, kinds: dict[str, object]) -> None:
    """Note the kind of each part of a value; refuse a second kind at one place."""
    if value is None:
        return
    kind = kinds.setdefault(place, type(value))
    if isinstance(value, dict) and "_LABEL" not in value:
        keys = kinds.setdefault(f"{place}{{}}", value.keys())
        if keys != value.keys():
            message = (
                f"column {name!r} holds maps of different names ({', '.join(value)}), and a column "
                "has one form of map: name what you want, as in n {.id, .symbol}"
            )
            raise QueryRefusedError(message)
    if kind is not type(value) and isinstance(kind, type):
        message = (
            f"column {name!r} holds {name_of(value)} in one row and {name_of(kind())} in another, "
            "and a column has one kind of value: convert it with toString(…) or toFloat(…), or "
            "give back columns of their own"
        )
        raise QueryRefusedError(message)
    if isinstance(value, list):
        for item in value:
            _check(name, item, f"{place}[]", kinds)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(name, item, f"{place}.{key}", kinds)
