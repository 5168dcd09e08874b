"""Makes a table of rows, nodes and relationships as maps of their properties."""

from collections.abc import Sequence

import pyarrow as pa

from orthoweave.queries.cypher.context import Rows
from orthoweave.queries.cypher.values import Node, PathValue, Relationship
from orthoweave.stores.arrow_rows import LABEL, NODES, RELATIONSHIPS, table_of_rows


def to_table(columns: Sequence[str], rows: Rows) -> pa.Table:
    """Rows as a table, in the form that every store gives (`stores.arrow_rows`).

    Raises
    ------
    QueryError
        If a value cannot be given.
    """
    return table_of_rows(columns, [[plain(row[name]) for name in columns] for row in rows])


def plain(value: object) -> object:
    """Give a value with nodes, relationships and paths as maps."""
    if isinstance(value, Node):
        return {LABEL: value.label, **value.properties}
    if isinstance(value, Relationship):
        return {LABEL: value.type, **value.properties}
    if isinstance(value, PathValue):
        return {
            NODES: [plain(node) for node in value.nodes],
            RELATIONSHIPS: [plain(one) for one in value.relationships],
        }
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value
