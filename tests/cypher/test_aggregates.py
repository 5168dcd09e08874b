"""Count, sum and the like, against numpy and what Neo4j 5.26 answered."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.cypher.values.aggregates import aggregate
from orthoweave.errors import QueryError, QueryRefusedError


@pytest.mark.parametrize(
    ("name", "values", "result"),
    [
        ("sum", [], 0),
        ("sum", [None], 0),
        ("sum", [1, 2, None], 3),
        ("sum", [1, 2.0], 3.0),
        ("avg", [], None),
        ("avg", [2, 2], 2.0),
        ("min", [], None),
        ("collect", [None, 1], [1]),
        ("count", [None, 1, 1], 2),
        ("stdev", [], None),
        ("stdev", [5], 0.0),
        ("stdev", [1, 2, 3], 1.0),
        ("stdevp", [1, 2, 3], 0.816496580927726),
        ("sum", [2**63 - 1, 1], float(2**63)),
        ("avg", [math.inf, 1], math.inf),
        ("stdevp", [5, 5], 0.0),
        ("min", [1, "a", True, [1], 2.5, "B"], [1]),
        ("max", [1, "a", True, [1], 2.5, "B"], 2.5),
    ],
)
def test_aggregates_answer_as_neo4j(name: str, values: list[object], result: object) -> None:
    """Nulls do not count, and no rows have a sum of 0 but no mean."""
    found = aggregate(name, values, distinct=False)
    assert (found, type(found)) == (result, type(result))


@pytest.mark.parametrize(
    ("name", "part", "result"),
    [
        ("percentilecont", 0.25, 1.5),
        ("percentiledisc", 0.34, 2),
        ("percentiledisc", 1, 3),
        ("percentiledisc", 0, 1),
        ("percentilecont", 1, 3),
        ("percentilecont", 0.5, 2),
    ],
)
def test_percentiles_answer_as_neo4j(name: str, part: float, result: float) -> None:
    """Of 1, 2 and 3, between two values or one of them as it is."""
    found = aggregate(name, [3, 1, 2], distinct=False, extra=part)
    assert (found, type(found)) == (result, type(result))


def test_percentiles_put_nan_last() -> None:
    """NaN is above all numbers, and -0.0 below 0."""
    values = [math.nan, 0, 0.5, -0.0]
    assert aggregate("percentiledisc", values, distinct=False, extra=0.75) == 0.5
    assert str(aggregate("percentiledisc", values, distinct=False, extra=0)) == "-0.0"


def test_results_that_depend_on_the_order_of_numbers_are_refused() -> None:
    """Neo4j's running mean of great numbers differs from one order to the next."""
    for name, values in (("avg", [1e308, 1e308]), ("stdev", [1e200, -1e200])):
        with pytest.raises(QueryRefusedError, match="depends on their order"):
            aggregate(name, values, distinct=False)
    for name in ("avg", "stdev"):
        assert str(aggregate(name, [math.inf, -math.inf], distinct=False)) == "nan"


def test_distinct_takes_equal_numbers_for_one() -> None:
    """1 and 1.0 count once, and the first of them stays."""
    assert aggregate("collect", [1, 1.0, "1", True, None], distinct=True) == [1, "1", True]


def test_wrong_values_are_errors() -> None:
    """Texts have no sum, and a percentile stands between 0 and 1."""
    with pytest.raises(QueryError, match="numbers"):
        aggregate("sum", ["a"], distinct=False)
    with pytest.raises(QueryError, match=r"0\.0 to 1\.0"):
        aggregate("percentilecont", [1], distinct=False, extra=1.5)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.floats(0, 1))
def test_numbers_agree_with_numpy(values: list[float], part: float) -> None:
    """Mean, deviation and percentile are numpy's."""
    given_values: list[object] = list(values)
    assert aggregate("avg", given_values, distinct=False) == pytest.approx(np.mean(values))
    deviation = aggregate("stdev", given_values, distinct=False)
    assert deviation == pytest.approx(np.std(values, ddof=1), abs=1e-6)
    percentile = aggregate("percentilecont", given_values, distinct=False, extra=part)
    assert percentile == pytest.approx(np.quantile(values, part), abs=1e-6)
