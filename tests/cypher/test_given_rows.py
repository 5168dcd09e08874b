"""Patterns behind values of which only each row tells the type."""

from collections.abc import Callable
from typing import Any

import pytest

from orthoweave.cypher.rows import matching
from orthoweave.errors import QueryError, QueryRefusedError

Ask = Callable[..., list[dict[str, Any]]]
MIXED = "UNWIND [1, 'a', 2.5, null, 'l', ['e']] AS x "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MATCH (t:CellType {id: x}) RETURN t.id AS id", ["a", "l"]),
        ("MATCH (t:CellType) WHERE t.id IN x RETURN t.id AS id", ["a", "l", "e"]),
        (
            "MATCH (t:CellType) WHERE x = t.id OR t.id = toStringOrNull(x) RETURN t.id AS id",
            ["a", "l"],
        ),
        (
            "OPTIONAL MATCH (t:CellType {id: x}) RETURN t.id AS id",
            [None, "a", None, None, "l", None],
        ),
        (
            "OPTIONAL MATCH p = (:CellType {id: x})-[:SUBCLASS_OF]->() RETURN length(p) AS id",
            [None, None, None, None, 1, None],
        ),
        ("MATCH ()-[r:ORTHOLOGOUS_TO*1..2 {support_count: x + 1}]->(g) RETURN g.id AS id", ["C"]),
        (
            "MATCH (t:CellType) WHERE any(x IN t.synonyms WHERE x = 'a') AND x = 1 "
            "RETURN t.id AS id",
            ["a"],
        ),
        (
            "MATCH (t:CellType) WHERE t.id = x AND EXISTS { (t)<-[:SUBCLASS_OF]-(u) "
            "WHERE u.id <> x } "
            "RETURN t.id AS id",
            ["a"],
        ),
        (
            "WITH x WHERE x IN ['a', 'l'] MATCH (t:CellType {id: x}) "
            "RETURN COLLECT { MATCH (t)<-[:SUBCLASS_OF]-(u) RETURN u.id ORDER BY u.id } AS id",
            [["b", "c"], ["l"]],
        ),
        ("MATCH (n) WHERE n.id = x AND n.species IS :: STRING RETURN n.id AS id", ["a", "l"]),
    ],
)
def test_each_row_has_its_own_type(ask: Ask, text: str, expected: list[object]) -> None:
    """A pattern finds for each row what its value, whatever its type, equals."""
    assert [row["id"] for row in ask(MIXED + text)] == expected


def test_rows_keep_their_order(ask: Ask) -> None:
    """Matches come in the order of the rows before them."""
    rows = ask("UNWIND ['l', 1, 'a', 'd', 'l'] AS x MATCH (t:CellType {id: x}) RETURN t.id AS id")
    assert [row["id"] for row in rows] == ["l", "a", "d", "l"]


def test_nodes_and_relationships_are_known_to_the_pattern(ask: Ask) -> None:
    """They are bound by their numbers, alone and in lists; null matches nothing."""
    text = (
        "MATCH (a:CellType {id: 'd'})-[r:SUBCLASS_OF]->(b) WITH a, r, b, collect(b) AS bs, "
        "[1, 'x'] AS mixed UNWIND mixed AS m MATCH (c)-[r]->(e)-[s]->(f) WHERE e IN bs "
        "RETURN c = a AS same, e.id AS e, f.id AS f, m ORDER BY e"
    )
    rows = [(row["same"], row["e"], row["f"]) for row in ask(text)]
    assert rows == [(True, "b", "a")] * 2 + [(True, "c", "a")] * 2
    nothing = "OPTIONAL MATCH (a:Gene {id: 'none'}) UNWIND [1, 'x'] AS m MATCH (a)--(b) RETURN b"
    assert ask(nothing) == []


def test_a_condition_on_each_relationship_of_a_shortest_path(ask: Ask) -> None:
    """The shortest path is meant of those whose relationships all meet it, whatever it names."""
    pattern = "(a:CellType {id: 'x'}), (b:CellType {id: 'z'}), p = shortestPath((a)-[r*]-(b))"
    for condition in (
        "all(s IN r WHERE endNode(s) <> a)",
        "none(s IN relationships(p) WHERE endNode(s) = a)",
        "all(s IN relationships(p) WHERE endNode(s).id <> $id)",
    ):
        parameters = {"id": "x"} if "$id" in condition else {}
        rows = ask(f"MATCH {pattern} WHERE {condition} RETURN length(p) AS n", **parameters)
        assert rows == [{"n": 2}]
    assert ask(f"MATCH {pattern} RETURN length(p) AS n") == [{"n": 1}]


@pytest.mark.parametrize("where", ["{source: 'o'}", "WHERE r.source = a.nothing OR a.id = 'e'"])
def test_conditions_within_a_shortest_path(ask: Ask, where: str) -> None:
    """They may ask the relationship, and what is bound before."""
    text = (
        f"MATCH (a:CellType {{id: 'e'}}) MATCH p = ALL SHORTEST (a)-[r:SUBCLASS_OF {where}]->+"
        "(b:CellType {id: 'a'}) RETURN length(p) AS n"
    )
    assert ask(text) == [{"n": 3}, {"n": 3}]


def test_conditions_that_sql_cannot_express_are_refused(ask: Ask) -> None:
    """A condition of no known type within a repeated path says what to do."""
    text = "MATCH ((a:Gene)-->(b) WHERE b.id IS :: STRING){1,2} RETURN count(*) AS n"
    with pytest.raises(QueryRefusedError, match="WHERE after the pattern"):
        ask(text)


def test_too_many_rows_are_refused(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patterns over rows may give as many rows as may be worked on, and no more."""
    text = "UNWIND [1, 'a'] AS x MATCH (t:CellType) RETURN x, t.id AS id"
    assert len(ask(text)) == 18
    monkeypatch.setattr(matching, "MOST_ROWS", 8)
    monkeypatch.setattr("orthoweave.cypher.rows.engine.MOST_ROWS", 8)
    with pytest.raises(QueryError, match="narrow it down"):
        ask(text)
