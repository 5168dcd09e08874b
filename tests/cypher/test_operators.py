"""Operators on values, against what Neo4j 5.26 answered."""

import math
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.cypher.values import operators as op
from orthoweave.errors import QueryError, QueryRefusedError


@pytest.mark.parametrize(
    ("operator", "left", "right", "result"),
    [
        (op.divide, -7, 2, -3),
        (op.divide, 7, -2, -3),
        (op.modulo, -7, 3, -1),
        (op.modulo, 7, -3, 1),
        (op.modulo, -7.5, 2, -1.5),
        (op.power, 2, 3, 8.0),
        (op.divide, 1.0, 0.0, math.inf),
        (op.divide, -1, 0.0, -math.inf),
        (op.power, 0, -1, math.inf),
        (op.add, "a", 1, "a1"),
        (op.add, 1, "a", "1a"),
        (op.add, "a", 1.0, "a1.0"),
        (op.add, [1], 2, [1, 2]),
        (op.add, 1, [2], [1, 2]),
        (op.add, [1], [2], [1, 2]),
        (op.add, [1], None, None),
        (op.add, None, "a", None),
        (op.concatenate, "x", "a", "xa"),
        (op.contained, 1, 5, False),
        (op.contained, 5, 5, True),
        (op.contained, None, [], False),
        (op.contained, None, [1], None),
        (op.contained, 1, [None, 1], True),
        (op.contained, 1, [None], None),
        (op.contained, [1, None], [[1, 2]], None),
        (op.contains, "ab", "", True),
        (op.contains, 1, "a", None),
        (op.starts_with, "a", None, None),
        (op.matches, "abc", "a.*", True),
        (op.matches, "abc", "b", False),
        (op.matches, "a", "(?i)A", True),
        (op.matches, "é", r"\w", False),
        (op.exclusive, None, True, None),
        (op.different, None, None, None),
        (op.at_most, 1, 1.0, True),
        (op.at_most, 1, "a", None),
    ],
)
def test_operators_answer_as_neo4j(
    operator: object, left: object, right: object, result: object
) -> None:
    """Each case was run on Neo4j 5.26; the kind of number agrees too."""
    found = operator(left, right)  # type: ignore[operator]
    assert (found, type(found)) == (result, type(result))


@pytest.mark.parametrize(
    ("operator", "left", "right"),
    [
        (op.divide, 1, 0),
        (op.modulo, 5, 0),
        (op.add, "a", True),
        (op.add, 2**63 - 1, 1),
        (op.multiply, 2**62, 2),
        (op.subtract, "a", 1),
        (op.power, "a", 2),
        (op.exclusive, 1, True),
        (op.concatenate, 1, "a"),
    ],
)
def test_errors_of_neo4j_are_errors(operator: object, left: object, right: object) -> None:
    """No value is made up where Neo4j has none."""
    with pytest.raises(QueryError):
        operator(left, right)  # type: ignore[operator]


@pytest.mark.parametrize(
    "pattern", [r"\p{L}", "[a&&b]", "(?<n>a)", r"\Qa\E", "a*+", r"\h", "[a[b]]"]
)
def test_expressions_that_java_reads_otherwise_are_refused(pattern: str) -> None:
    """Regular expressions pass only in the part that Java and Python share."""
    with pytest.raises(QueryRefusedError, match="different engines"):
        op.matches("a", pattern)


def test_boundaries_and_line_ends_beyond_ascii_are_refused() -> None:
    r"""The meaning of \b and . beyond ASCII depends on the engine."""
    for text, pattern in (("é a", r".*\ba"), ("a\rb", "a.b")):
        with pytest.raises(QueryRefusedError):
            op.matches(text, pattern)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1.0"),
        (1e10, "1.0E10"),
        (1e-5, "1.0E-5"),
        (123456789.123, "1.23456789123E8"),
        (1e7, "1.0E7"),
        (0.001, "0.001"),
        (1 / 3, "0.3333333333333333"),
        (-0.0, "-0.0"),
        (9999999.0, "9999999.0"),
        (1e21, "1.0E21"),
        (0.00012345, "1.2345E-4"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (math.nan, "NaN"),
    ],
)
def test_numbers_are_written_as_java_does(number: float, text: str) -> None:
    """Texts of numbers agree with Neo4j's, digit by digit."""
    assert op.as_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_texts_of_numbers_read_back(number: float) -> None:
    """The text of a number is that number, to the last bit, or its digits depend on Java's."""
    try:
        op.as_text(number)
    except QueryRefusedError:
        size = abs(number)
        assert size < sys.float_info.min or 2**53 < size < 2**63
        return
    assert struct.pack("d", float(op.as_text(number))) == struct.pack("d", number)


@given(st.integers(-(2**40), 2**40), st.integers(-(2**20), 2**20).filter(bool))
def test_quotient_and_rest_belong_together(left: int, right: int) -> None:
    """Quotient times divisor plus rest is the number; the rest has its sign."""
    quotient, rest = op.divide(left, right), op.modulo(left, right)
    assert quotient * right + rest == left  # type: ignore[operator]
    assert rest == int(math.fmod(left, right))


def test_a_float_by_the_integer_0_is_an_error() -> None:
    """As it is for Neo4j unless both are written as numbers."""
    for left in (1.5, 2, None):
        with pytest.raises(QueryError, match="integer 0"):
            op.divide(left, 0)
    assert op.divide_constants(1.5, 0) == math.inf
