"""The schema as data definition for a graph server."""

from orthoweave.schema.model import Schema


def neo4j_ddl(schema: Schema) -> list[str]:
    """Return the uniqueness constraints for the keys of all node types, for Neo4j 5."""
    return [
        f"CREATE CONSTRAINT {name.lower()}_id IF NOT EXISTS FOR (n:`{name}`) REQUIRE n.id IS UNIQUE"
        for name in schema.nodes
    ]
