"""Parts of the schema: node types, edge types, vector spaces and their properties."""

from dataclasses import dataclass
from typing import Final, Literal

import pyarrow as pa

from orthoweave.errors import UnknownNameError

Kind = Literal["string", "int64", "float32", "float64", "bool", "string[]"]

ARROW: Final[dict[str, pa.DataType]] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "string[]": pa.list_(pa.string()),
}


@dataclass(frozen=True, slots=True)
class Property:
    """A column of a node or edge table."""

    name: str
    kind: Kind
    about: str
    """Meaning and unit."""
    required: bool = False
    """Whether null is refused."""


# provenance: every row carries `source`; all tables but bulk ones carry the rest as well
SOURCE: Final = Property(
    "source", "string", "key of the Source that asserts this row", required=True
)
PROVENANCE: Final = (
    SOURCE,
    Property("source_version", "string", "version of that source", required=True),
    Property("license", "string", "licence of that source", required=True),
    Property(
        "knowledge_level", "string", "Biolink knowledge_level of the assertion", required=True
    ),
    Property("agent_type", "string", "Biolink agent_type that made the assertion", required=True),
    Property("primary_knowledge_source", "string", "infores CURIE of the origin", required=True),
)
ORIGINAL: Final = (
    Property("original_subject", "string", "the `from` end as the source spells it"),
    Property("original_object", "string", "the `to` end as the source spells it"),
)


@dataclass(frozen=True, slots=True)
class NodeType:
    """A node table: its key column is always ``id``."""

    name: str
    about: str
    biolink: str
    """Biolink class of the nodes."""
    prefixes: tuple[str, ...]
    """CURIE prefixes that a key may have; empty for our own keys."""
    properties: tuple[Property, ...]
    bulk: bool = False
    """Millions of rows: carries only `source`; the Source node holds the other provenance."""
    derived: bool = False
    """Runs of models may write it; all else is for sources alone."""

    @property
    def columns(self) -> tuple[Property, ...]:
        """All columns in order: key, properties, provenance."""
        key = Property("id", "string", "node key", required=True)
        return (key, *self.properties, *((SOURCE,) if self.bulk else PROVENANCE))


@dataclass(frozen=True, slots=True)
class EdgeType:
    """An edge table: its ends are the columns ``from`` and ``to``."""

    name: str
    about: str
    predicate: str
    """Biolink predicate of the edges."""
    start: str
    end: str
    properties: tuple[Property, ...]
    symmetric: bool = False
    """Stored once with ``from < to`` and matched without direction."""
    bulk: bool = False
    unique: bool = False
    """One edge for a pair of nodes: of several sources that assert it, the first one's is kept."""
    derived: bool = False
    """Runs of models may write it; all else is for sources alone."""

    @property
    def columns(self) -> tuple[Property, ...]:
        """All columns in order: ends, properties, provenance."""
        ends = (
            Property("from", "string", f"key of the {self.start}", required=True),
            Property("to", "string", f"key of the {self.end}", required=True),
        )
        return (*ends, *self.properties, *((SOURCE,) if self.bulk else (*PROVENANCE, *ORIGINAL)))


@dataclass(frozen=True, slots=True)
class VectorSpace:
    """A space of vectors over the nodes of one type, searched by inner product."""

    name: str
    about: str
    of: str
    """Node type of the keys of the vectors."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The whole graph: nodes, edges and vector spaces by name."""

    nodes: dict[str, NodeType]
    edges: dict[str, EdgeType]
    vectors: dict[str, VectorSpace]

    def table(self, name: str) -> NodeType | EdgeType:
        """Return the node or edge type of that name, or raise an error that lists all."""
        found = self.nodes.get(name) or self.edges.get(name)
        if found is None:
            known = ", ".join([*self.nodes, *self.edges])
            message = f"no table {name!r} in graph_schema/: expected one of {known}"
            raise UnknownNameError(message)
        return found

    def arrow(self, name: str) -> pa.Schema:
        """Return the Arrow schema of a table, with every column nullable."""
        return pa.schema([(column.name, ARROW[column.kind]) for column in self.table(name).columns])
