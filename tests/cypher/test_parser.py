"""Valid statements parse into the right tree; invalid ones are refused with their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.cypher.syntax.parser import parse
from orthoweave.cypher.syntax.tree import (
    Binary,
    Expression,
    GroupPattern,
    Literal,
    Match,
    Query,
    RelationshipPattern,
    Return,
    Subquery,
    Unary,
)
from orthoweave.errors import QueryRefusedError

PARSES = [
    "MATCH (n:A|B&!C) RETURN n",
    "MATCH (n:Gene WHERE n.x > 1)-[r:R WHERE r.y = 2]->() RETURN n",
    "MATCH (a) ((x)-[:R]->(y) WHERE x.k < y.k){1,3} (b) RETURN a",
    "MATCH (a)-[:R]->{1,3}(b)-[:S]-+(c) RETURN a",
    "MATCH p = shortestPath((a)-[:R|S*..5]-(b)) RETURN length(p)",
    "MATCH (a) RETURN EXISTS { (a)--() } AS x, COUNT { MATCH (a)--(b) WHERE b.x = 1 } AS y",
    "MATCH (a) RETURN COLLECT { MATCH (a)--(b) RETURN b.id ORDER BY b.id LIMIT 2 } AS x",
    "MATCH (a) CALL { WITH a MATCH (a)--(b) RETURN count(b) AS c } RETURN c",
    "MATCH (a) OPTIONAL CALL (a) { MATCH (a)--(b) RETURN b } RETURN b",
    "MATCH (n) RETURN n {.id, x: 1, .*} AS m",
    "RETURN [x IN [1, 2] WHERE x > 1 | x * 2] AS l, reduce(a = 0, x IN [1] | a + x) AS r",
    "MATCH (a) RETURN [p = (a)-->(b) WHERE b:X | length(p)] AS l",
    "RETURN CASE 1 WHEN 1, 2 THEN 'a' WHEN > 3 THEN 'b' ELSE 'c' END AS x",
    "RETURN all(x IN [1] WHERE x > 0) AND 1 < 2 <= 3 AS x, 0x1F AS h, .5 AS f, 1e-3 AS e",
    "MATCH (match:Gene) RETURN match.return AS `a b`",
    "RETURN 1 AS x UNION ALL RETURN 2 AS x",
    "MATCH p = ALL SHORTEST (a)-[:R]->+(b) RETURN p",
    "MATCH ANY SHORTEST (a)--+(b) MATCH SHORTEST 1 GROUPS (a)--*(c) MATCH ALL (a)--(d) RETURN a",
    "MATCH (start)-->(end) WHERE end.id > 'a' RETURN start, end ORDER BY end.id",
    "WITH 1 AS order, 2 AS limit RETURN limit + order AS x ORDER BY order",
    "MATCH (g:Gene) USING RANGE INDEX g:Gene(id, symbol) USING SCAN g:Gene RETURN g",
    "MATCH (a)-->(b)-->(c) USING JOIN ON b, c RETURN a",
    "RETURN 1 IS :: INTEGER NOT NULL | LIST<STRING> AS x, [1] :: INTEGER LIST AS y",
    "RETURN trim(BOTH 'x' FROM 'xax') AS x, trim(FROM 'a') AS y, 1_000.5 AS z",
    "RETURN CASE 1 WHEN IS NULL THEN 'a' WHEN STARTS WITH 'x' THEN 'b' END AS x",
    "MATCH (n) WHERE n IS Gene|Cell AND n.id IS NOT NFD NORMALIZED RETURN n",
]
REFUSED = [
    ("MATCH (n RETURN n", "is opened but never closed"),
    ("MATCH (n) RETRUN n", r"'RETRUN' at character 11: expected MATCH"),
    ("MATCH (n) RETURN", "the end at character 17: expected an expression"),
    ("MATCH (n) RETURN n RETURN n", "expected the end, or UNION"),
    ("MATCH (a)-[:R*1..2{1,2}]->(b) RETURN a", "at character 20"),
    ("MATCH (a)-[:R* TRAIL 1..3]->(b) RETURN a", "never uses a relationship twice"),
    ("MATCH SHORTEST 2 (a)-->+(b) RETURN a", "expected SHORTEST 1, ANY or ALL SHORTEST"),
    ("MATCH SHORTEST (a)-->+(b) RETURN a", "SHORTEST 1, ANY or ALL SHORTEST"),
    ("RETURN 9223372036854775808 AS x", "64-bit integer"),
    ("RETURN " + "9" * 10_000 + " AS x", "64-bit integer"),
    ("RETURN 1e999 AS x", "64-bit float"),
    ("RETURN " + "(" * 45 + "1" + ")" * 45 + " AS x", "nested more than 40 deep"),
    ("RETURN " + "(a {k: " * 35 + "1" + "})-[1]" * 35 + " AS x", "too many"),
    ("RETURN 1 AS x UNION RETURN 2 AS x UNION ALL RETURN 3 AS x", "UNION and UNION ALL"),
    ("RETURN x IS :: TEXT AS y", "'TEXT' at character 16: expected a type such as INTEGER"),
    ("RETURN x IS NOT Gene AS y", "expected NULL, ::, TYPED or NORMALIZED"),
    ("RETURN trim(BOTH 'x') AS y", "expected"),
    ("MATCH (n:Gene) USING INDEX RETURN n", "expected :"),
    ("CALL { RETURN 1 AS x } IN TRANSACTIONS RETURN x", "for writing"),
    (r"RETURN '\\u0041' AS x", "as a parameter"),
    (r"RETURN '\ud83d' AS x", "half a surrogate pair"),
    (r"RETURN `a\u0060` AS x", "backticks"),
]


@pytest.mark.parametrize("text", PARSES)
def test_the_reading_language_parses(text: str) -> None:
    """Each form of the reading part of Cypher is read to its end."""
    assert parse(text).query.parts


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_invalid_statements_are_refused_with_their_place(text: str, said: str) -> None:
    """The message names what stands there, where, and what was expected."""
    with pytest.raises(QueryRefusedError, match=said):
        parse(text)


def _value(text: str) -> Expression:
    [[clause]] = parse(f"RETURN {text} AS x").query.parts
    assert isinstance(clause, Return)
    return clause.projection.items[0].expression


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1 + 2 * 3 - 4", "(1 + (2 * 3)) - 4"),
        ("2 ^ 3 ^ 2", "(2 ^ 3) ^ 2"),
        ("- 2 ^ 2", "(- 2) ^ 2"),
        ("NOT a = 1 AND b OR c XOR d", "((NOT (a = 1)) AND b) OR (c XOR d)"),
        ("1 < 2 < 3", "(1 < 2) AND (2 < 3)"),
        ("a.b[0].c", "((a.b)[0]).c"),
        ("a IN b + c", "a IN (b + c)"),
        ("NOT a IS NULL", "NOT (a IS NULL)"),
    ],
)
def test_operators_bind_as_in_neo4j(text: str, same: str) -> None:
    """Without brackets an expression means what it means with these, tried on Neo4j 5.26."""
    assert _value(text) == _value(same)


@given(st.integers(-(2**63), 2**63 - 1))
def test_whole_numbers_keep_their_value(number: int) -> None:
    """Every number of 64 bits is read as itself."""
    found = _value(str(number))
    assert found == Literal(number)


def test_columns_are_named_by_their_text() -> None:
    """A column without AS has the name that Neo4j gives it: its text as written."""
    [[clause]] = parse("RETURN 1 +  1, count( * ), 'a' AS b").query.parts
    assert isinstance(clause, Return)
    assert [item.name for item in clause.projection.items] == ["1 +  1", "count( * )", "b"]


def test_patterns_are_told_from_arithmetic() -> None:
    """Brackets before a dash are a pattern only where a relationship follows."""
    assert isinstance(_value("(1) - (2)"), Binary)
    assert isinstance(_value("-(-(5))"), Unary)
    assert isinstance(_value("EXISTS { (a)-[:R]-(b) }"), Subquery)


def test_lengths_of_relationships() -> None:
    """The old and the new way of writing lengths mean the same."""

    def length(text: str) -> object:
        [[match, _]] = parse(f"MATCH (a){text}(b) RETURN a").query.parts
        assert isinstance(match, Match)
        link = match.paths[0].elements[1]
        assert isinstance(link, RelationshipPattern | GroupPattern)
        return link.length

    assert length("-[*]-") == length("-[]-+") == (1, None)
    assert length("-[*0..]->") == length("-->*") == (0, None)
    assert length("-[*2]->") == length("-->{2}") == (2, 2)
    assert length("-[*..3]->") == length("-->{1,3}") == length(" (()-->()){1,3} ") == (1, 3)


def test_escapes_by_number_do_not_reach_a_server() -> None:
    """A quotation mark by its number stays within its string, whoever reads the text."""
    found = parse(r"RETURN '\u0027 RETURN 2 //' AS x, '\ud83d\ude00' AS y")
    assert found.text == r"RETURN '\' RETURN 2 //' AS x, '😀' AS y"
    assert parse(found.text).query == found.query


def test_a_statement_is_read_once() -> None:
    """The same text gives the same tree: parsed trees are kept."""
    text = "MATCH (g:Gene {id: $gene}) RETURN g.symbol"
    assert parse(text) is parse(text)
    assert isinstance(parse(text).query, Query)
    assert parse(text).parameters == {"gene"}
