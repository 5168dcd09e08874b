"""The preference exponent and the rule that solves for it."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from orthoweave.errors import InputError, UsageError
from orthoweave.models.hypergraph_clusters.exponent import perplexity, sharpened, solve_exponent


@settings(deadline=None)
@given(st.integers(0, 50), st.floats(0.1, 8))
def test_sharpened_is_the_power_scaled(seed: int, exponent: float) -> None:
    """Sharpened rows are powers of the values over their sum, as dense numpy gives them."""
    values = np.random.default_rng(seed).uniform(0.5, 4, (5, 7))
    expected = values**exponent / (values**exponent).sum(axis=1, keepdims=True)
    found = sharpened(sp.csr_matrix(values), exponent)
    np.testing.assert_allclose(found.toarray(), expected, rtol=1e-10)


def test_large_exponents_do_not_overflow() -> None:
    """Values of 14 to the 5000th power leave the largest gene alone, with no infinity."""
    found = sharpened(sp.csr_matrix(np.array([[14.0, 12.0, 0.5]])), 5000.0)
    np.testing.assert_allclose(found.toarray(), [[1, 0, 0]], atol=1e-12)


def test_perplexity_is_scipys() -> None:
    """It is exp of the entropy, and a share of zero counts nothing."""
    shares = np.array([[0.5, 0.25, 0.25, 0.0], [0.25, 0.25, 0.25, 0.25]])
    matrix = sp.csr_matrix((shares.ravel(), np.tile(np.arange(4), 2), [0, 4, 8]), (2, 4))
    np.testing.assert_allclose(perplexity(matrix), np.exp(stats.entropy(shares, axis=1)))


@pytest.mark.parametrize(("low", "high", "least"), [(1.0, 4.3, 5), (11.5, 14.3, 50)])
def test_solved_exponent_leaves_a_fifth(low: float, high: float, least: float) -> None:
    """On either scale the median cell chooses from a fifth of its genes; narrow needs more."""
    generator = np.random.default_rng(0)
    filled = generator.random((300, 200)) < 0.5
    matrix = sp.csr_matrix(np.where(filled, generator.uniform(low, high, filled.shape), 0))
    exponent = solve_exponent(matrix)
    found = np.median(perplexity(sharpened(matrix, exponent)))
    assert found == pytest.approx(0.2 * np.median(np.diff(matrix.indptr)), rel=1e-3)
    assert least < exponent < least + 30


def test_tied_values_are_reported() -> None:
    """Where all values of a cell are equal no exponent prefers any, and the message says so."""
    with pytest.raises(InputError, match="largest values of cells are tied"):
        solve_exponent(sp.csr_matrix(np.ones((60, 20))))


@pytest.mark.parametrize("exponent", [0.0, -1.0, np.inf, np.nan])
def test_senseless_exponents_are_refused(exponent: float) -> None:
    """An exponent is a finite number above zero."""
    with pytest.raises(UsageError, match="preference exponent: expected a number above 0"):
        sharpened(sp.csr_matrix(np.ones((2, 2))), exponent)


@pytest.mark.parametrize("fraction", [0.0, 1.0, 2.0])
def test_senseless_fractions_are_refused(fraction: float) -> None:
    """A fraction of the genes is between 0 and 1."""
    with pytest.raises(UsageError, match="expected one in"):
        solve_exponent(sp.csr_matrix(np.ones((2, 2))), fraction)
