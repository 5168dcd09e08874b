"""Errors of single rows have our messages, not the engine's."""

import pytest
from tests.cypher.conftest import Ask

from orthoweave.cypher.sql.failures import NotPlannedError, explained
from orthoweave.errors import QueryError, QueryRefusedError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("UNWIND [0.0] AS x RETURN DISTINCT x / x AS y", "is NaN"),
        ("UNWIND [0.0] AS x RETURN x / x AS y, count(*) AS n", "is NaN"),
        ("UNWIND [9007199254740993] AS x WITH x WHERE x = 0.5 RETURN x", "beyond 2\\^53"),
        ("UNWIND [9223372036854775807, 1] AS x RETURN sum(x) AS s", "exceeds 64-bit integers"),
        ("UNWIND [1e308, 1e308] AS x RETURN avg(x) AS m", "depends on their order"),
        ("UNWIND ['١'] AS x RETURN toInteger(x) AS n", "digits other than 0 to 9"),
        ("UNWIND ['a'] AS x RETURN x =~ '\\\\p{L}' AS m", "different things"),
    ],
)
def test_refusals(ask: Ask, text: str, said: str) -> None:
    """A row that has no answer that engines share refuses the statement."""
    with pytest.raises(QueryRefusedError, match=said):
        ask(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("UNWIND [0] AS x RETURN 1 / x AS y", "division by the integer 0"),
        ("UNWIND [0] AS x RETURN 1.5 / x AS y", "division by the integer 0"),
        ("UNWIND [0] AS x RETURN 1 % x AS y", "division by the integer 0"),
        ("UNWIND [9223372036854775807] AS x RETURN x + 1 AS y", "exceeds 64-bit integers"),
        ("UNWIND [-1] AS x RETURN substring('abc', x) AS y", "from 0"),
    ],
)
def test_errors(ask: Ask, text: str, said: str) -> None:
    """A row that Neo4j fails at fails here."""
    with pytest.raises(QueryError, match=said) as caught:
        ask(text)
    assert not isinstance(caught.value, QueryRefusedError)


def test_a_branch_that_is_not_taken_does_not_fail(ask: Ask) -> None:
    """CASE guards what stands behind it."""
    text = "UNWIND [0, 2] AS x RETURN CASE WHEN x = 0 THEN null ELSE 4 / x END AS y ORDER BY y"
    assert ask(text) == [{"y": 2}, {"y": None}]


def test_statements_that_the_engine_cannot_plan_are_recognised() -> None:
    """Such a statement is not the user's fault."""
    with pytest.raises(NotPlannedError), explained():
        raise QueryError("Binder Error: subqueries in lambda expressions are not supported")


def test_statements_that_the_engine_cannot_plan_go_row_by_row(
    ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    """A long list becomes a subquery, which a lambda function may not have."""
    text = "MATCH (g:Gene) RETURN [x IN g.synonyms WHERE x IN $l | x] AS l, g.id AS id ORDER BY id"
    rows = ask(text, l=[*map(str, range(40)), "x"])
    assert [row["l"] for row in rows] == [["x"]] * 4
    assert "rejected the compiled SQL" in caplog.text
