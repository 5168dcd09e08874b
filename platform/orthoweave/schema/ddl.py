"""The schema as Cypher data definition, one function for each dialect."""

from orthoweave.schema.model import EdgeType, NodeType, Schema

_LADYBUG = {
    "string": "STRING", "int64": "INT64", "float32": "FLOAT", "float64": "DOUBLE",
    "bool": "BOOL", "string[]": "STRING[]",
}  # fmt: skip


def ladybug_ddl(schema: Schema) -> list[str]:
    """``CREATE … TABLE`` statements for the embedded engine, nodes first."""
    nodes = [_ladybug_node(node) for node in schema.nodes.values()]
    return [*nodes, *(_ladybug_edge(edge) for edge in schema.edges.values())]


def _ladybug_node(node: NodeType) -> str:
    columns = ", ".join(f"`{column.name}` {_LADYBUG[column.kind]}" for column in node.columns)
    return f"CREATE NODE TABLE `{node.name}`({columns}, PRIMARY KEY(`id`))"


def _ladybug_edge(edge: EdgeType) -> str:
    columns = "".join(f", `{column.name}` {_LADYBUG[column.kind]}" for column in edge.columns[2:])
    return f"CREATE REL TABLE `{edge.name}`(FROM `{edge.start}` TO `{edge.end}`{columns})"


def neo4j_ddl(schema: Schema) -> list[str]:
    """Uniqueness constraints for the keys of all node types, for Neo4j 5."""
    return [
        f"CREATE CONSTRAINT {name.lower()}_id IF NOT EXISTS FOR (n:`{name}`) REQUIRE n.id IS UNIQUE"
        for name in schema.nodes
    ]
