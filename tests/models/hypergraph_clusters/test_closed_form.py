"""Vectors from the law of a walk, against sampled meetings and exact algebra."""

import numpy as np
import pytest

from orthoweave.errors import UsageError
from orthoweave.models.hypergraph_clusters.closed_form import average_occupancy, closed_form


def made(n_cells: int = 12, seed: int = 0) -> np.ndarray:
    """Transitions of a random walk, rows sum to 1."""
    weights = np.random.default_rng(seed).random((n_cells, n_cells)) ** 3
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def test_occupancy_is_the_mean_of_powers() -> None:
    """It is the start and the steps of a walk from every cell, averaged."""
    transitions = made().astype(np.float64)
    powers = [np.linalg.matrix_power(transitions, step) for step in range(31)]
    expected = np.mean([power.mean(axis=0) for power in powers], axis=0)
    np.testing.assert_allclose(average_occupancy(transitions, 30), expected, rtol=1e-6)


def test_vectors_factorise_the_logarithm_of_meetings() -> None:
    """With all dimensions but one, U S U' is what powers of P and logarithms give by hand."""
    transitions = made()
    exact = transitions.astype(np.float64)
    visits = average_occupancy(exact, 30)
    weights = [1, 0.8, 0.6, 0.4, 0.2]
    met = sum(c * np.linalg.matrix_power(exact, r + 1) for r, c in enumerate(weights))
    met = visits[:, None] * met
    met = (met + met.T) / (met + met.T).sum()
    chance = visits**0.75 / (visits**0.75).sum()
    logs = np.log(met) - np.log(met.sum(axis=1))[:, None] - np.log(chance)
    left, singular, _ = np.linalg.svd(logs)
    expected = (left[:, :11] * singular[:11]) @ left[:, :11].T
    found = closed_form(transitions, dimension=11).vectors
    np.testing.assert_allclose(found @ found.T, expected, atol=2e-3)


def test_same_transitions_same_bytes() -> None:
    """Nothing is random: vectors are equal to the last bit."""
    first, second = (closed_form(made(40), dimension=5) for _ in range(2))
    assert first.vectors.tobytes() == second.vectors.tobytes()


def test_meetings_agree_with_sampled_walks() -> None:
    """The frequency of meetings in sampled walks agrees with powers of P."""
    from orthoweave.models.hypergraph_clusters.closed_form import _meetings
    from orthoweave.models.hypergraph_clusters.walks import dense_walks

    transitions = made(8, seed=4)
    walks = dense_walks(transitions, n_walks=4000, length=30, seed=1).cells
    met = np.zeros((8, 8))
    for distance, weight in zip(range(1, 6), [1, 0.8, 0.6, 0.4, 0.2], strict=True):
        for start in range(31 - distance):
            np.add.at(met, (walks[:, start], walks[:, start + distance]), weight)
    met += met.T
    expected = _meetings(transitions, average_occupancy(transitions, 30), 5)
    np.testing.assert_allclose(met / met.sum(), expected, rtol=0.03)


def test_cells_that_never_meet_are_finite() -> None:
    """Two walks that share no cell give finite vectors that keep them apart."""
    transitions = np.zeros((20, 20), np.float32)
    transitions[:10, :10] = transitions[10:, 10:] = 0.1
    vectors = closed_form(transitions, dimension=3).vectors
    assert np.isfinite(vectors).all()
    within = np.linalg.norm(vectors[:10] - vectors[0], axis=1).max()
    assert within < 0.01 * np.linalg.norm(vectors[0] - vectors[15])


@pytest.mark.parametrize("dimension", [0, 12, 30])
def test_senseless_dimensions_are_refused(dimension: int) -> None:
    """A dimension is at least 1 and below the number of cells."""
    with pytest.raises(UsageError, match="less than the 12 cells"):
        closed_form(made(), dimension=dimension)
