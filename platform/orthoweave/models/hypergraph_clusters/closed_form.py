r"""Vectors of cells computed from the law of a walk, without sampling.

Skip-gram with negative sampling factorises, implicitly, the logarithm of how much more often two
cells meet in a window than by chance (Levy and Goldberg 2014, "Neural word embedding as implicit
matrix factorization"; for walks: Qiu et al. 2018, doi:10.1145/3159652.3159706). With P the
transitions, :math:`\pi` the average occupancy over the steps of walks that start once in every
cell, and :math:`c_r = 1, .8, .6, .4, .2` the weights that a randomly shrunken window of 5 gives to
distances, that is

.. math:: C = \mathrm{diag}(\pi) \sum_{r=1}^5 c_r P^r, \quad C \leftarrow (C + C^\top) / \textstyle
          \sum C, \quad M_{ij} = \log C_{ij} - \log C_{i\cdot} -
          \log(\pi_j^{0.75} / \textstyle\sum_k \pi_k^{0.75}),

whose best approximation of rank d, :math:`U_d S_d V_d^\top`, gives the vectors
:math:`U_d S_d^{1/2}`. It is neither shifted by the number of negatives nor clipped at 0: walks
that are close to uniform would lose everything. Pairs that never meet take a
tenth of the smallest value of those that do. Deterministic; it needs a few dense n × n matrices,
hence 10,000 cells at most.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse.linalg

from orthoweave.errors import UsageError


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """Vectors of cells and how often walks visit them."""

    vectors: np.ndarray
    """Shape ``(n_cells, dimension)``, float32."""
    occupancy: np.ndarray
    """Average chance of each cell over the steps of the walks, sums to 1, float64."""


def closed_form(
    transitions: np.ndarray, *, dimension: int = 30, window: int = 5, steps: int = 30
) -> ClosedForm:
    """Return cell vectors whose inner products say how often cells meet, against chance.

    Parameters
    ----------
    transitions
        Chance of each next cell, shape ``(n_cells, n_cells)``, rows sum to 1, float32.
    window
        Largest distance in a walk at which two cells meet.
    steps
        Steps of a walk, for the occupancy.

    Raises
    ------
    UsageError
        If the dimension is not below the number of cells.
    """
    check_dimension(dimension, len(transitions))
    occupancy = average_occupancy(transitions, steps)
    meetings = _meetings(transitions, occupancy, window)
    logs = log_meetings(meetings, occupancy, float(meetings[meetings > 0].min()) / 10)
    return ClosedForm(_left_factor(logs, dimension), occupancy)


def check_dimension(dimension: int, n_cells: int) -> None:
    """Check that so many cells can have vectors of this length.

    Raises
    ------
    UsageError
        If the dimension is not below the number of cells.
    """
    if not 0 < dimension < n_cells:
        message = (
            f"dimension {dimension!r}: expected at least 1 and less than the {n_cells:,} cells"
        )
        raise UsageError(message)


def log_meetings(meetings: np.ndarray, occupancy: np.ndarray, least: float) -> np.ndarray:
    """Return the logarithm of how much more often than chance cells meet, in place.

    Parameters
    ----------
    meetings
        How often cells (rows) meet others (columns).
    occupancy
        Of the others, shape ``(n_columns,)``.
    least
        In place of meetings that never happen.
    """
    # a cell that meets nobody is as far from all
    totals = np.maximum(meetings.sum(axis=1, dtype=np.float64), least)
    chance = occupancy**0.75
    meetings[meetings <= 0] = least
    logs: np.ndarray = np.log(meetings, out=meetings)
    logs -= np.log(totals).astype(np.float32)[:, None]
    logs -= np.log(chance / chance.sum()).astype(np.float32)
    return logs


def average_occupancy(transitions: np.ndarray, steps: int = 30) -> np.ndarray:
    """Return the chance of each cell, averaged over start and steps of walks from every cell."""
    here = np.full(len(transitions), 1 / len(transitions))
    total = here.copy()
    for _ in range(steps):
        here = here @ transitions
        total += here
    # a cell that is never reached is still a start of walks
    return total / total.sum()


def _meetings(transitions: np.ndarray, occupancy: np.ndarray, window: int) -> np.ndarray:
    """Return how often two cells are within a window: symmetric, sums to 1, float32."""
    diagonal = np.arange(len(transitions))
    powers = np.zeros_like(transitions)
    for distance in range(window, 0, -1):  # Horner: P (c1 + P (c2 + P (c3 + …)))
        powers[diagonal, diagonal] += np.float32((window - distance + 1) / window)
        powers = transitions @ powers
    powers *= occupancy.astype(np.float32)[:, None]
    powers += powers.T.copy()
    powers /= powers.sum(dtype=np.float64)
    return powers


def _left_factor(matrix: np.ndarray, dimension: int) -> np.ndarray:
    # ARPACK starts from a random vector unless it is given one
    start = np.full(len(matrix), 1 / np.sqrt(len(matrix)), matrix.dtype)
    left, singular, _ = scipy.sparse.linalg.svds(matrix, k=dimension, v0=start)
    order = np.argsort(-singular)
    left, singular = left[:, order], singular[order]
    strongest = np.abs(left).argmax(axis=0)
    left *= np.sign(left[strongest, np.arange(dimension)])
    return (left * np.sqrt(singular)).astype(np.float32)
