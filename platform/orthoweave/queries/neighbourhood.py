"""What is around a gene, a cell type, a group of orthologs or a dataset: for expanding on a click.

Each relation of a node shows its strongest few, and says so where there are more.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa

from orthoweave.errors import UnknownNameError
from orthoweave.ids import Species, find_species
from orthoweave.queries.answer import Answer, table_of
from orthoweave.queries.gateway import Gateway
from orthoweave.queries.genes import species_name
from orthoweave.queries.search import GENES, Searchable
from orthoweave.queries.search_spaces import open_spaces

Row = Mapping[str, Any]

EDGES: Final = pa.schema(
    [("start", pa.string()), ("end", pa.string()), ("relation", pa.string()),
     ("about", pa.string()), ("kind", pa.string()), ("name", pa.string()),
     ("species", pa.string())]
)  # fmt: skip
KINDS: Final = ("Gene", "CellType", "OrthologGroup", "Dataset")


class Asking(Searchable, Protocol):
    """What a neighbourhood needs of a knowledge base."""

    @property
    def gateway(self) -> Gateway:
        """The way to its graph."""


@dataclass(frozen=True, slots=True)
class _Relation:
    name: str
    kind: str
    """Label of the nodes at the other end."""
    text: str
    """Statement that gives id, name, species and what the edge says, strongest first."""
    says: str
    """Format of what the edge says."""
    inward: bool = False


_RELATIONS: Final[dict[str, tuple[_Relation, ...]]] = {
    "Gene": (
        _Relation("ORTHOLOGOUS_TO", "Gene", """
MATCH (n:Gene {id: $key})-[e:ORTHOLOGOUS_TO]-(m:Gene)
WHERE e.assertion = 'consensus'
RETURN m.id AS id, m.symbol AS name, m.species AS species, e.support_count AS a,
       e.covering_count AS b
ORDER BY a DESC, id""", "supported by {a} of {b} resources"),
        _Relation("MEMBER_OF", "OrthologGroup", """
MATCH (n:Gene {id: $key})-[:MEMBER_OF]->(m:OrthologGroup)
RETURN m.id AS id, 'ortholog group' AS name, '' AS species, m.n_genes AS a, m.n_species AS b
ORDER BY id""", "{a} genes of {b} species"),
        _Relation("EXPRESSED_IN", "CellType", """
MATCH (n:Gene {id: $key})-[e:EXPRESSED_IN]->(m:CellType)
RETURN m.id AS id, m.name AS name, '' AS species, e.mean AS a, e.fraction AS b, e.dataset AS c
ORDER BY a DESC, id, c""", "mean {a:.2f}, in {b:.0%} of cells, {c}"),
        _Relation("COEXPRESSED_WITH", "Gene", """
MATCH (n:Gene {id: $key})-[e:COEXPRESSED_WITH]-(m:Gene)
RETURN m.id AS id, m.symbol AS name, m.species AS species, e.coefficient AS a, e.dataset AS b,
       e.method AS c
ORDER BY a DESC, id, b""", "correlation {a:.2f}, {b}, {c}"),
    ),
    "CellType": (
        _Relation("SUBCLASS_OF", "CellType", """
MATCH (n:CellType {id: $key})-[:SUBCLASS_OF]->(m:CellType)
RETURN m.id AS id, m.name AS name, '' AS species
ORDER BY name, id""", "is a kind of"),
        _Relation("SUBCLASS_OF", "CellType", """
MATCH (n:CellType {id: $key})<-[:SUBCLASS_OF]-(m:CellType)
RETURN m.id AS id, m.name AS name, '' AS species
ORDER BY name, id""", "is a kind of", inward=True),
        _Relation("OBSERVED_IN", "Dataset", """
MATCH (n:CellType {id: $key})-[e:OBSERVED_IN]->(m:Dataset)
RETURN m.id AS id, m.id AS name, m.species AS species, e.n_cells AS a
ORDER BY a DESC, id""", "{a:,} cells"),
        _Relation("EXPRESSED_IN", "Gene", """
MATCH (n:CellType {id: $key})<-[e:EXPRESSED_IN]-(m:Gene)
RETURN m.id AS id, m.symbol AS name, m.species AS species, e.mean AS a, e.fraction AS b,
       e.dataset AS c
ORDER BY a DESC, id, c""", "mean {a:.2f}, in {b:.0%} of cells, {c}", inward=True),
    ),
    "OrthologGroup": (
        _Relation("MEMBER_OF", "Gene", """
MATCH (n:OrthologGroup {id: $key})<-[:MEMBER_OF]-(m:Gene)
RETURN m.id AS id, m.symbol AS name, m.species AS species
ORDER BY species, name, id""", "is in the group", inward=True),
    ),
    "Dataset": (
        _Relation("OBSERVED_IN", "CellType", """
MATCH (n:Dataset {id: $key})<-[e:OBSERVED_IN]-(m:CellType)
RETURN m.id AS id, m.name AS name, '' AS species, e.n_cells AS a
ORDER BY a DESC, id""", "{a:,} cells", inward=True),
    ),
}  # fmt: skip
_NODE: Final = {
    "Gene": "MATCH (n:Gene {id: $key}) RETURN n.symbol AS name, n.species AS species",
    "CellType": "MATCH (n:CellType {id: $key}) RETURN n.name AS name, '' AS species",
    "OrthologGroup": (
        "MATCH (n:OrthologGroup {id: $key}) RETURN 'ortholog group' AS name, '' AS species"
    ),
    "Dataset": "MATCH (n:Dataset {id: $key}) RETURN n.id AS name, n.species AS species",
}


def find_node(kb: Asking, key: str) -> dict[str, str]:
    """Find the node with a key: `key`, `kind`, `name`, `species` (common name or empty).

    Raises
    ------
    UnknownNameError
        If no gene, cell type, group of orthologs or dataset has it.
    """
    for kind, text in _NODE.items():
        rows = kb.gateway.ask(text, {"key": key}).table.to_pylist()
        if rows:
            species = species_name(rows[0]["species"] or "")
            return {"key": key, "kind": kind, "name": rows[0]["name"] or key, "species": species}
    message = (
        f"nothing has the key {key!r}: expected that of a gene (NCBIGene:3630), a cell type "
        "(CL:0000169), a group of orthologs (group:NCBIGene:3630) or a dataset"
    )
    raise UnknownNameError(message)


def neighbourhood(kb: Asking, key: str, *, strongest: int = 8) -> Answer:
    """Neighbours of a node, the `strongest` of each relation.

    Returns
    -------
    Answer
        `start`, `end`, `relation` as the graph has them; `about`, what the edge says; `kind`,
        `name` and `species` of the neighbour. A note for each relation that was cut.

    Raises
    ------
    UnknownNameError
        If nothing has that key.
    """
    node = find_node(kb, key)
    rows: list[dict[str, str]] = []
    notes = []
    for relation in _RELATIONS[node["kind"]]:
        found = _neighbours(kb, relation, key)
        rows += found[:strongest]
        if len(found) > strongest:
            what = relation.name.replace("_", " ").lower()
            shown = f"{strongest} of {len(found):,}"
            notes.append(f"{node['name']}: {what}: {shown} neighbours are shown")
    asked = {"key": key, "strongest": strongest}
    return _answer(kb, table_of(rows, EDGES), f"around {node['name']}", asked, notes)


def nearest_genes(
    kb: Searchable, gene: str, *, k: int = 10, species: str | Species | None = None
) -> Answer:
    """Genes whose texts are nearest in meaning to those of a gene, itself left out.

    Returns
    -------
    Answer
        As of `search_genes`.

    Raises
    ------
    UnknownNameError
        If the gene has no vector, or the build holds none.
    """
    spaces = open_spaces(kb.layout, kb.manifest.build)
    index = spaces.index("gene_text")
    if gene not in index.rows:
        message = f"gene {gene!r} has no text vector: expected the key of a gene with a name"
        raise UnknownNameError(message)
    wanted = find_species(species) if isinstance(species, str) else species
    allowed = None
    if wanted is not None:
        of = (spaces.genes.get(key, {}).get("species") for key in index.ids)
        allowed = np.flatnonzero([species == wanted.key for species in of])
    # one more than asked for, since the gene is the nearest to itself
    near = index.search(index.vectors_of([gene]), k + 1, allowed)
    pairs = zip(near.ids[0], near.scores[0], strict=True)
    found = [(key, score) for key, score in pairs if key != gene][:k]
    rows = [
        {"rank": rank, "gene": key, "score": float(score),
         **{name: spaces.genes.get(key, {}).get(name) for name in ("symbol", "name", "species")}}
        for rank, (key, score) in enumerate(found, 1)
    ]  # fmt: skip
    asked = {"gene": gene, "k": k, "species": wanted.key if wanted else None}
    return _answer(kb, table_of(rows, GENES), f"genes with texts like those of {gene}", asked, ())


def _neighbours(kb: Asking, relation: _Relation, key: str) -> list[dict[str, str]]:
    """Neighbours by one relation, each once with its strongest edge."""
    found: dict[str, dict[str, str]] = {}
    for row in kb.gateway.ask(relation.text, {"key": key}).table.to_pylist():
        if row["id"] in found:
            continue
        ends = (row["id"], key) if relation.inward else (key, row["id"])
        found[row["id"]] = {
            "start": ends[0], "end": ends[1], "relation": relation.name,
            "about": _say(relation.says, row), "kind": relation.kind,
            "name": row["name"] or row["id"], "species": species_name(row["species"] or ""),
        }  # fmt: skip
    return list(found.values())


def _say(form: str, row: Row) -> str:
    values = {name: "?" if row.get(name) is None else row[name] for name in "abc"}
    try:
        return form.format(**values)
    except ValueError:  # a number that is not known
        return ""


def _answer(
    kb: Searchable, table: pa.Table, title: str, asked: Mapping[str, object], notes: Sequence[str]
) -> Answer:
    provenance = {
        "build": kb.manifest.build,
        "query": title,
        "parameters": json.dumps(asked, sort_keys=True),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return Answer(table, title, notes=tuple(notes), provenance=provenance)
