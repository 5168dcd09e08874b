"""Merge the rows of several sources about the same nodes into one row per key."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from orthoweave.schema.model import ARROW, PROVENANCE, NodeType, Property
from orthoweave.storage.engine import literal, parquet, table_engine, write_rows

_PROVENANCE: Final = {column.name for column in PROVENANCE}
# files come before rows in the order of precedence; no file has 2**40 rows
_FILE_WEIGHT: Final = 1 << 40


def merge_nodes(
    paths: Sequence[Path], target: Path, node: NodeType, *, keep_single: bool = False
) -> int:
    """Write one row per key to `target`, sorted by key, and return the number of rows.

    A scalar is the first that is not null in the order of `paths` (within a file, in the order of
    its rows); a list is the sorted union; the provenance columns are those of the first row that
    has the key. The same input yields the same bytes; memory is bounded for any number of rows.
    """
    columns = ", ".join(f'"{column.name}"' for column in node.columns)
    union = " UNION ALL ".join(
        f"SELECT {columns}, {number * _FILE_WEIGHT} + file_row_number AS precedence "
        f"FROM read_parquet({literal(str(path))}, file_row_number=true)"
        for number, path in enumerate(paths)
    )
    merged = ", ".join(_merged(column, keep_single=keep_single) for column in node.columns)
    schema = pa.schema([(column.name, ARROW[column.kind]) for column in node.columns])
    query = f"SELECT {merged} FROM ({union}) GROUP BY id ORDER BY id"
    with table_engine(target.parent) as connection:
        if len(paths) == 1 and _is_merged(connection, paths[0]):
            query = f"SELECT {_alone(node, keep_single=keep_single)} FROM ({union}) ORDER BY id"
        return write_rows(connection, query, target, schema)


def _is_merged(connection: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Return whether each row of a file has a key of its own: there is nothing to group."""
    query = f"SELECT count(*) = count(DISTINCT id) FROM {parquet([path])}"
    return bool(connection.sql(query).fetchall()[0][0])


def _alone(node: NodeType, *, keep_single: bool) -> str:
    """Return the columns of rows that have their key alone, as merging them would yield them."""
    return ", ".join(
        f'list_sort(list_distinct("{column.name}")) AS "{column.name}"'
        if column.kind.endswith("[]") and not keep_single
        else f'"{column.name}"'
        for column in node.columns
    )


def _merged(column: Property, *, keep_single: bool) -> str:
    name = f'"{column.name}"'
    if column.name == "id":
        return name
    if column.name in _PROVENANCE:
        return f"arg_min({name}, precedence) AS {name}"
    if column.kind.endswith("[]"):
        united = f"list_sort(list_distinct(flatten(list({name}) FILTER ({name} IS NOT NULL))))"
        if keep_single:
            united = f"CASE WHEN count(*) = 1 THEN any_value({name}) ELSE {united} END"
        return f"{united} AS {name}"
    return f"arg_min({name}, precedence) FILTER ({name} IS NOT NULL) AS {name}"
