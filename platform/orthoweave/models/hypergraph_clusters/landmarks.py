r"""Vectors of many cells computed from the law of a walk among a random sample of them.

The closed form needs n × n matrices. Here a few thousand cells, the landmarks, take the place of
all: genes lead to landmarks only, and the closed form is worked out among them. Every other cell is
then placed as if it were added to them alone. With A the chances of genes in all cells, R those of
landmarks in genes (its rows scaled to sum to 1 again), :math:`P = A_L R`,
:math:`K = \sum_{r=1}^5 c_r P^{r-1}` and :math:`\pi` the occupancy, cell v and landmark j meet

.. math:: C_{vj} = \pi_v (A_v R K)_j + \pi_j (K A_L R'_v)_j,

where :math:`R'_v` has the chance of v in each gene on the scale of R; for a landmark this is the
closed form exactly. With :math:`M_{LL} \approx U S V^\top` the vectors are
:math:`M_{vL} V S^{-1/2}`, which for landmarks is :math:`U S^{1/2}`. Cells are added as in
Nyström's method (Williams and Seeger 2001); to apply it here is our choice. The cost grows with
the number of cells, not with its square. Walks with cell memory do not fall into A and R.
"""

from typing import Final

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg

from orthoweave.models.hypergraph_clusters.closed_form import (
    ClosedForm,
    check_dimension,
    log_meetings,
)
from orthoweave.models.hypergraph_clusters.transitions import Steps

LANDMARKS: Final = 2000
_BLOCK: Final = 2000


def landmark_form(
    steps: Steps,
    *,
    landmarks: int = LANDMARKS,
    dimension: int = 30,
    window: int = 5,
    length: int = 30,
    seed: int = 0,
) -> ClosedForm:
    """Return cell vectors whose inner products say how often cells meet landmarks.

    Parameters
    ----------
    steps
        Law of a walk without cell memory.
    landmarks
        Number of cells drawn as landmarks; all if there are not more.
    length
        Steps of a walk, for the occupancy.
    seed
        Of the draw.
    """
    n_cells = steps.to_gene.shape[0]
    chosen = np.sort(np.random.default_rng(seed).permutation(n_cells)[:landmarks])
    check_dimension(dimension, len(chosen))
    met = _Meetings(steps, chosen, window, length)
    among = np.concatenate([met.of(rows) for rows in _blocks(chosen)])
    least = float(among[among > 0].min()) / 10
    here = met.occupancy[chosen]
    logs = log_meetings(among, here, least)
    # ARPACK starts from a random vector unless it is given one
    start = np.full(len(logs), 1 / np.sqrt(len(logs)), logs.dtype)
    _, singular, other = scipy.sparse.linalg.svds(logs, k=dimension, v0=start)
    order = np.argsort(-singular)
    turn = other[order].T / np.sqrt(singular[order])
    vectors = np.concatenate(
        [log_meetings(met.of(rows), here, least) @ turn for rows in _blocks(np.arange(n_cells))]
    )
    strongest = np.abs(vectors).argmax(axis=0)
    vectors *= np.sign(vectors[strongest, np.arange(dimension)])
    return ClosedForm(vectors.astype(np.float32), met.occupancy / met.occupancy.sum())


class _Meetings:
    """How often each cell and each landmark are within a window of a walk."""

    def __init__(self, steps: Steps, chosen: np.ndarray, window: int, length: int) -> None:
        reached = np.asarray(steps.to_cell[:, chosen].sum(axis=1), np.float64).ravel()
        scale = np.divide(1, reached, out=np.zeros_like(reached), where=reached > 0)
        # the chance of each cell in each gene, on the scale on which those of landmarks sum to 1
        self._chance = sp.csr_matrix(steps.to_cell.T @ sp.diags(scale), dtype=np.float32)
        self._gene = _among(steps.to_gene, reached > 0)
        ahead, back = self._gene[chosen], sp.csr_matrix(self._chance[chosen].T)
        visits = _visits(ahead, back, length)
        self.occupancy = (1 / len(chosen) + self._chance @ visits) / (length + 1)
        """Average chance of each cell over the steps of walks from every landmark."""
        powers = _powers(ahead, back, window)
        self._ahead = np.asarray(back @ powers, np.float32)
        self._back = np.asarray(sp.csr_matrix(ahead.T) @ powers.T, np.float32)
        self._here = self.occupancy[chosen].astype(np.float32)

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Return how often some cells meet each landmark, shape ``(n_rows, n_landmarks)``."""
        found = self._gene[rows].toarray() @ self._ahead
        found *= self.occupancy[rows].astype(np.float32)[:, None]
        back = self._chance[rows].toarray() @ self._back
        back *= self._here
        found += back
        return found


def _among(to_gene: sp.csr_matrix, there: np.ndarray) -> sp.csr_matrix:
    """Return the chances of genes that lead to a landmark, rows scaled to sum to 1 again."""
    kept = sp.csr_matrix(to_gene @ sp.diags(there.astype(np.float64)))
    total = np.asarray(kept.sum(axis=1), np.float64).ravel()
    scale = np.divide(1, total, out=np.zeros_like(total), where=total > 0)
    return sp.csr_matrix(sp.diags(scale) @ kept, dtype=np.float32)


def _visits(ahead: sp.csr_matrix, back: sp.csr_matrix, length: int) -> np.ndarray:
    """Return how often walks from every landmark use each gene, shape ``(n_genes,)``."""
    here = np.full(ahead.shape[0], 1 / ahead.shape[0])
    used = np.zeros(ahead.shape[1])
    for _ in range(length):
        genes = ahead.T @ here
        used += genes
        here = back.T @ genes
    return used


def _powers(ahead: sp.csr_matrix, back: sp.csr_matrix, window: int) -> np.ndarray:
    """Return the sum of powers of the transitions from 0 up, by the weights of distances."""
    n = ahead.shape[0]
    powers = np.zeros((n, n), np.float32)
    for distance in range(window, 0, -1):
        powers = np.asarray(ahead @ (back @ powers), np.float32)
        powers[np.arange(n), np.arange(n)] += np.float32((window - distance + 1) / window)
    return powers


def _blocks(rows: np.ndarray) -> list[np.ndarray]:
    return [rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK)]
