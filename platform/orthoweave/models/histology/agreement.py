"""Agreement of predicted and measured expression: by gene, between genes, and over the section."""

from typing import Final

import numpy as np

EXPRESSED: Final = 0.1
"""Least share of spots that express a gene for it to be scored."""


def by_gene(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return Pearson's correlation of each gene over the spots, shape ``(n_genes,)``.

    A constant prediction, or a constant truth, has 0.

    Parameters
    ----------
    truth, predicted
        Shape ``(n_spots, n_genes)``.
    """
    first = truth - truth.mean(0, dtype=np.float64)
    second = predicted - predicted.mean(0, dtype=np.float64)
    lengths = np.sqrt((first**2).sum(0) * (second**2).sum(0))
    products = (first * second).sum(0)
    there = _vary(truth) & _vary(predicted)
    return np.where(there, products / np.where(lengths > 0, lengths, 1), 0.0)


def highest(values: np.ndarray, allowed: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers of the genes of highest sum and of highest variance, among those allowed.

    Parameters
    ----------
    values
        Shape ``(n_spots, n_genes)``.
    allowed
        Mask of the genes, shape ``(n_genes,)``.
    """
    found = []
    for rank in (values.sum(0), values.var(0)):
        order = np.argsort(-np.where(allowed, rank, -np.inf), kind="stable")
        found.append(order[: min(count, int(allowed.sum()))])
    return found[0], found[1]


def between_genes(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Return the correlation of two matrices of gene-gene correlations, above the diagonal.

    Genes that are constant in either are left out; fewer than three give 0.
    """
    there = _vary(truth) & _vary(predicted)
    if there.sum() < 3:
        return 0.0
    upper = np.triu_indices(int(there.sum()), 1)
    first, second = (np.corrcoef(one[:, there].T)[upper] for one in (truth, predicted))
    return float(np.corrcoef(first, second)[0, 1])


def moran(values: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return Moran's I of each gene over neighbouring spots, shape ``(n_genes,)``.

    Moran, Notes on continuous stochastic phenomena, 1950. A constant gene has 0.

    Parameters
    ----------
    values
        Shape ``(n_spots, n_genes)``.
    pairs
        Neighbouring spots, each pair in both orders, shape ``(n_pairs, 2)``.
    """
    centred = values - values.mean(0, dtype=np.float64)
    squares = (centred**2).mean(0)
    shared = (centred[pairs[:, 0]] * centred[pairs[:, 1]]).mean(0)
    return np.where(squares > 1e-12, shared / np.where(squares > 0, squares, 1), 0.0)


def shuffle_bound(truth: np.ndarray, predicted: np.ndarray, seed: int, n: int = 200) -> np.ndarray:
    """Return the 95 % quantile of each gene's correlation with shuffled spots, ``(n_genes,)``."""
    random = np.random.default_rng(seed)
    drawn = [by_gene(truth, predicted[random.permutation(len(predicted))]) for _ in range(n)]
    return np.quantile(np.stack(drawn), 0.95, axis=0)


def shifted(places: np.ndarray) -> np.ndarray:
    """Return, for each spot, the number of its neighbour to the right; the spot itself at the edge.

    Parameters
    ----------
    places
        Shape ``(n_spots, 2)``.
    """
    far = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(far, np.inf)
    step = float(np.median(far.min(1)))
    wanted = places + np.array([step, 0.0])
    to = np.linalg.norm(wanted[:, None] - places[None], axis=2)
    nearest = to.argmin(1)
    return np.where(to.min(1) < 0.6 * step, nearest, np.arange(len(places)))


def _vary(values: np.ndarray) -> np.ndarray:
    """Return the mask of genes that are not constant; sums in float64 leave no rounding."""
    return values.std(0, dtype=np.float64) > 1e-6
