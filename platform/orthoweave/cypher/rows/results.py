"""Rows as an Arrow table, with nodes and relationships as maps of their properties."""

from collections.abc import Sequence

import pyarrow as pa

from orthoweave.cypher.evaluation.context import Rows
from orthoweave.cypher.values.model import Node, PathValue, Relationship
from orthoweave.stores.neo4j.rows import LABEL, NODES, RELATIONSHIPS, table_of_rows


def to_table(columns: Sequence[str], rows: Rows) -> pa.Table:
    """Return rows as a table in the form that every store returns.

    Raises
    ------
    QueryError
        If a value cannot be represented.
    """
    return table_of_rows(columns, [[plain(row[name]) for name in columns] for row in rows])


def plain(value: object) -> object:
    """Return a value with nodes, relationships and paths as maps."""
    if isinstance(value, Node):
        return {LABEL: value.label, **value.properties}
    if isinstance(value, Relationship):
        return {LABEL: value.type, **value.properties}
    if isinstance(value, PathValue):
        return {
            NODES: [plain(node) for node in value.nodes],
            RELATIONSHIPS: [plain(relationship) for relationship in value.relationships],
        }
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value
