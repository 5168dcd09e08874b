"""Equality, comparison and order of values, against what Neo4j 5.26 answered."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.cypher.values.model import Node, equal, group_key, less, order_key
from orthoweave.errors import QueryRefusedError

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-5, 5) | st.text("ab", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("kl"), inner, max_size=2)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (1, "1", False),
        (1, True, False),
        (None, None, None),
        ([1], "a", False),
        ([1, None], [1, 2], None),
        ([1, None], [2, None], False),
        ([], [1], False),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 1}, {"b": 1}, False),
        ({"a": None}, {"a": None}, None),
        (math.nan, math.nan, False),
    ],
)
def test_equality_has_three_outcomes(one: object, other: object, same: bool | None) -> None:
    """Kinds that differ are unequal; null leaves it open unless something else decides."""
    assert equal(one, other) is same


@pytest.mark.parametrize(
    ("one", "other", "before"),
    [
        (1, 2.5, True),
        (1, "a", None),
        ("a", "b", True),
        ("a", "B", False),
        (False, True, True),
        ([1, 2], [1, 3], True),
        ([1], ["a"], None),
        ([1], [1, 2], True),
        (None, 1, None),
        ([1, math.nan], [math.nan, 1], None),
        (math.nan, 1, False),
        ("a", "\ufb01", True),
    ],
)
def test_comparison_is_open_across_kinds(one: object, other: object, before: bool | None) -> None:
    """Only values of one kind compare, lists item by item."""
    assert less(one, other) is before


def test_the_order_of_all_kinds() -> None:
    """ORDER BY sorts maps, lists, texts, truth values, numbers, then NaN and null."""
    expected = [{"a": 1}, [1], "B", "a", False, True, 1, 2.5, math.inf, math.nan, None]
    assert [repr(v) for v in sorted([*expected[5:], *expected[:5]], key=order_key)] == [
        repr(value) for value in expected
    ]


def test_nodes_have_no_order_that_engines_share() -> None:
    """Sorting or comparing nodes is refused: each engine would answer by its own numbers."""
    node = Node("Gene", ("Gene", 1), {})
    with pytest.raises(QueryRefusedError, match="maps"):
        less({"a": 1}, {"a": 2})
    for sort in (lambda: order_key(node), lambda: less(node, node)):
        with pytest.raises(QueryRefusedError, match=r"n\.id"):
            sort()


def test_values_that_neo4j_treats_in_two_ways_are_refused() -> None:
    """NaN in groups, texts whose order depends on halves of characters, and numbers too close."""
    for ask in (
        lambda: group_key([math.nan]),
        lambda: less("\U0001f600", "\ufb01"),
        lambda: sorted(["\ufb01", "a", "\U0001f600"], key=order_key),
        lambda: equal(2**53 + 1, float(2**53)),
        lambda: less(float(2**53), 2**53 + 1),
    ):
        with pytest.raises(QueryRefusedError, match=": "):
            ask()
    assert equal(2**53, float(2**53))
    assert less("a", "\U0001f600")


def test_minus_zero_comes_first() -> None:
    """ORDER BY tells zeros apart that are equal."""
    found = sorted([0.0, -0.0, 0], key=order_key)
    assert [math.copysign(1, zero) for zero in found] == [-1, 1, 1]


@given(plain, plain)
def test_grouping_agrees_with_equality(one: object, other: object) -> None:
    """Certainly equal values form one group; certainly unequal values form two."""
    same = equal(one, other)
    if same is not None:
        assert (group_key(one) == group_key(other)) is same
    assert group_key(one) == group_key(one)


@given(st.lists(plain, max_size=8))
def test_the_order_is_total(values: list[object]) -> None:
    """Any values can be sorted together, and sorting twice changes nothing."""
    once = sorted(values, key=order_key)
    assert sorted(once, key=order_key) == once
