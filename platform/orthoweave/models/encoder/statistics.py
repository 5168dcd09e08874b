"""Statistics of genes over the training cells, from which a network starts: one pass over them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError


@dataclass(frozen=True, slots=True)
class GeneStatistics:
    """Means and zeros of the genes of a vocabulary, over the training cells that measured them."""

    mean: np.ndarray
    """Mean value with zeros, shape ``(n_genes,)``, float32."""
    nonzero_mean: np.ndarray
    """Mean of the values above zero, shape ``(n_genes,)``, float32."""
    zero_share: np.ndarray
    """Share of cells whose value is zero, shape ``(n_genes,)``, float32."""

    @property
    def n_genes(self) -> int:
        """Number of genes."""
        return len(self.mean)

    @property
    def zero_log_odds(self) -> np.ndarray:
        """Logarithm of the odds of a zero, shape ``(n_genes,)``, float32; at most 7 either way."""
        share = np.clip(self.zero_share, 1e-3, 1 - 1e-3)
        return np.asarray(np.log(share / (1 - share)), np.float32)


@dataclass(slots=True)
class Moments:
    """Sums over the cells of one dataset, to which blocks of cells are added."""

    cells: int
    nonzero: np.ndarray
    """Cells whose value is above zero, by gene."""
    total: np.ndarray
    square: np.ndarray

    @classmethod
    def empty(cls, n_genes: int) -> "Moments":
        """Return the sums over no cells."""
        return cls(0, *(np.zeros(n_genes) for _ in range(3)))

    def add(self, values: sp.csr_matrix) -> None:
        """Add some cells, shape ``(n_cells, n_genes)``."""
        n_genes = len(self.total)
        there = values.data > 0
        columns, data = values.indices[there], values.data[there].astype(np.float64)
        self.cells += values.shape[0]
        self.nonzero += np.bincount(columns, minlength=n_genes)
        self.total += np.bincount(columns, data, n_genes)
        self.square += np.bincount(columns, data**2, n_genes)

    @property
    def variance(self) -> np.ndarray:
        """Variance of each gene, shape ``(n_genes,)``."""
        n = max(self.cells, 1)
        return np.asarray(np.maximum(self.square / n - (self.total / n) ** 2, 0))


def variable_genes(moments: Iterable[Moments], measured: np.ndarray, n_genes: int) -> np.ndarray:
    """Return the genes that vary most within datasets, increasing; of equals the first.

    The variance of a gene is the mean over all cells of that within their dataset, so that genes
    by which datasets differ gain nothing. One that a dataset did not measure has none there.

    Parameters
    ----------
    measured
        Mask of the genes that each dataset measured, shape ``(n_datasets, n_all_genes)``.

    Raises
    ------
    InputError
        If fewer than two genes vary.
    """
    found = list(moments)
    n_cells = sum(one.cells for one in found)
    spread = np.zeros(measured.shape[1])
    for one, there in zip(found, measured, strict=True):
        spread += np.where(there, one.variance, 0.0) * (one.cells / max(n_cells, 1))
    chosen = np.sort(np.argsort(-spread, kind="stable")[:n_genes])
    chosen = chosen[spread[chosen] > 0]
    if len(chosen) < 2:
        message = f"{len(chosen)} genes vary over {n_cells} training cells: expected two at least"
        raise InputError(message)
    return chosen


def gene_statistics(moments: Iterable[Moments], measured: np.ndarray) -> GeneStatistics:
    """Return the statistics over all datasets; each gene over those that measured it.

    Parameters
    ----------
    measured
        Mask of the genes that each dataset measured, shape ``(n_datasets, n_genes)``.
    """
    found = list(moments)
    cells = sum(
        np.where(there, float(one.cells), 0.0) for one, there in zip(found, measured, strict=True)
    )
    total = sum(one.total for one in found)
    nonzero = sum(one.nonzero for one in found)
    n = np.maximum(cells, 1)
    return GeneStatistics(
        np.asarray(total / n, np.float32),
        np.asarray(total / np.maximum(nonzero, 1), np.float32),
        np.asarray(1 - nonzero / n, np.float32),
    )
