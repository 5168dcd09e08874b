"""Correlations between genes, computed in blocks of genes; the strongest pairs are kept.

Two estimators. Over *metacells*, means of some 50 similar cells, the many zeros of single cells
average out (the idea is from Baran et al. 2019, doi:10.1186/s13059-019-1812-2; our grouping is
simpler). Over *cells*, the exact Pearson correlation, from a sparse product and the
genes' means and variances. Neither ever holds a matrix of all genes × all genes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

BLOCK: Final = 200
# number of coordinates for comparing cells while they are grouped
_DIRECTIONS: Final = 16


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of genes with the strongest correlations, each once, first index below second."""

    first: np.ndarray
    second: np.ndarray
    coefficient: np.ndarray
    """Pearson correlation, float64."""


def random_directions(n_genes: int, seed: int) -> np.ndarray:
    """Return directions that roughly keep cells' distances, ``(n_genes, 16)``, float32.

    Gaussian entries, as in Johnson and Lindenstrauss's lemma.
    """
    generator = np.random.default_rng(seed)
    return generator.standard_normal((n_genes, _DIRECTIONS), dtype=np.float32)


def group_cells(coordinates: np.ndarray, within: Sequence[str], size: int) -> np.ndarray:
    """Return the metacell of each cell, shape ``(n_cells,)``.

    Each set of cells with the same text in `within` is halved at the median of its widest
    coordinate, repeatedly, until a part has at most ``1.5 * size`` cells.

    Parameters
    ----------
    coordinates
        Place of each cell, shape ``(n_cells, n_directions)``.
    within
        Cells are grouped with cells of the same text only, such as cell type and donor.
    size
        Approximate number of cells of a metacell.
    """
    group = np.empty(len(coordinates), np.int64)
    names, codes = np.unique(np.asarray(within, dtype=object).astype(str), return_inverse=True)
    number = 0
    waiting = [np.flatnonzero(codes == code) for code in range(len(names) - 1, -1, -1)]
    while waiting:
        cells = waiting.pop()
        if len(cells) <= 1.5 * size or len(cells) < 2:
            group[cells] = number
            number += 1
            continue
        places = coordinates[cells]
        widest = int(np.argmax(places.var(axis=0)))
        order = np.argsort(places[:, widest], kind="stable")
        half = len(cells) // 2
        waiting += [np.sort(cells[order[half:]]), np.sort(cells[order[:half]])]
    return group


def dense_correlations(values: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the correlations of the columns of `values`, a block of result rows at a time.

    Parameters
    ----------
    values
        Observations × genes, float; no column may be constant.

    Yields
    ------
    The first gene's number, and its block of correlations, shape ``(up to 200, n_genes)``.
    """
    standard = values - values.mean(axis=0, dtype=np.float64)
    standard /= np.sqrt((standard.astype(np.float64) ** 2).sum(axis=0))
    standard = standard.astype(np.float32)
    for start in range(0, standard.shape[1], BLOCK):
        yield start, standard[:, start : start + BLOCK].T @ standard


def sparse_correlations(values: sp.csc_matrix) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the same as `dense_correlations`, exactly, for sparse `values`: cells × genes."""
    n_cells, n_genes = values.shape
    exact = values.astype(np.float64)
    mean = np.asarray(exact.mean(axis=0)).ravel()
    square = np.asarray(exact.multiply(exact).mean(axis=0)).ravel()
    deviation = np.sqrt(np.maximum(square - mean**2, 0))
    by_rows = sp.csr_matrix(exact)
    for start in range(0, n_genes, BLOCK):
        part = slice(start, min(start + BLOCK, n_genes))
        products = (exact[:, part].T @ by_rows).toarray() / n_cells
        covariance = products - np.outer(mean[part], mean)
        yield start, covariance / np.outer(deviation[part], deviation)


def strongest_pairs(blocks: Iterator[tuple[int, np.ndarray]], top_k: int, min_abs: float) -> Pairs:
    """Return pairs among the `top_k` strongest of either gene, by absolute correlation.

    Parameters
    ----------
    min_abs
        Weaker correlations are left out, even if a gene then has fewer than `top_k`.
    """
    firsts, seconds, values = [], [], []
    for start, block in blocks:
        rows = np.arange(len(block))
        strength = np.abs(block)
        strength[rows, rows + start] = -1  # a gene is not a partner of itself
        width = min(top_k, block.shape[1] - 1)
        row, column = _strongest(strength, width)
        keep = strength[row, column] >= min_abs
        row, column = row[keep], column[keep]
        firsts.append(np.minimum(row + start, column))
        seconds.append(np.maximum(row + start, column))
        values.append(block[row, column].astype(np.float64))
    if not firsts:
        empty = np.zeros(0, np.int64)
        return Pairs(empty, empty, np.zeros(0))
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    coefficient = np.clip(np.concatenate(values), -1, 1)
    order = np.lexsort((second, first))
    first, second, coefficient = first[order], second[order], coefficient[order]
    once = np.ones(len(first), bool)
    once[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return Pairs(first[once], second[once], coefficient[once])


def _strongest(strength: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of each row's `width` highest values; of equals the lower column."""
    bound = np.partition(strength, -width, axis=1)[:, -width]
    row, column = np.nonzero(strength >= bound[:, None])
    order = np.lexsort((column, -strength[row, column], row))
    row, column = row[order], column[order]
    first = np.searchsorted(row, np.arange(len(strength)))
    among = np.arange(len(row)) - first[row] < width
    return row[among], column[among]
