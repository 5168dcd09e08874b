"""Shift between a reference and unlabelled cells of another dataset, in a few numbers."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

_LEAST_CELLS: Final = 10
# share of a class's cells that must express a gene for its factor to be measured
_LEAST_EXPRESSED: Final = 0.2
# counts per 10 000 added to means, so that a gene of no count has a finite factor
_LEAST_MEAN: Final = 0.1
# from the median deviation to the standard deviation of a normal distribution
_TO_DEVIATION: Final = 1.4826


@dataclass(frozen=True, slots=True)
class Shift:
    """Shift of a dataset from a reference."""

    genes: float
    """Share of the reference's genes that the dataset measures."""
    depth: float
    """Genes above zero in a cell, over those of reference cells of the same classes."""
    spread: float
    """Deviation of the log factors by which genes are measured apart, within classes."""
    between_donors: float
    """The same between donors of the reference."""
    composition: float
    """Half the summed differences of the shares of classes, estimated, from 0 to 1."""

    @property
    def excess(self) -> float:
        """The spread beyond that between donors, by their squares."""
        return float(np.sqrt(max(0.0, self.spread**2 - self.between_donors**2)))

    def __str__(self) -> str:
        """Return it in words."""
        return (
            f"{self.genes:.0%} of the genes are measured, by factors of {np.exp(self.spread):.1f} "
            f"apart ({np.exp(self.between_donors):.1f} between donors); cells have "
            f"{self.depth:.2f} times as many genes above zero; {self.composition:.0%} of the "
            "composition differs"
        )


def detected(values: sp.csr_matrix, found: np.ndarray) -> np.ndarray:
    """Return the number of measured genes above zero in each cell, shape ``(n_cells,)``."""
    return np.asarray(values[:, np.flatnonzero(found)].getnnz(axis=1))


def gene_spread(
    known: sp.csr_matrix,
    labels: np.ndarray,
    asked: sp.csr_matrix,
    predicted: np.ndarray,
    found: np.ndarray,
) -> float:
    """Return how far genes are measured apart, as a deviation of log factors.

    Within each class, the logarithm of a gene's mean among the asked cells over that among the
    known ones. Its median over genes is depth; its spread, by the median deviation, remains.

    Parameters
    ----------
    known, asked
        log1p of counts per 10 000, shape ``(n_cells, n_genes)``.
    labels, predicted
        Number of each cell's class.
    found
        Mask of the genes that both measure.
    """
    squares, n_genes = 0.0, 0
    for number in np.unique(predicted):
        ours, theirs = known[labels == number], asked[predicted == number]
        if min(ours.shape[0], theirs.shape[0]) < _LEAST_CELLS:
            continue
        expressed = np.asarray(ours.getnnz(axis=0)).ravel() / ours.shape[0]
        chosen = found & (expressed >= _LEAST_EXPRESSED)
        if chosen.sum() < _LEAST_CELLS:
            continue
        factor = np.log(_means(theirs)[chosen] / _means(ours)[chosen])
        deviation = _TO_DEVIATION * np.median(np.abs(factor - np.median(factor)))
        squares += float(deviation**2) * int(chosen.sum())
        n_genes += int(chosen.sum())
    return float(np.sqrt(squares / n_genes)) if n_genes else 0.0


def _means(values: sp.csr_matrix) -> np.ndarray:
    plain = sp.csr_matrix(values, dtype=np.float64)
    plain.data = np.expm1(plain.data)
    return np.asarray(plain.mean(axis=0)).ravel() + _LEAST_MEAN
