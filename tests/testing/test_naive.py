"""The naive path answers as Neo4j did, on the corpus that ships, and says what it does not know."""

from collections import Counter
from pathlib import Path

import pytest
from tests.support.naive import Graph, NaiveError, NotNaiveError, answer

from orthoweave.errors import QueryRefusedError
from orthoweave.opening import open_knowledge_base
from orthoweave.storage.layout import Layout
from orthoweave.testing.conformance_corpus import Case, read_answers, read_corpus
from orthoweave.testing.conformance_rows import PlainRows, difference

_ROWS: dict[str, list[dict[str, object]]] = {
    "CellType": [
        {"id": "CL:1", "name": "a", "synonyms": ["x", "y"]},
        {"id": "CL:2", "name": None, "synonyms": []},
        {"id": "CL:3", "name": "c", "synonyms": None},
    ],
    "SUBCLASS_OF": [
        {"from": "CL:1", "to": "CL:2"},
        {"from": "CL:2", "to": "CL:3"},
        {"from": "CL:3", "to": "CL:3"},
    ],
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Three cell types in a row, the last below itself."""
    return Graph(_ROWS)


@pytest.fixture(scope="module")
def toy(toy_kb: Path) -> Graph:
    """Read the toy world."""
    return Graph.of_build(Layout(toy_kb))


def _ask(graph: Graph, text: str) -> list[tuple[object, ...]]:
    return list(answer(graph, text).rows)


def _judge(toy: Graph, case: Case, expected: PlainRows) -> str:
    try:
        found = answer(toy, case.text, case.parameters)
    except (NotNaiveError, QueryRefusedError):
        return "not known"
    except NaiveError:
        return f"an error: {case.name}"
    differs = difference(found, expected, ordered=case.ordered, lists_ordered=case.lists_ordered)
    return f"{case.name}: {differs}" if differs else "equal"


def test_the_corpus_is_answered_as_by_neo4j(toy: Graph) -> None:
    """More than half of the corpus is known, and every answer is that of a live Neo4j."""
    answers = read_answers()
    outcomes = Counter(_judge(toy, case, answers[case.name]) for case in read_corpus())
    assert set(outcomes) <= {"equal", "not known"}, outcomes
    assert outcomes["equal"] > 0.5 * sum(outcomes.values())


def test_the_toy_world_is_read_whole(toy: Graph) -> None:
    """Nodes and edges are as many as the store has."""
    assert sum(1 for _ in toy.every_node()) > 100
    assert sum(len(edges) for edges in toy.outgoing.values()) == sum(
        len(edges) for edges in toy.incoming.values()
    )


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        # an edge is used once in a path, so the loop ends it
        (
            "MATCH (a {id: 'CL:1'})-[:SUBCLASS_OF*]->(b) RETURN b.id",
            [("CL:2",), ("CL:3",), ("CL:3",)],
        ),
        ("MATCH (a {id: 'CL:3'})-[r]-(b) RETURN b.id", [("CL:3",), ("CL:2",)]),
        ("MATCH (a)-[]->(b)-[]->(c) RETURN count(*) AS n", [(2,)]),
        (
            "MATCH (a:CellType) OPTIONAL MATCH (a)-->(b) WHERE b.id = 'CL:2' RETURN a.id, b.id "
            "ORDER BY a.id",
            [("CL:1", "CL:2"), ("CL:2", None), ("CL:3", None)],
        ),
        ("MATCH (a:CellType) WHERE a.name <> 'a' RETURN a.id", [("CL:3",)]),
        ("MATCH (a:CellType) RETURN a.name ORDER BY a.name DESC LIMIT 2", [(None,), ("c",)]),
        (
            "MATCH (a:CellType) RETURN size(a.synonyms) AS s, count(*) AS n ORDER BY s",
            [(0, 1), (2, 1), (None, 1)],
        ),
        (
            "MATCH (a:Gene) RETURN count(a) AS n, sum(a.x) AS s, avg(a.x) AS m, collect(a) AS c",
            [(0, 0, None, [])],
        ),
        (
            "MATCH (a:CellType) WHERE EXISTS { (a)-->(b) WHERE b.name IS NULL } RETURN a.id",
            [("CL:1",)],
        ),
        (
            "MATCH (a:CellType) RETURN a.id, COUNT { (a)-->() } + 1 AS n ORDER BY a.id LIMIT 1",
            [("CL:1", 2)],
        ),
        (
            "UNWIND [1, 2, null] AS x RETURN x UNION UNWIND [2, 3] AS x RETURN x",
            [(1,), (2,), (None,), (3,)],
        ),
        (
            "MATCH (a {id: 'CL:1'}) CALL (a) { MATCH (a)-->(b) RETURN b.id AS k } RETURN k",
            [("CL:2",)],
        ),
        (
            "MATCH (a {id: 'CL:1'})((x)-[:SUBCLASS_OF]->(y)){2}(b) RETURN [n IN y | n.id] AS k",
            [(["CL:2", "CL:3"],)],
        ),
        ("RETURN -7 / 2 AS a, -7 % 3 AS b, 2 ^ 3 AS c, 7 / 2.0 AS d", [(-3, -1, 8.0, 3.5)]),
        (
            "RETURN round(-2.5) AS a, round(2.5) AS b, toInteger('1.9') AS c, null = null AS d",
            [(-2.0, 3.0, 1, None)],
        ),
        (
            "RETURN 1 IN [2, null] AS a, any(x IN [null, 1] WHERE x = 1) AS b, null AND false AS c",
            [(None, True, False)],
        ),
    ],
)
def test_cases_by_hand(graph: Graph, text: str, rows: list[tuple[object, ...]]) -> None:
    """Trails, loops, nulls, groups, subqueries and numbers, each worked out by hand."""
    assert _ask(graph, text) == rows


@pytest.mark.parametrize(
    "text",
    [
        "MATCH p = shortestPath((a)-[*]-(b)) RETURN length(p) AS n",
        "RETURN [1] < [2] AS x",
        "MATCH (a) RETURN *",
        "RETURN apoc.text.join(['a'], ',') AS x",
        "CALL db.labels() YIELD label RETURN label",
    ],
)
def test_unsupported_statements_are_errors(graph: Graph, text: str) -> None:
    """An unsupported statement is an error of the naive path, never an answer."""
    with pytest.raises(NotNaiveError):
        answer(graph, text)


@pytest.mark.parametrize("text", ["RETURN 1 / 0 AS x", "RETURN 9223372036854775807 + 1 AS x"])
def test_errors_of_neo4j_are_errors(graph: Graph, text: str) -> None:
    """Division by zero and numbers beyond 64 bits end a question."""
    with pytest.raises(NaiveError):
        answer(graph, text)


def test_too_many_edges_are_an_error() -> None:
    """A question that looks at too many edges is given up."""
    many = {"CellType": [{"id": f"CL:{n}"} for n in range(300)]}
    with pytest.raises(NotNaiveError, match="more nodes and edges"):
        answer(Graph(many), "MATCH (a), (b), (c) RETURN count(*) AS n")


def test_nodes_are_as_the_gateway_gives_them(toy_kb: object) -> None:
    """A whole node has its label and the properties that are not null."""
    layout = Layout(toy_kb)  # type: ignore[arg-type]
    text = "MATCH (s:Species) RETURN s"
    with open_knowledge_base(layout.root, store="") as kb:
        from orthoweave.testing.conformance_rows import plain_rows

        found = plain_rows(kb.gateway.ask(text).table)
    assert difference(answer(Graph.of_build(layout), text), found) is None
