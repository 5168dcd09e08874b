"""Types of values, against what Neo4j 5.26 answered."""

import pytest

from orthoweave.cypher.syntax.parser import parse
from orthoweave.cypher.syntax.tree import Return, TypeTest
from orthoweave.cypher.values.model import Node
from orthoweave.cypher.values.types import ValueType, described
from orthoweave.errors import QueryRefusedError


def _type(text: str) -> ValueType:
    last = parse(f"RETURN 1 IS :: {text} AS x").query.parts[0][-1]
    assert isinstance(last, Return)
    test = last.projection.items[0].expression
    assert isinstance(test, TypeTest)
    return test.type


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("INTEGER", [1, None], [1.0, True, "1"]),
        ("BOOL", [True], [1]),
        ("STRING NOT NULL", ["a"], [None, 1]),
        ("FLOAT | INT", [1, 1.5, None], ["a"]),
        ("LIST<INTEGER>", [[], [1, None], None], [[1.5], 1]),
        ("LIST<INTEGER NOT NULL> NOT NULL", [[1]], [[None], None]),
        ("INTEGER LIST", [[1]], [["a"]]),
        ("ARRAY<ANY<STRING | FLOAT>>", [["a", 1.5]], [[1]]),
        ("LIST<LIST<STRING>>", [[["a"], []]], [["a"]]),
        ("MAP", [{}, {"a": 1}], [[], "a"]),
        ("ANY NODE", [Node("Gene", ("Gene", 1), {})], [{}]),
        ("NOTHING", [], [None, 1]),
        ("NULL", [None], [1]),
        ("ANY NOT NULL", [1, []], [None]),
        ("DATE", [None], ["2024-01-01"]),
        ("PROPERTY VALUE", [1, "a", [], [1, 2.5], ["a"]], [{}, [1, "a"], [None], [[1]]]),
    ],
)
def test_values_are_of_types(text: str, yes: list[object], no: list[object]) -> None:
    """Null is of every type that does not forbid it; lists are looked through."""
    kind = _type(text)
    assert [value for value in yes if not kind.holds(value)] == []
    assert [value for value in no if kind.holds(value)] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "INTEGER NOT NULL"),
        (None, "NULL"),
        ([], "LIST<NOTHING> NOT NULL"),
        ([None], "LIST<NULL> NOT NULL"),
        ([1, 2], "LIST<INTEGER NOT NULL> NOT NULL"),
        ([1, "a"], "LIST<STRING NOT NULL | INTEGER NOT NULL> NOT NULL"),
        ([{}, 2.5, None, True], "LIST<BOOLEAN | FLOAT | MAP> NOT NULL"),
    ],
)
def test_types_are_described(value: object, text: str) -> None:
    """The types of a list's elements come in an order of their own."""
    assert described(value) == text


def test_lists_of_different_lists_are_refused() -> None:
    """Neo4j joins some of their types in ways that are not documented."""
    with pytest.raises(QueryRefusedError, match="lists"):
        described([[1], ["a"]])
