"""A small graph with what patterns are hard about: a diamond, a cycle, a loop, parallel edges."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from orthoweave.queries.cypher.answer import answer
from orthoweave.queries.guard import check_statement
from orthoweave.schema import read_schema
from orthoweave.stores.ladybug import LadybugStore

# cell types and what they are kinds of: e, d, b, c, a make a diamond; x, y, z a cycle; l a loop
KINDS = [("d", "b"), ("d", "c"), ("b", "a"), ("c", "a"), ("e", "d"),
         ("x", "y"), ("y", "z"), ("z", "x"), ("l", "l")]  # fmt: skip
# genes with species, and pairs of orthologs with the number of resources; a-b twice
GENES = {"A": "s1", "B": "s2", "C": "s2", "D": "s3"}
ORTHOLOGS = [("A", "B", 3), ("A", "B", 1), ("A", "C", 2), ("B", "D", 4)]

Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LadybugStore]:
    """Make the graph, and open it for reading."""
    path = tmp_path_factory.mktemp("cypher") / "graph.lbug"
    made = LadybugStore.create(path, read_schema(), buffer_pool_mb=256)

    def write(text: str, **given: object) -> None:
        made.query(text, given, timeout_s=20, row_limit=1)

    for name in sorted({end for kind in KINDS for end in kind}):
        write("CREATE (:CellType {id: $name, name: $name, synonyms: ['s', $name]})", name=name)
    for low, high in KINDS:
        write("MATCH (a:CellType {id: $low}) MATCH (b:CellType {id: $high}) "
              "CREATE (a)-[:SUBCLASS_OF {source: 'o'}]->(b)", low=low, high=high)  # fmt: skip
    for name in ("s1", "s2", "s3"):
        write("CREATE (:Species {id: $name, scientific_name: $name})", name=name)
    for name, species in GENES.items():
        write("CREATE (:Gene {id: $name, symbol: $name, species: $species, synonyms: ['x']})",
              name=name, species=species)  # fmt: skip
        write("MATCH (g:Gene {id: $name}) MATCH (s:Species {id: $species}) "
              "CREATE (g)-[:IN_TAXON]->(s)", name=name, species=species)  # fmt: skip
    write("MATCH (g:Gene {id: 'A'}) SET g.name = 'alpha', g.summary = 'first'")
    for one, other, count in ORTHOLOGS:
        write("MATCH (a:Gene {id: $one}) MATCH (b:Gene {id: $other}) "
              "CREATE (a)-[:ORTHOLOGOUS_TO {support_count: $count, assertion: 'e'}]->(b)",
              one=one, other=other, count=count)  # fmt: skip
    made.close()
    with LadybugStore.open_read_only(path, buffer_pool_mb=128, threads=1) as opened:
        yield opened


@pytest.fixture
def ask(store: LadybugStore) -> Ask:
    """Ask the graph: the rows of a statement."""

    def rows(text: str, **parameters: object) -> list[dict[str, Any]]:
        check_statement(text)
        found = answer(store, text, parameters, timeout_s=20, row_limit=1000)
        listed: list[dict[str, Any]] = found.table.to_pylist()
        return listed

    return rows
