"""Clauses, subqueries and results over the small graph."""

from collections.abc import Callable
from typing import Any

import pytest

from orthoweave.cypher.answer import answer
from orthoweave.errors import QueryError, QueryRefusedError, QueryTimeoutError
from orthoweave.stores.duckdb.store import DuckdbStore

Ask = Callable[..., list[dict[str, Any]]]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("RETURN 1 + 1 AS a, [1, 2, 3][-1] AS b, [1, 2, 3][1..2] AS c", {"a": 2, "b": 3, "c": [2]}),
        (
            "RETURN [1, 2][null] AS a, [1, 2][5] AS b, {x: 1}['x'] AS c",
            {"a": None, "b": None, "c": 1},
        ),
        ("RETURN [x IN range(1, 4) WHERE x % 2 = 0 | x * x] AS l", {"l": [4, 16]}),
        (
            "RETURN reduce(t = 0, x IN [1, 2] | t + x) AS a, "
            "reduce(t = 0, x IN [1, null] | t + x) AS b",
            {"a": 3, "b": None},
        ),
        (
            "RETURN single(x IN [1, null] WHERE x > 0) AS a, all(x IN [] WHERE false) AS b, "
            "none(x IN [null] WHERE x > 0) AS c",
            {"a": None, "b": True, "c": None},
        ),
        (
            "RETURN CASE null WHEN null THEN 1 ELSE 2 END AS a, CASE 3 WHEN 1, 3 THEN 'x' END AS b",
            {"a": 2, "b": "x"},
        ),
        (
            "RETURN true AND null AS a, false AND null AS b, true OR null AS c, NOT null AS d",
            {"a": None, "b": False, "c": True, "d": None},
        ),
        ("WITH {a: {b: [1, 2]}} AS m RETURN m.a.b[1] AS x, m.nope.x AS y", {"x": 2, "y": None}),
        (
            "UNWIND [3, null, 1] AS x WITH x ORDER BY x DESC RETURN collect(x) AS l, count(*) AS n",
            {"l": [3, 1], "n": 3},
        ),
        (
            "UNWIND [] AS x RETURN sum(x) AS s, avg(x) AS a, collect(x) AS l",
            {"s": 0, "a": None, "l": []},
        ),
        (
            "MATCH (g:Gene {id: 'A'}) RETURN g {.symbol, .nope, n: size(g.synonyms)} AS m",
            {"m": {"symbol": "A", "nope": None, "n": 1}},
        ),
        (
            "MATCH (g:Gene {id: 'A'}) RETURN labels(g) AS l, g:Gene AS a, g:Cell AS b, "
            "g['name'] AS n",
            {"l": ["Gene"], "a": True, "b": False, "n": "alpha"},
        ),
        (
            "MATCH (g:Gene {id: 'A'}) RETURN size([(g)-[:ORTHOLOGOUS_TO]-(h) | h]) AS n, "
            "COUNT { (g)-[:ORTHOLOGOUS_TO]-({id: 'B'}) } AS b, EXISTS { (g)-[:IN_TAXON]->() } AS e",
            {"n": 3, "b": 2, "e": True},
        ),
        (
            "MATCH (g:Gene) WHERE NOT (g)-[:ORTHOLOGOUS_TO]-(:Gene {id: 'A'}) "
            "RETURN collect(g.id) AS l",
            {"l": ["A", "D"]},
        ),
        (
            "MATCH (s:Species) CALL (s) { MATCH (g)-[:IN_TAXON]->(s) RETURN count(g) AS n } "
            "WITH s, n ORDER BY s.id RETURN collect(n) AS l",
            {"l": [1, 2, 1]},
        ),
        (
            "UNWIND [0, 2] AS i CALL { WITH i UNWIND range(1, i) AS j RETURN sum(j) AS n } "
            "RETURN collect(n) AS l",
            {"l": [0, 3]},
        ),
        (
            "MATCH (s:Species {id: 's2'}) RETURN COLLECT { MATCH (s)<-[:IN_TAXON]-(g) "
            "RETURN g.id ORDER BY g.id DESC LIMIT 1 } AS l",
            {"l": ["C"]},
        ),
        (
            "MATCH (g:Gene) WITH g.species AS s, count(*) AS n WHERE n > 1 "
            "RETURN s, n + size(s) AS k",
            {"s": "s2", "k": 4},
        ),
        (
            "MATCH (a:Gene {id: 'A'}), (b:Gene {id: 'B'}) CALL { WITH a MATCH (b:Species) "
            "RETURN count(b) AS n } RETURN a.id AS a, b.id AS b, n",
            {"a": "A", "b": "B", "n": 3},
        ),
        ("MATCH (a:Gene {id: 'A'}) CALL (a) { WITH 1 AS x RETURN a.id AS y } RETURN y", {"y": "A"}),
        ("RETURN coalesce(null, 'z', 1 / 0) AS z", {"z": "z"}),
        (
            "CALL { RETURN 1 AS x UNION RETURN 1 AS x UNION RETURN 2 AS x } RETURN sum(x) AS n",
            {"n": 3},
        ),
    ],
)
def test_clauses_and_expressions_answer_as_neo4j(ask: Ask, text: str, row: dict[str, Any]) -> None:
    """Each answer is that of Neo4j 5.26 on the same graph."""
    assert ask(text) == [row]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("MATCH (n) RETURN m", "character 18: the name 'm' is not bound here: expected one of n"),
        ("MATCH (n) WITH n.id AS id RETURN n.id AS x", "not bound"),
        ("RETURN count(*) + x AS n", "not bound"),
        ("MATCH (n:Gene) RETURN n.symbol + count(*) AS n", "uses 'n' outside the aggregate"),
        ("MATCH (n:Gene) RETURN DISTINCT n.id ORDER BY n.symbol", "no value after DISTINCT"),
        ("MATCH (n:Gene) RETURN n.id ORDER BY count(*)", "unless it is a column"),
        ("MATCH (n:Gene) WHERE count(*) > 1 RETURN n", "cannot stand in WHERE"),
        ("RETURN 1 AS x, 2 AS x", "two columns have the same name"),
        ("MATCH (n)", "RETURN at the end"),
        ("RETURN 1 AS a UNION RETURN 2 AS b", "have the same columns"),
        ("MATCH (g:Gene) RETURN g.id AS x ORDER BY g", "differs between engines"),
        ("MATCH (a:Gene), (b:Gene) RETURN a < b AS x", "differs between engines"),
        ("UNWIND [1] AS x UNWIND [2] AS x RETURN x", "bound already"),
        ("MATCH (a)-[*]-(b), p = shortestPath((a)-[*]-(b)) RETURN p", "MATCH of its own"),
    ],
)
def test_statements_without_one_answer_are_refused(ask: Ask, text: str, said: str) -> None:
    """The message says what is wrong and how to write it."""
    with pytest.raises(QueryRefusedError, match=said):
        ask(text)


@pytest.mark.parametrize(
    "text",
    [
        "RETURN 1 AND true AS x",
        "RETURN 'abc'[0] AS x",
        "WITH 1 AS x RETURN x.y AS z",
        "RETURN 5 IN 5 AS x",
        "MATCH (g:Gene) RETURN g.id AS x LIMIT -1",
        "WITH 1 AS n MATCH (n)-->() RETURN n",
        "RETURN reduce(t = 0, x IN 5 | t) AS x",
    ],
)
def test_values_of_the_wrong_kind_are_errors(ask: Ask, text: str) -> None:
    """Where Neo4j gives an error, so do we."""
    with pytest.raises(QueryError):
        ask(text)


def test_rows_beyond_the_limit_are_cut_and_said_so(store: DuckdbStore) -> None:
    """The limit cuts whichever way a statement is answered, and `truncated` says so."""
    for column in ("g.id", "toUpper(g.id)"):
        text = f"MATCH (g:Gene) RETURN {column} AS x"
        cut = answer(store, text, {}, timeout_s=9, row_limit=3)
        whole = answer(store, text, {}, timeout_s=9, row_limit=4)
        assert (cut.table.num_rows, cut.truncated) == (3, True)
        assert (whole.table.num_rows, whole.truncated) == (4, False)


def test_long_statements_are_ended(store: DuckdbStore) -> None:
    """Time is watched within lists too."""
    text = "RETURN reduce(t = 0, x IN range(1, 4000000) | t + x) AS x"
    with pytest.raises(QueryTimeoutError, match="narrow it down"):
        answer(store, text, {}, timeout_s=0.05, row_limit=1)


def test_a_long_chain_is_refused_not_a_crash(store: DuckdbStore) -> None:
    """Thousands of operators in a row end in a refusal that says what to do."""
    with pytest.raises(QueryRefusedError, match="WITH"):
        answer(store, f"RETURN {'1 + ' * 4000} 1 AS x", {}, timeout_s=9, row_limit=1)


def test_kinds_of_values_are_kept_apart_in_a_column(ask: Ask) -> None:
    """Whole numbers, fractions, texts and maps of one column stay what they are."""
    rows = ask("UNWIND [1, 2.5, 'a', {a: 1}, {b: null}, [1, 'x'], null] AS x RETURN x")
    values = [row["x"] for row in rows]
    assert repr(values) == "[1, 2.5, 'a', {'a': 1}, {'b': None}, [1, 'x'], None]"


def test_nodes_relationships_and_paths_in_results(ask: Ask) -> None:
    """They come as their properties with their label or type, and without internal numbers."""
    [row] = ask("MATCH p = (g:Gene {id: 'D'})-[r:IN_TAXON]->(s) RETURN p, [g] AS l, {k: s} AS m")
    assert [node["_LABEL"] for node in row["p"]["_NODES"]] == ["Gene", "Species"]
    assert row["p"]["_RELS"][0]["_LABEL"] == "IN_TAXON"
    assert row["l"][0]["symbol"] == "D"
    assert row["m"]["k"]["id"] == "s3"
    assert "_ID" not in str(row)
