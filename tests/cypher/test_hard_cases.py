"""Statements once answered wrongly, and statements that Neo4j refuses, on small graphs."""

from pathlib import Path

import pyarrow as pa
import pytest

from orthoweave.cypher.answer import answer
from orthoweave.errors import QueryRefusedError
from orthoweave.gateway.guard import check_statement
from orthoweave.schema import EdgeType, NodeType, Schema
from orthoweave.stores.duckdb.store import DuckdbStore
from orthoweave.stores.duckdb.write import GraphWriter

SCHEMA = Schema(
    {name: NodeType(name, "", "", (), (), bulk=True) for name in ("Kind", "Gene", "Type")},
    {
        "IN_KIND": EdgeType("IN_KIND", "", "", "Gene", "Kind", (), bulk=True),
        "EXPR": EdgeType("EXPR", "", "", "Gene", "Type", (), bulk=True),
    },
    {},
)
NODES = {
    "Kind": ["s1"],
    "Gene": ["g1", "g2", "g3", "g4", "g5", "gx"],
    "Type": ["t0", "t1", "t3", "tx"],
}
# two relationships between g5 and t1
EXPR = [("g3", "t3"), ("g3", "t0"), ("g5", "t1"), ("g5", "t0"), ("g5", "t1"), ("gx", "tx")]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> DuckdbStore:
    path = Path(tmp_path_factory.mktemp("hard") / "graph.duckdb")
    with GraphWriter(path, SCHEMA, memory_mb=256, small=True) as graph:
        for label, keys in NODES.items():
            rows = [{"id": key, "source": "s"} for key in keys]
            graph.write(label, pa.Table.from_pylist(rows, schema=SCHEMA.arrow(label)))
        for name, pairs in (("IN_KIND", [("g5", "s1")]), ("EXPR", EXPR)):
            rows = [{"from": one, "to": other, "source": "s"} for one, other in pairs]
            graph.write(name, pa.Table.from_pylist(rows, schema=SCHEMA.arrow(name)))
    return DuckdbStore.open_read_only(path, memory_mb=128, threads=1)


def test_rows_on_the_way_back_are_kept(small: DuckdbStore) -> None:
    """Over parallel relationships there are two ways to go on from t1, both ways round."""
    text = (
        "MATCH (a:Kind)<-[:IN_KIND]-(b:Gene)-[:EXPR]->(c:Type) "
        "MATCH (c)<-[:EXPR]-(d:Gene)-[:EXPR]->(c) RETURN count(*) AS n"
    )
    rows = answer(small, text, {}, timeout_s=10, row_limit=10)
    assert rows.table.to_pylist() == [{"n": 4}]


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (g:Gene) WHERE (g)-[r]->(t) RETURN count(*) AS n",
        "MATCH (g:Gene) WITH g, count(*) RETURN count(g) AS n",
        "MATCH (g:Gene) RETURN [x IN [1, 2] | count(*)] AS l",
        "RETURN false AND 123 AS v",
        "OPTIONAL MATCH (:Gene {id: 'none'})-[r:COEXPRESSED_WITH]->() MATCH (r) "
        "RETURN count(*) AS n",
    ],
)
def test_statements_that_neo4j_refuses_are_refused(text: str) -> None:
    """The place is named, and what was expected there."""
    with pytest.raises(QueryRefusedError, match="character"):
        check_statement(text)
