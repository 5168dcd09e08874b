"""The neighbours of a node, for expanding a network on a click.

Each relation of a node shows its strongest neighbours; a note says if there are more. Genes, cell
types, ortholog groups and datasets have their own statements; all others follow from the schema.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

import pyarrow as pa

from orthoweave.errors import UnknownNameError
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.dataset_scales import dataset_scales, scale_notes
from orthoweave.questions.genes import species_name
from orthoweave.questions.relations import Relation, node_statement, schema_relations
from orthoweave.questions.session import Session

Row = Mapping[str, Any]

EDGES: Final = pa.schema(
    [
        ("start", pa.string()),
        ("end", pa.string()),
        ("relation", pa.string()),
        ("about", pa.string()),
        ("kind", pa.string()),
        ("name", pa.string()),
        ("species", pa.string()),
    ]
)


_RELATIONS: Final[dict[str, tuple[Relation, ...]]] = {
    "Gene": (
        Relation(
            "ORTHOLOGOUS_TO",
            "Gene",
            """
MATCH (n:Gene {id: $key})-[e:ORTHOLOGOUS_TO]-(m:Gene)
WHERE e.assertion = 'consensus'
RETURN m.id AS id, m.symbol AS name, m.species AS species, e.support_count AS a,
       e.covering_count AS b
ORDER BY a DESC, id""",
            "supported by {a} of {b} resources",
        ),
        Relation(
            "MEMBER_OF",
            "OrthologGroup",
            """
MATCH (n:Gene {id: $key})-[:MEMBER_OF]->(m:OrthologGroup)
RETURN m.id AS id, 'ortholog group' AS name, '' AS species, m.n_genes AS a, m.n_species AS b
ORDER BY id""",
            "{a} genes of {b} species",
        ),
        Relation(
            "EXPRESSED_IN",
            "CellType",
            """
MATCH (n:Gene {id: $key})-[e:EXPRESSED_IN]->(m:CellType)
RETURN m.id AS id, m.name AS name, '' AS species, e.mean AS a, e.fraction AS b, e.dataset AS c
ORDER BY a DESC, id, c""",
            "mean {a:.2f}, in {b:.0%} of cells, {c}",
        ),
        Relation(
            "COEXPRESSED_WITH",
            "Gene",
            """
MATCH (n:Gene {id: $key})-[e:COEXPRESSED_WITH]-(m:Gene)
RETURN m.id AS id, m.symbol AS name, m.species AS species, e.coefficient AS a, e.dataset AS b,
       e.method AS c
ORDER BY a DESC, id, b""",
            "correlation {a:.2f}, {b}, {c}",
        ),
    ),
    "CellType": (
        Relation(
            "SUBCLASS_OF",
            "CellType",
            """
MATCH (n:CellType {id: $key})-[:SUBCLASS_OF]->(m:CellType)
RETURN m.id AS id, m.name AS name, '' AS species
ORDER BY name, id""",
            "is a kind of",
        ),
        Relation(
            "SUBCLASS_OF",
            "CellType",
            """
MATCH (n:CellType {id: $key})<-[:SUBCLASS_OF]-(m:CellType)
RETURN m.id AS id, m.name AS name, '' AS species
ORDER BY name, id""",
            "is a kind of",
            inward=True,
        ),
        Relation(
            "OBSERVED_IN",
            "Dataset",
            """
MATCH (n:CellType {id: $key})-[e:OBSERVED_IN]->(m:Dataset)
RETURN m.id AS id, m.id AS name, m.species AS species, e.n_cells AS a
ORDER BY a DESC, id""",
            "{a:,} cells",
        ),
        Relation(
            "EXPRESSED_IN",
            "Gene",
            """
MATCH (n:CellType {id: $key})<-[e:EXPRESSED_IN]-(m:Gene)
RETURN m.id AS id, m.symbol AS name, m.species AS species, e.mean AS a, e.fraction AS b,
       e.dataset AS c
ORDER BY a DESC, id, c""",
            "mean {a:.2f}, in {b:.0%} of cells, {c}",
            inward=True,
        ),
    ),
    "OrthologGroup": (
        Relation(
            "MEMBER_OF",
            "Gene",
            """
MATCH (n:OrthologGroup {id: $key})<-[:MEMBER_OF]-(m:Gene)
RETURN m.id AS id, m.symbol AS name, m.species AS species
ORDER BY species, name, id""",
            "is in the group",
            inward=True,
        ),
    ),
    "Dataset": (
        Relation(
            "OBSERVED_IN",
            "CellType",
            """
MATCH (n:Dataset {id: $key})<-[e:OBSERVED_IN]-(m:CellType)
RETURN m.id AS id, m.name AS name, '' AS species, e.n_cells AS a
ORDER BY a DESC, id""",
            "{a:,} cells",
            inward=True,
        ),
    ),
}
_NODE: Final = {
    "Gene": "MATCH (n:Gene {id: $key}) RETURN n.symbol AS name, n.species AS species",
    "CellType": "MATCH (n:CellType {id: $key}) RETURN n.name AS name, '' AS species",
    "OrthologGroup": (
        "MATCH (n:OrthologGroup {id: $key}) RETURN 'ortholog group' AS name, '' AS species"
    ),
    "Dataset": "MATCH (n:Dataset {id: $key}) RETURN n.id AS name, n.species AS species",
}


def find_node(session: Session, key: str) -> dict[str, str]:
    """Find the node with a key: `key`, `kind`, `name`, `species` (common name or empty).

    Raises
    ------
    UnknownNameError
        If no node of the build has it.
    """
    for kind, text in _node_statements(session):
        rows = session.gateway.ask(text, {"key": key}).table.to_pylist()
        if rows:
            species = species_name(rows[0]["species"] or "")
            return {"key": key, "kind": kind, "name": rows[0]["name"] or key, "species": species}
    message = (
        f"nothing has the key {key!r}: expected that of a gene (NCBIGene:3630), a cell type "
        "(CL:0000169), a group of orthologs (group:NCBIGene:3630), a dataset or another node"
    )
    raise UnknownNameError(message)


def _node_statements(session: Session) -> Iterator[tuple[str, str]]:
    """Yield each label of the build with the statement that finds its nodes by key."""
    yield from _NODE.items()
    for name, node in session.published.schema.nodes.items():
        if name not in _NODE and session.manifest.counts.get(name):
            yield name, node_statement(node)


def _relations(session: Session, kind: str) -> Iterator[Relation]:
    """Yield the relations of a label, those with their own statements first."""
    own = _RELATIONS.get(kind, ())
    yield from own
    known = {relation.name for relation in own}
    yield from schema_relations(session.published.schema, kind, session.manifest.counts, known)


def neighbourhood(session: Session, key: str, *, strongest: int = 8) -> Answer:
    """List the neighbours of a node, the `strongest` of each relation.

    Returns
    -------
    Answer
        `start`, `end`, `relation` as in the graph; `about`, a description of the edge; `kind`,
        `name` and `species` of the neighbour. A note for each relation that was cut.

    Raises
    ------
    UnknownNameError
        If nothing has that key.
    """
    node = find_node(session, key)
    rows: list[dict[str, str]] = []
    expressed: set[str] = set()
    notes = []
    for relation in _relations(session, node["kind"]):
        found = _neighbours(session, relation, key, expressed)
        rows += found[:strongest]
        if len(found) > strongest:
            what = relation.name.replace("_", " ").lower()
            shown = f"{strongest} of {len(found):,}"
            notes.append(f"{node['name']}: {what}: {shown} neighbours are shown")
    notes += scale_notes(dataset_scales(session), expressed) if expressed else []
    asked = {"key": key, "strongest": strongest}
    title = f"around {node['name']}"
    return session.answer(table_of(rows, EDGES), title, "neighbourhood", asked, notes)


def _neighbours(
    session: Session, relation: Relation, key: str, expressed: set[str]
) -> list[dict[str, str]]:
    """Return the neighbours by one relation, each once with its strongest edge.

    Datasets whose values the edges were ordered by are added to `expressed`.
    """
    found: dict[str, dict[str, str]] = {}
    for row in session.gateway.ask(relation.text, {"key": key}).table.to_pylist():
        if relation.name == "EXPRESSED_IN":
            expressed.add(row["c"])
        if row["id"] in found:
            continue
        ends = (row["id"], key) if relation.inward else (key, row["id"])
        found[row["id"]] = {
            "start": ends[0],
            "end": ends[1],
            "relation": relation.name,
            "about": _say(relation.says, row),
            "kind": relation.kind,
            "name": row["name"] or row["id"],
            "species": species_name(row["species"] or ""),
        }
    return list(found.values())


def _say(form: str, row: Row) -> str:
    values = {name: "?" if row.get(name) is None else row[name] for name in "abc"}
    said = []
    for part in form.split(", "):
        with suppress(ValueError):  # a number that is not known
            said.append(part.format(**values))
    return ", ".join(said)
