"""Names of all scripts and in backticks come back as columns, as they were written."""

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[dict[str, Any]]]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("größe", "größe"),
        ("名", "名"),
        ("ⅷ", "ⅷ"),
        ("`a b`", "a b"),
        ("`a``b`", "a`b"),
        ("`😀`", "😀"),
        ('`a"b`', 'a"b'),
        ("`it's`", "it's"),
        ("`;--`", ";--"),
        ("`$x`", "$x"),
        ("`{a}`", "{a}"),
        ("`//`", "//"),
        ("ſkip", "ſkip"),
        ("`é\u0301`", "é\u0301"),
    ],
)
def test_a_column_has_its_name(ask: Ask, written: str, name: str) -> None:
    """The name goes through every layer, alone, through WITH, and beside the graph."""
    assert ask(f"RETURN 1 AS {written}") == [{name: 1}]
    assert ask(f"WITH 1 AS {written} RETURN {written} + 1 AS x") == [{"x": 2}]
    rows = ask(f"MATCH ({written}:Gene {{id: 'A'}}) RETURN {written}.symbol AS {written}")
    assert rows == [{name: "A"}]


def test_names_that_differ_in_case_or_form_are_two(ask: Ask) -> None:
    """Neither the case of letters nor the form of Unicode makes two names one."""
    text = "WITH 1 AS é, 2 AS É, 3 AS `e\u0301`, 4 AS a, 5 AS A RETURN é, É, `e\u0301`, a, A"
    assert ask(text) == [{"é": 1, "É": 2, "e\u0301": 3, "a": 4, "A": 5}]


@pytest.mark.parametrize(
    ("written", "name"),
    [("é", "é"), ("数", "数"), ("12", "12"), ("`a b`", "a b"), ("`a``b`", "a`b")],
)
def test_a_parameter_has_its_name(ask: Ask, written: str, name: str) -> None:
    """It is found by its name in the graph and in expressions; a column is called as written."""
    text = f"MATCH (g:Gene {{id: ${written}}}) RETURN g.symbol AS s, ${written}"
    assert ask(text, **{name: "A"}) == [{"s": "A", f"${written}": "A"}]
    assert ask(f"RETURN ${written}.`x y` AS x", **{name: {"x y": 2}}) == [{"x": 2}]
