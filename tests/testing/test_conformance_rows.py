"""When two answers count as the same."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.testing.conformance_rows import PlainRows, difference, plain_rows


def rows(*values: object) -> PlainRows:
    """One column of values."""
    return PlainRows(("x",), tuple((value,) for value in values))


@given(
    st.lists(st.none() | st.integers() | st.text() | st.sampled_from([0.5, -2.25, 1e9])),
    st.randoms(),
)
def test_order_counts_only_where_it_is_given(values: list[object], random: object) -> None:
    """A shuffled answer is the same multiset; as an ordered one it differs unless it is equal."""
    shuffled = sorted(values, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert difference(rows(*shuffled), rows(*values)) is None
    alike = difference(rows(*shuffled), rows(*values), ordered=True) is None
    assert alike == (shuffled == values and list(map(type, shuffled)) == list(map(type, values)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        (0, False),
        (None, 0),
        ("1", 1),
        ("", None),
        ([], None),
        ([1], [1.0]),
        ([1, 2], [2, 1]),
        ({"a": None}, {}),
        ({"a": 1}, {"a": 2}),
        (1.0, 1.0001),
        ([None], []),
        ({"m": {"a": None}}, {"m": {}}),
    ],
)
def test_rows_that_differ(one: object, other: object) -> None:
    """Kinds of numbers, nulls, keys with null and orders within lists are told apart."""
    assert difference(rows(one), rows(other))
    assert difference(rows(other), rows(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.1 + 0.2, 0.3),
        (float("nan"), float("nan")),
        ([0.1 + 0.2], [0.3]),
        (float("inf"), float("inf")),
        ({"b": 1, "a": 2}, {"a": 2, "b": 1}),
        (0.0, -0.0),
    ],
)
def test_rows_that_are_equal(one: object, other: object) -> None:
    """Rounding in the last digits, NaN and the order of keys make no difference."""
    assert difference(rows(one), rows(other)) is None


def test_duplicates_are_counted() -> None:
    """A row twice is not a row once; columns have to have the same names in the same order."""
    assert difference(rows(1, 1, 2), rows(1, 2, 2))
    assert difference(rows(1, 1), rows(1))
    assert difference(PlainRows(("a", "b"), ((1, 2),)), PlainRows(("b", "a"), ((1, 2),)))


def test_lists_may_be_bags() -> None:
    """Order within lists does not count if it is not fixed, at any depth."""
    one, other = rows({"l": [3, [1, 2]]}), rows({"l": [[2, 1], 3]})
    assert difference(one, other)
    assert difference(one, other, lists_ordered=False) is None


def test_nulls_of_nodes_are_left_out() -> None:
    """Properties without a value vanish from nodes, in paths too, and stay in maps."""
    node = {"_LABEL": "Gene", "id": "g", "name": None}
    table = pa.table({"p": [{"_NODES": [node], "_RELS": []}], "m": [{"a": None, "b": 1}]})
    assert plain_rows(table).rows == (
        ({"_NODES": [{"_LABEL": "Gene", "id": "g"}], "_RELS": []}, {"a": None, "b": 1}),
    )


def test_rows_that_are_alike_when_rounded_are_paired_rightly() -> None:
    """Two rows that differ in the ninth digit are the same two rows in any order."""
    rows = ((-2374681.50582252, True), (-2374681.485015517, True))
    one, other = PlainRows(("x", "y"), rows), PlainRows(("x", "y"), rows[::-1])
    assert difference(one, other, ordered=False) is None
