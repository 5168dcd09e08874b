"""Reads ``graph_schema/*.toml`` into a Schema."""

import tomllib
from pathlib import Path
from typing import Any, get_args

from orthoweave import content
from orthoweave.errors import SchemaError
from orthoweave.schema.model import EdgeType, Kind, NodeType, Property, Schema, VectorSpace


def read_schema(folder: Path | None = None) -> Schema:
    """Read the schema of a folder, by default the project's ``graph_schema/``.

    Raises
    ------
    SchemaError
        If a type or property is not well-formed; the message lists every problem.

    Examples
    --------
    >>> read_schema().edges["ORTHOLOGOUS_TO"].symmetric
    True
    """
    base = folder or content.folder("graph_schema")
    nodes = {name: _node(name, raw) for name, raw in _load(base / "nodes.toml").items()}
    edges = {name: _edge(name, raw) for name, raw in _load(base / "edges.toml").items()}
    vectors = {
        name: VectorSpace(name, raw["about"], raw["of"])
        for name, raw in _load(base / "vectors.toml").items()
    }
    schema = Schema(nodes, edges, vectors)
    problems = list(_problems(schema))
    if problems:
        message = "graph_schema/ is not sound:\n  " + "\n  ".join(problems)
        raise SchemaError(message)
    return schema


def _load(path: Path) -> dict[str, dict[str, Any]]:
    with path.open("rb") as stream:
        return tomllib.load(stream)


def _node(name: str, raw: dict[str, Any]) -> NodeType:
    return NodeType(
        name, raw["about"], raw["biolink"], tuple(raw.get("prefixes", ())),
        _properties(raw), bulk=raw.get("bulk", False), derived=raw.get("derived", False),
    )  # fmt: skip


def _edge(name: str, raw: dict[str, Any]) -> EdgeType:
    return EdgeType(
        name, raw["about"], raw["predicate"], raw["from"], raw["to"], _properties(raw),
        symmetric=raw.get("symmetric", False), bulk=raw.get("bulk", False),
        unique=raw.get("unique", False), derived=raw.get("derived", False),
    )  # fmt: skip


def _properties(raw: dict[str, Any]) -> tuple[Property, ...]:
    """Properties written as ``name = "kind! meaning"``, where ``!`` forbids null."""
    parsed = []
    for name, text in raw.get("properties", {}).items():
        kind, _, about = text.partition(" ")
        parsed.append(Property(name, kind.rstrip("!"), about, required=kind.endswith("!")))
    return tuple(parsed)


def _problems(schema: Schema) -> list[str]:
    found = []
    tables: list[NodeType | EdgeType] = [*schema.nodes.values(), *schema.edges.values()]
    for table in tables:
        for prop in table.properties:
            if prop.kind not in get_args(Kind):
                found.append(f"{table.name}.{prop.name}: unknown kind {prop.kind!r}")
            if not prop.about:
                found.append(f"{table.name}.{prop.name}: say what it means")
    for edge in schema.edges.values():
        found += [
            f"{edge.name}: no node type {end!r}"
            for end in (edge.start, edge.end)
            if end not in schema.nodes
        ]
    found += [
        f"{space.name}: no node type {space.of!r}"
        for space in schema.vectors.values()
        if space.of not in schema.nodes
    ]
    return found
