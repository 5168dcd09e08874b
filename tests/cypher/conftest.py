"""A small graph with what patterns are hard about: a diamond, a cycle, a loop, parallel edges."""

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from orthoweave.cypher.answer import answer
from orthoweave.gateway.guard import check_statement
from orthoweave.schema import read_schema
from orthoweave.stores.duckdb.store import DuckdbStore
from orthoweave.stores.duckdb.write import GraphWriter

# cell types and what they are kinds of: e, d, b, c, a make a diamond; x, y, z a cycle; l a loop
KINDS = [
    ("d", "b"),
    ("d", "c"),
    ("b", "a"),
    ("c", "a"),
    ("e", "d"),
    ("x", "y"),
    ("y", "z"),
    ("z", "x"),
    ("l", "l"),
]
# genes with species, and pairs of orthologs with the number of resources; a-b twice
GENES = {"A": "s1", "B": "s2", "C": "s2", "D": "s3"}
ORTHOLOGS = [("A", "B", 3), ("A", "B", 1), ("A", "C", 2), ("B", "D", 4)]

Ask = Callable[..., list[dict[str, Any]]]


def rows() -> dict[str, list[dict[str, object]]]:
    """Rows of the graph by table; what a row does not say is null."""
    names = sorted({end for kind in KINDS for end in kind})
    return {
        "CellType": [{"id": name, "name": name, "synonyms": ["s", name]} for name in names],
        "Species": [{"id": name, "scientific_name": name} for name in ("s1", "s2", "s3")],
        "Gene": [
            {
                "id": name,
                "symbol": name,
                "species": species,
                "synonyms": ["x"],
                **({"name": "alpha", "summary": "first"} if name == "A" else {}),
            }
            for name, species in GENES.items()
        ],
        "SUBCLASS_OF": [{"from": low, "to": high, "source": "o"} for low, high in KINDS],
        "IN_TAXON": [{"from": name, "to": species} for name, species in GENES.items()],
        "ORTHOLOGOUS_TO": [
            {"from": one, "to": other, "support_count": count, "assertion": "e"}
            for one, other, count in ORTHOLOGS
        ],
    }


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckdbStore]:
    """Make the graph, and open it for reading."""
    path, schema = tmp_path_factory.mktemp("cypher") / "graph.duckdb", read_schema()
    with GraphWriter(path, schema, memory_mb=256, small=True) as graph:
        for table, content in rows().items():
            graph.write(table, pa.Table.from_pylist(content, schema=schema.arrow(table)))
    with DuckdbStore.open_read_only(path, memory_mb=128, threads=1) as opened:
        yield opened


@pytest.fixture
def ask(store: DuckdbStore) -> Ask:
    """Ask the graph: the rows of a statement."""

    def rows(text: str, **parameters: object) -> list[dict[str, Any]]:
        check_statement(text)
        found = answer(store, text, parameters, timeout_s=20, row_limit=1000)
        listed: list[dict[str, Any]] = found.table.to_pylist()
        return listed

    return rows
