"""Patterns over the small graph, against a plain enumeration of its edges."""

from collections import Counter
from collections.abc import Callable
from itertools import permutations
from typing import Any

import networkx as nx
import pytest
from tests.cypher.conftest import KINDS

from orthoweave.errors import QueryError, QueryRefusedError

Ask = Callable[..., list[dict[str, Any]]]
ORTHOLOGS = [("A", "B"), ("A", "B"), ("A", "C"), ("B", "D")]


def trails(
    edges: list[tuple[str, str]], low: int, high: int, *, directed: bool
) -> Counter[tuple[str, str]]:
    """Ends of all walks over distinct edges, found by trying every order of edges."""
    found: Counter[tuple[str, str]] = Counter()
    nodes = {end for edge in edges for end in edge}
    if low == 0:
        found.update((node, node) for node in nodes)
    for length in range(max(low, 1), high + 1):
        for order in permutations(edges, length):
            for start in nodes if not directed else {order[0][0]}:
                ends = {start}
                for one, other in order:
                    ends = (
                        {other}
                        if one in ends
                        else {one}
                        if other in ends and not directed
                        else set()
                    )
                if ends:
                    found[start, ends.pop()] += 1
    return found


def pairs(rows: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Ends of the rows' paths, as often as they come."""
    return Counter((row["a"], row["b"]) for row in rows)


@pytest.mark.parametrize("low", [0, 1, 2])
@pytest.mark.parametrize("high", [2, 3])
def test_variable_lengths_never_use_an_edge_twice(ask: Ask, low: int, high: int) -> None:
    """Along a diamond, a cycle and a loop there are just the trails of the enumeration."""
    rows = ask(f"MATCH (a:CellType)-[:SUBCLASS_OF*{low}..{high}]->(b) RETURN a.id AS a, b.id AS b")
    assert pairs(rows) == trails(KINDS, low, high, directed=True)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a)-[:SUBCLASS_OF*1..3]->(b)",
        "(b)<-[:SUBCLASS_OF*1..3]-(a)",
        "(a)-[:SUBCLASS_OF]->{1,3}(b)",
        "(a) ((x)-[:SUBCLASS_OF]->(y)){1,3} (b)",
        "(b) ((y)<-[:SUBCLASS_OF]-(x)){1,3} (a)",
    ],
)
@pytest.mark.parametrize("anchor", ["", "WITH a MATCH (b:CellType) ", "{id: 'a'}"])
def test_ways_to_write_a_repetition_agree(ask: Ask, pattern: str, anchor: str) -> None:
    """Old and new syntax, from either end and from either anchor, match the same."""
    where = "WHERE b.id = 'a'" if anchor.startswith("{") else ""
    rows = ask(f"MATCH (a:CellType) MATCH {pattern} {where} RETURN a.id AS a, b.id AS b")
    expected = trails(KINDS, 1, 3, directed=True)
    if where:
        expected = Counter({pair: n for pair, n in expected.items() if pair[1] == "a"})
    assert pairs(rows) == expected


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (a:Gene)-[:ORTHOLOGOUS_TO]-(m)-[:ORTHOLOGOUS_TO]-(b)",
        "MATCH (a:Gene)-[:ORTHOLOGOUS_TO*2]-(b)",
        "MATCH (m)-[:ORTHOLOGOUS_TO]-(b:Gene), (a:Gene)-[:ORTHOLOGOUS_TO]-(m)",
        "MATCH (a:Gene)-[r]-(m)-[s]-(b:Gene) WHERE type(r) = type(s) AND r:ORTHOLOGOUS_TO",
    ],
)
def test_two_hops_are_two_edges(ask: Ask, text: str) -> None:
    """Within one MATCH two hops never share an edge, however they are written."""
    rows = ask(f"{text} RETURN a.id AS a, b.id AS b")
    assert pairs(rows) == trails(ORTHOLOGS, 2, 2, directed=False)


def test_two_matches_may_share_an_edge(ask: Ask) -> None:
    """Over two MATCH clauses the same edge may come again."""
    rows = ask(
        "MATCH (a:Gene)-[:ORTHOLOGOUS_TO]-(m) MATCH (m)-[:ORTHOLOGOUS_TO]-(b) "
        "RETURN a.id AS a, b.id AS b"
    )
    one = trails(ORTHOLOGS, 1, 1, directed=False)
    expected: Counter[tuple[str, str]] = Counter()
    for (start, middle), count in one.items():
        for (begin, end), more in one.items():
            if begin == middle:
                expected[start, end] += count * more
    assert pairs(rows) == expected


def test_a_loop_counts_once(ask: Ask) -> None:
    """An edge from a node to itself is one undirected hop, not two."""
    rows = ask("MATCH (a:CellType {id: 'l'})-[:SUBCLASS_OF]-(b) RETURN b.id AS b")
    assert rows == [{"b": "l"}]


def test_a_way_back_over_an_undirected_hop_keeps_its_rows(ask: Ask) -> None:
    """Orthologs of one species' genes, where the engine itself was seen to lose rows."""
    rows = ask(
        "MATCH (a:Gene)-[:ORTHOLOGOUS_TO]-(b:Gene) MATCH (b)-[:IN_TAXON]->(s) "
        "MATCH (a)-[:ORTHOLOGOUS_TO]-(c)-[:IN_TAXON]->(s) RETURN a.id AS a, s.id AS b"
    )
    # A has B twice and C once, all of s2; B has A twice (s1) and D (s3); C has A; D has B
    assert pairs(rows) == Counter(
        {("A", "s2"): 9, ("B", "s1"): 4, ("B", "s3"): 1, ("C", "s1"): 1, ("D", "s2"): 1}
    )


def test_paths_hold_their_nodes_and_relationships_in_order(ask: Ask) -> None:
    """A path is read from left to right, wherever matching began."""
    for pattern in (
        "(a)-[r:SUBCLASS_OF*]->(b {id: 'a'})",
        "(a {id: 'e'})-[r:SUBCLASS_OF*]->(b)",
        "(a {id: 'e'}) ((x)-[r:SUBCLASS_OF]->(y))+ (b)",
    ):
        rows = ask(
            f"MATCH p = {pattern} WHERE a.id = 'e' AND b.id = 'a' "
            "RETURN [n IN nodes(p) | n.id] AS n, [s IN r | endNode(s).id] AS r, length(p) AS l"
        )
        assert sorted(row["n"] for row in rows) == [["e", "d", "b", "a"], ["e", "d", "c", "a"]]
        assert all(row["r"] == row["n"][1:] and row["l"] == 3 for row in rows)


@pytest.mark.parametrize("ends", ["(a {id: 'e'})%s(b)", "(a)%s(b {id: 'a'})"])
def test_a_path_over_a_repetition_is_the_same_from_either_end(ask: Ask, ends: str) -> None:
    """Rounds of two hops, laid from the end that is known, give nodes and lists in order."""
    group = " ((x)-[r:SUBCLASS_OF]->(m)-[:SUBCLASS_OF]->(y) WHERE x.id <> y.id){0,2} "
    rows = ask(
        f"MATCH p = {ends % group} RETURN a.id AS a, b.id AS b, [n IN nodes(p) | n.id] AS n, "
        "[n IN x | n.id] AS x, [n IN m | n.id] AS m, [s IN r | endNode(s).id] AS r"
    )
    found = [row for row in rows if (row["a"] == "d" and row["b"] == "a") or row["a"] == "e"]
    for row in found:
        assert (row["x"], row["m"], row["r"]) == (row["n"][:-1:2], row["n"][1::2], row["n"][1::2])
    walks = {tuple(row["n"]) for row in found}
    assert walks == (
        {("e",), ("e", "d", "b"), ("e", "d", "c")}
        if "'e'" in ends
        else {("d", "b", "a"), ("d", "c", "a")}
    )


def test_conditions_within_a_repetition(ask: Ask) -> None:
    """A condition of a repeated path holds in each round, its names are lists behind it."""
    rows = ask(
        "MATCH (a:CellType {id: 'e'}) ((x)-[:SUBCLASS_OF]->(y) WHERE y.id <> 'b'){2,3} (b) "
        "RETURN [n IN x | n.id] AS x, b.id AS b ORDER BY size(x)"
    )
    assert rows == [{"x": ["e", "d"], "b": "c"}, {"x": ["e", "d", "c"], "b": "a"}]


def test_shortest_paths_agree_with_networkx(ask: Ask) -> None:
    """Their length is networkx's for every pair, with and without direction."""
    for arrow, graph in (("->", nx.DiGraph(KINDS)), ("-", nx.Graph(KINDS))):
        rows = ask(
            "MATCH (a:CellType), (b:CellType) WHERE a.id <> b.id "
            f"MATCH p = shortestPath((a)-[:SUBCLASS_OF*]{arrow}(b)) "
            "RETURN a.id AS a, b.id AS b, length(p) AS l"
        )
        lengths = dict(nx.all_pairs_shortest_path_length(graph))
        expected = {(a, b): n for a, row in lengths.items() for b, n in row.items() if a != b}
        assert {(row["a"], row["b"]): row["l"] for row in rows} == expected
        every = ask(
            "MATCH (a:CellType), (b:CellType) WHERE a.id <> b.id "
            f"MATCH p = allShortestPaths((a)-[:SUBCLASS_OF*]{arrow}(b)) "
            "RETURN a.id AS a, b.id AS b"
        )
        assert pairs(every) == Counter(
            {(a, b): len(list(nx.all_shortest_paths(graph, a, b))) for a, b in expected}
        )


def test_a_choice_among_shortest_paths_is_refused(ask: Ask) -> None:
    """If the answer depends on the choice of a shortest path, all of them must be requested."""
    text = "MATCH (a {id: 'd'}), (b {id: 'a'}) MATCH p = shortestPath((a)-[:SUBCLASS_OF*]->(b)) "
    assert ask(text + "RETURN length(p) AS l") == [{"l": 2}]
    each = "WHERE all(r IN relationships(p) WHERE r.source = 'o') "
    assert ask(text + each + "RETURN length(p) AS l") == [{"l": 2}]
    with pytest.raises(QueryRefusedError, match="allShortestPaths"):
        ask(text + "RETURN [n IN nodes(p) | n.id] AS n")
    path = "shortestPath((a)-[:SUBCLASS_OF*]->(b))"
    for kept in (f"[n IN nodes({path}) | n.id]", path):
        with pytest.raises(QueryRefusedError, match="allShortestPaths"):
            ask(f"MATCH (a {{id: 'd'}}), (b {{id: 'a'}}) RETURN {kept} AS n")
    with pytest.raises(QueryError, match="two different nodes"):
        ask(
            "MATCH (a:CellType {id: 'd'}) MATCH p = shortestPath((a)-[*]-(a)) RETURN length(p) AS l"
        )


def test_the_shortest_path_that_meets_a_condition(ask: Ask) -> None:
    """A condition on the path is part of the search: a longer path may be the shortest left."""
    rows = ask(
        "MATCH (a:CellType {id: 'x'}), (b:CellType {id: 'z'}) "
        "MATCH p = shortestPath((a)-[:SUBCLASS_OF*]-(b)) WHERE length(p) > 1 "
        "RETURN [n IN nodes(p) | n.id] AS n"
    )
    assert rows == [{"n": ["x", "y", "z"]}]


def test_optional_patterns_are_found_whole_or_not_at_all(ask: Ask) -> None:
    """A condition behind OPTIONAL MATCH leaves null, and null matches nothing further."""
    rows = ask(
        "MATCH (g:Gene) OPTIONAL MATCH (g)-[o:ORTHOLOGOUS_TO]->(h) WHERE o.support_count > 2 "
        "OPTIONAL MATCH (h)-[:IN_TAXON]->(s) RETURN g.id AS g, h.id AS h, s.id AS s ORDER BY g"
    )
    assert rows == [
        {"g": "A", "h": "B", "s": "s2"},
        {"g": "B", "h": "D", "s": "s3"},
        {"g": "C", "h": None, "s": None},
        {"g": "D", "h": None, "s": None},
    ]


def test_labels_and_types_that_are_not_there(ask: Ask) -> None:
    """Unknown names match nothing and are not an error."""
    assert ask("MATCH (n:Nope) RETURN n") == []
    assert ask("MATCH (n:Gene)-[:NOPE]->() RETURN n") == []
    assert ask("MATCH (n:!Gene&!CellType) RETURN count(*) AS n") == [{"n": 3}]
    assert ask("MATCH (n:Gene|Species) RETURN count(*) AS n") == [{"n": 7}]
    assert ask("MATCH (n:Gene&Species) RETURN count(*) AS n") == [{"n": 0}]
