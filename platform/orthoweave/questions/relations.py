"""Statements, derived from the schema, that find a node of any type and its neighbours.

The bundled node types have their own statements where these show more than the schema says
(`neighbourhood`); all others, such as those of other packages, get theirs from the schema.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from orthoweave.schema import EdgeType, NodeType, Property, Schema

# every gene has these edges to one of a few nodes: they do not describe a neighbourhood
_EVERYWHERE: Final = frozenset({"IN_TAXON", "MEASURED_IN"})
_NAMES: Final = ("symbol", "name", "title", "label", "common_name", "barcode")
_NUMBERS: Final = frozenset({"int64", "float32", "float64"})


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation that leads from a node to its neighbours."""

    name: str
    kind: str
    """Label of the nodes at the other end."""
    text: str
    """Statement that returns id, name, species and properties a, b, c, the strongest first."""
    says: str
    """Format of the properties."""
    inward: bool = False


def node_statement(node: NodeType) -> str:
    """Return the statement that finds the name and species of a node by its key."""
    return f"MATCH (n:`{node.name}` {{id: $key}}) RETURN {_described('n', node)}"


def schema_relations(
    schema: Schema, label: str, rows: Mapping[str, int], known: Container[str]
) -> Iterator[Relation]:
    """Yield the relations of a label that follow from the schema.

    Bulk edges are followed from bulk nodes only: a cell has dozens, a gene has millions.

    Parameters
    ----------
    rows
        Rows of the build by table; edge tables without rows are left out.
    known
        Names of edge types that have their own statements.
    """
    for edge in schema.edges.values():
        if edge.name in known or edge.name in _EVERYWHERE or not rows.get(edge.name):
            continue
        if edge.bulk and not schema.nodes[label].bulk:
            continue
        if edge.start == label:
            yield _relation(schema, edge, edge.end, inward=False)
        if edge.end == label and not edge.symmetric:
            yield _relation(schema, edge, edge.start, inward=True)


def _relation(schema: Schema, edge: EdgeType, far: str, *, inward: bool) -> Relation:
    shown = _lettered(edge)
    left, right = ("<-", "-") if inward else ("-", "-" if edge.symmetric else "->")
    near = edge.end if inward else edge.start
    returned = ["m.id AS id", _described("m", schema.nodes[far])]
    returned += [f"e.`{column.name}` AS {letter}" for letter, column in shown.items()]
    numbers = [letter for letter, column in shown.items() if column.kind in _NUMBERS]
    order = [f"{letter} DESC" for letter in numbers[:1]] + ["id"]
    text = (
        f"MATCH (n:`{near}` {{id: $key}}){left}[e:`{edge.name}`]{right}(m:`{far}`)\n"
        f"RETURN {', '.join(returned)}\nORDER BY {', '.join(order)}"
    )
    return Relation(edge.name, far, text, _format(shown), inward)


def _described(variable: str, node: NodeType) -> str:
    texts = {column.name for column in node.properties if column.kind == "string"}
    name = next((f"{variable}.`{column}`" for column in _NAMES if column in texts), "''")
    species = f"{variable}.species" if "species" in texts else "''"
    return f"{name} AS name, {species} AS species"


def _lettered(edge: EdgeType) -> dict[str, Property]:
    """Return the first properties that fit in a line, as a, b and c."""
    shown = [column for column in edge.properties if column.kind != "string[]"]
    return dict(zip("abc", shown, strict=False))


def _format(shown: Mapping[str, Property]) -> str:
    """Return a format such as ``weight {a:.3g}, method {b}``."""
    return ", ".join(
        f"{column.name.replace('_', ' ')} {{{letter}{':.3g' if 'float' in column.kind else ''}}}"
        for letter, column in shown.items()
    )
