"""Simulated laboratories: known cells at another depth, with fewer genes and genes measured apart.

A laboratory differs from another by depth, by the genes that it measures, and by how well it
measures each: factors of genes that are log-normal, as batches are simulated by Zappia, Phipson and
Oshlack, Splatter: simulation of single-cell RNA sequencing data, 2017,
doi:10.1186/s13059-017-1305-0.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.models.calibration.reference import PER_10K

_HALVINGS: Final = 30


@dataclass(frozen=True, slots=True)
class Laboratory:
    """A laboratory, by its differences from the one that the reference is of."""

    found: np.ndarray
    """Mask of the genes that it measures, shape ``(n_genes,)``."""
    retention: float = 1.0
    """Share of the molecules that it counts."""
    spread: float = 0.0
    """Standard deviation of the natural logarithm of the factors of genes."""

    def measured(
        self, values: sp.csr_matrix, totals: np.ndarray, random: np.random.Generator
    ) -> sp.csr_matrix:
        """Return known cells as this laboratory measures them, log1p of counts per 10 000.

        Parameters
        ----------
        values
            log1p of counts per 10 000, shape ``(n_cells, n_genes)``.
        totals
            Counts of each cell, shape ``(n_cells,)``.
        """
        found = sp.csr_matrix(values @ sp.diags(self.found.astype(np.float32)))
        if self.retention < 1:
            found = thinned(found, totals, self.retention, random)
        if self.spread > 0:
            factors = np.exp(random.normal(0, self.spread, values.shape[1]))
            found.data = np.log1p(np.expm1(found.data) * factors[found.indices])
        found.data = found.data.astype(np.float32)
        found.eliminate_zeros()
        return found


def thinned(
    values: sp.csr_matrix, totals: np.ndarray, retention: float, random: np.random.Generator
) -> sp.csr_matrix:
    """Return cells of which only a share of the molecules was counted, drawn without bias.

    Counts are restored from their logarithms, and each molecule is kept with probability
    `retention`.
    """
    found = values.copy()
    total = np.repeat(totals, np.diff(found.indptr))
    kept = random.binomial(_counts(found, totals), retention)
    found.data = np.log1p(kept / (total * retention) * PER_10K)
    return found


def retention_for(
    values: sp.csr_matrix, totals: np.ndarray, weights: np.ndarray, detected: float
) -> float:
    """Return the share of molecules at which cells have this many genes above zero on average.

    Parameters
    ----------
    weights
        Weight of each cell in the mean, shape ``(n_cells,)``.
    detected
        Mean number of genes; 1 is returned where the cells have fewer than that already.
    """
    counts = _counts(values, totals)
    rows = np.repeat(np.arange(len(totals)), np.diff(values.indptr))
    share = weights / weights.sum()

    def expected(retention: float) -> float:
        return float(((1 - (1 - retention) ** counts) * share[rows]).sum())

    if expected(1.0) <= detected:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if expected(middle) < detected else (low, middle)
    return high


def _counts(values: sp.csr_matrix, totals: np.ndarray) -> np.ndarray:
    """Return the counts behind the stored values, one at least."""
    total = np.repeat(totals, np.diff(values.indptr))
    counts = np.rint(np.expm1(values.data.astype(np.float64)) * total / PER_10K)
    return np.maximum(counts, 1).astype(np.int64)
