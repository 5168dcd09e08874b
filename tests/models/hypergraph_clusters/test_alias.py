"""Alias tables draw what they were given."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from orthoweave.models.hypergraph_clusters.alias import (
    AliasTable,
    alias_table,
    draw,
    first_state,
    next_state,
    random_bits,
)


def chances_of(table: AliasTable, n_columns: int) -> np.ndarray:
    """Chances that a table gives, worked out from its entries."""
    rows = len(table.start) - 1
    found = np.zeros((rows, n_columns))
    for row in range(rows):
        first, last = table.start[row], table.start[row + 1]
        for threshold, own, alias in table.entries[first:last]:
            found[row, own] += threshold / 2**32 / (last - first)
            found[row, alias] += (1 - threshold / 2**32) / (last - first)
    return found


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.floats(0, 1e6).filter(lambda x: x == 0 or x > 1e-6), min_size=1, max_size=30))
def test_table_holds_the_chances(weights: list[float]) -> None:
    """The entries of a row add up to its chances, whatever the weights."""
    weights[0] += 1.0
    row = sp.csr_matrix((weights, np.arange(len(weights)), [0, len(weights)]), (1, len(weights)))
    found = chances_of(alias_table(row), len(weights))[0]
    np.testing.assert_allclose(found, np.array(weights) / sum(weights), atol=1e-8)


def test_rows_do_not_mix() -> None:
    """Each row has its own columns; stored zeros are never drawn."""
    matrix = sp.csr_matrix(
        (np.array([1.0, 3.0, 5.0, 0.0, 2.0]), [4, 0, 2, 1, 3], [0, 2, 3, 5]), (3, 5)
    )
    expected = np.array([[0.75, 0, 0, 0, 0.25], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]])
    np.testing.assert_allclose(chances_of(alias_table(matrix), 5), expected, atol=1e-8)


def test_draws_follow_the_chances() -> None:
    """100,000 draws pass a chi-square test against the chances of their row."""
    weights = np.array([0.05, 0.4, 0.15, 0.3, 0.1])
    table = alias_table(sp.csr_matrix(weights[None, :]))
    state, seen = np.uint64(first_state(3, 7)), np.zeros(5)
    for _ in range(100_000):
        seen[draw(table.start, table.entries, 0, np.uint64(random_bits(state)))] += 1
        state = np.uint64(next_state(state))
    assert stats.chisquare(seen, weights * 100_000).pvalue > 0.01


def test_random_bits_are_splitmix64() -> None:
    """The first numbers for seed 1234567 are those of the published generator."""
    state, found = np.uint64(1234567), []
    for _ in range(3):
        state = np.uint64(next_state(state))
        found.append(int(random_bits(state)))
    assert found == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@pytest.mark.parametrize("other", [(0, 1), (1, 0)])
def test_streams_differ(other: tuple[int, int]) -> None:
    """Another seed or another walk starts elsewhere."""
    assert first_state(0, 0) != first_state(*other)
