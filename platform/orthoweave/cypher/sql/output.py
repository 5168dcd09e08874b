"""Answers from the engine's rows, with nodes and relationships looked up by number."""

from typing import Any, Final

import pyarrow as pa

from orthoweave.cypher.sql.entities import Entities, Fetch, whole_column
from orthoweave.cypher.sql.statement import Column, Compiled
from orthoweave.cypher.sql.types import Type
from orthoweave.cypher.values.model import Row
from orthoweave.stores.base import Catalogue

_ARROW: Final = {
    "bool": pa.bool_(),
    "int": pa.int64(),
    "float": pa.float64(),
    "string": pa.string(),
}


def whole_table(
    compiled: Compiled, table: pa.Table, fetch: Fetch, catalogue: Catalogue
) -> pa.Table | None:
    """Return the answer built column by column; None if it must be built row by row."""
    if compiled.after or any(column.whole for column in compiled.columns):
        return None
    arrays = []
    for column, values in zip(compiled.columns, table.columns, strict=True):
        if column.type.is_entity and values.null_count < len(values):
            made = whole_column(column.type, values, fetch, catalogue)
        else:
            made = _cast(values, column.type) if _is_plain(column.type) else None
        if made is None:
            return None
        arrays.append(made)
    return pa.Table.from_arrays(arrays, names=list(compiled.names))


def _cast(column: pa.ChunkedArray, of: Type) -> pa.ChunkedArray:
    if of.kind == "null":
        return pa.chunked_array([pa.nulls(len(column))])
    if of.kind == "list" and (of.item is None or of.item.kind == "null"):
        return pa.chunked_array([pa.array(column.to_pylist(), pa.list_(pa.null()))])
    return column.cast(_arrow(of))


def _is_plain(of: Type) -> bool:
    if of.kind == "list":
        return of.item is None or _is_plain(of.item)
    return of.kind in _ARROW or of.kind == "null"


def _arrow(of: Type) -> pa.DataType:
    if of.kind == "null":
        return pa.null()
    if of.kind == "list":
        return pa.list_(pa.null() if of.item is None else _arrow(of.item))
    return _ARROW[of.kind]


def rows_of(compiled: Compiled, table: pa.Table, entities: Entities) -> list[Row]:
    """Return the engine's rows with whole nodes, relationships and paths."""
    columns: list[tuple[Column, list[Any]]] = []
    place = 0
    for column in compiled.columns:
        values = table.column(place).to_pylist()
        place += 1
        if column.whole:
            flags = table.column(place).to_pylist()
            place += 1
            values = [
                int(value) if flag and value is not None else value
                for value, flag in zip(values, flags, strict=True)
            ]
        columns.append((column, values))
    for column, values in columns:
        entities.note(column.type, values)
    entities.load()
    made = [
        (column.name, [entities.made(column.type, value) for value in values])
        for column, values in columns
    ]
    count = table.num_rows
    return [{name: values[number] for name, values in made} for number in range(count)]
