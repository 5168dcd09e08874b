"""Semantic refusals name the place, what was expected and what was found."""

import pytest

from orthoweave.cypher.semantics.meaning import check_meaning
from orthoweave.cypher.syntax.parser import parse
from orthoweave.errors import QueryRefusedError

REFUSED = [
    ("MATCH (g) RETURN h", "character 18: the name 'h' is not bound here: expected one of g"),
    ("MATCH (g)-[r]->() MATCH (r) RETURN r", "'r' is bound to Relationship, but is used as Node"),
    ("MATCH p = (a)-->(b), p = (b)-->() RETURN p", "the name 'p' is bound already"),
    ("MATCH (g) WHERE (g)-[r]->() RETURN g", "'r' is not bound here, and a pattern used as a con"),
    ("MATCH (g) RETURN size((g)-->()) AS n", r"character 23: a pattern on its own .* write EXISTS"),
    ("MATCH (g) WITH g, count(*) RETURN g", r"character 19: a column of WITH needs a name"),
    ("RETURN false AND 123 AS v", "character 18: AND expects Boolean, found Integer"),
    ("RETURN 'a' - 1 AS v", "character 8: - expects Integer or Float, found String"),
    ("RETURN {a: 1} + 1 AS v", r"\+ expects numbers, strings or lists, found Map and Integer"),
    ("RETURN 1 IN 2 AS v", "IN expects List, found Integer"),
    ("RETURN [1].x AS v", r"\.x expects a node, a relationship or a map, found List<Integer>"),
    ("RETURN [1]['a'] AS v", "expects a whole number for a list, found String"),
    ("RETURN toLower(1) AS v", r"character 16: tolower\(…\) expects String, found Integer"),
    ("RETURN ln(2) AS v", "Neo4j does not have the function ln: write log"),
    ("RETURN [x IN [1] | count(*)] AS v", r"cannot stand within \[x IN …\]"),
    ("RETURN count(count(*)) AS v", "cannot stand within another aggregate"),
    ("MATCH (g) RETURN g.x + count(*) AS v", "uses 'g' outside the aggregate"),
    ("MATCH (g) RETURN DISTINCT g.x AS v ORDER BY g.y", "'g' has no value after DISTINCT"),
    ("MATCH (g) RETURN g.x AS v ORDER BY count(*)", "unless it is a column as well"),
    ("MATCH (g) RETURN g.x AS v LIMIT 1 - 2", "LIMIT expects a whole number from 0, found -1"),
    ("MATCH (g) RETURN g.x AS v SKIP g.x", "expects a number or a parameter, found a name"),
    ("MATCH (g)", "expected RETURN at the end"),
    ("RETURN 1 AS x, 2 AS x", r"two columns have the same name \(x\)"),
    ("RETURN 1 AS x UNION RETURN 2 AS y", "expected x, found y"),
    ("MATCH (g $props) RETURN g", r"\{id: \$props\.id\}"),
    ("MATCH (a)-[*2 WHERE true]->(b) RETURN a", "relationship cannot contain WHERE"),
    ("MATCH (a)-->{3,1}(b) RETURN a", r"smaller number first, found \{3,1\}"),
    ("MATCH (a) ((a)-->(b)){1,2} (c) RETURN c", "'a' is used both inside and outside"),
    ("MATCH p = shortestPath((a)-[*2..3]-(b)) RETURN p", "must start from 0 or 1 hops"),
    ("MATCH (a)-[*]->(b)-->+(c) RETURN a", "cannot be mixed in one MATCH"),
    ("MATCH (a) WHERE (a WHERE a.x > 1)-->() RETURN a", "used as a condition cannot contain WHERE"),
    ("MATCH (a) RETURN shortestPath((a)-[*]-()) AS p", "expects two nodes that are bound already"),
    ("MATCH (a), (b) RETURN shortestPath((a)-[r*]-(b)) AS p", "cannot name its relationships"),
    ("MATCH (g) CALL { WITH g.x AS y RETURN y AS z } RETURN z", "may only import names"),
    ("MATCH (g) CALL (g) { RETURN g } RETURN g", "returns 'g', which is bound outside"),
    ("MATCH (g) RETURN EXISTS { UNWIND [1] AS g RETURN g } AS v", "'g' is bound already"),
    ("MATCH (g) RETURN COLLECT { MATCH (h) RETURN h.x, h.y } AS v", "one column, found 2"),
    ("RETURN reduce(s = 0, x IN [1] | 'a') AS v", "starts with Integer, .* found String"),
    ("RETURN percentileCont(1, 1.5) AS v", "a number from 0 to 1, found 1.5"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_a_refusal_has_its_place_and_what_was_expected(text: str, said: str) -> None:
    """Each kind of mistake has its own message, with an alternative if there is one."""
    with pytest.raises(QueryRefusedError, match=said):
        check_meaning(parse(text).asked)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (g) RETURN g.x AS k, count(*) AS n ORDER BY k, count(*) + 1",
        "MATCH (g) RETURN g.x + count(*) AS n, g.x AS k",
        "MATCH (g) WITH g.id AS i WHERE g.x > 1 RETURN i",
        "MATCH (g) WITH DISTINCT g AS h ORDER BY g.x RETURN h",
        "WITH $any AS a MATCH (a)-->(b) RETURN a.x AND b.y AS v",
        "WITH [1, 'a'] AS l RETURN l[0] AND true AS v",
        "MATCH (a)-[r*1..2]->(b) RETURN [x IN r | type(x)] AS v",
        "MATCH (a) ((x)-->(y) WHERE x.id < a.id){1,2} (b) RETURN [n IN x | n.id] AS v",
        "MATCH (a) CALL (a) { MATCH (a)-->(c) WITH c RETURN a.id AS i } RETURN i",
        "MATCH (a) CALL () { MATCH (a)-->(c) RETURN count(a) AS n } RETURN n",
        "MATCH (a) WHERE EXISTS { MATCH (a)-->(b) WITH b } RETURN a",
        "MATCH (a) RETURN NOT (a)-->() AS v, exists((a)-->()) AS w",
        "RETURN 1 STARTS WITH 2 AS v, 1 < 'a' AS w, true = 1 AS x",
    ],
)
def test_valid_statements_of_neo4j_pass(text: str) -> None:
    """Unusual but valid forms pass."""
    check_meaning(parse(text).asked)


def test_numbers_of_nodes_are_judged_as_written() -> None:
    """Comparisons of internal ids are checked as written, before they are rewritten."""
    with pytest.raises(QueryRefusedError, match="elementid"):
        check_meaning(parse("MATCH p = (a)-->() RETURN elementId(p) = elementId(a) AS v").asked)


@pytest.mark.parametrize(
    "text",
    [
        "RETURN " + "[" * 39 + "]" * 39 + " AS v",
        "RETURN " + " + ".join(["1"] * 800) + " AS v",
        "RETURN " + " AND ".join(["true"] * 280) + " AS v",
    ],
)
def test_deep_and_long_expressions_break_nothing(text: str) -> None:
    """A deep or long expression either passes or is refused as nested too deeply."""
    said = ""
    try:
        check_meaning(parse(text).asked)
    except QueryRefusedError as error:
        said = str(error)
    assert not said or "nested too deeply" in said
