"""Scrublet, in small: the score of doublets by simulated neighbours that others are compared with.

Wolock et al., Scrublet, 2019, doi:10.1016/j.cels.2018.11.005, by its published defaults: two
simulated doublets for each cell, variable genes, 30 principal components of standardised counts
that were normalised by depth, and the share of simulated doublets among neighbours.
"""

import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

RATIO, COMPONENTS, RATE = 2.0, 30, 0.1
GENES = 2000


def scrublet_scores(counts: sp.csr_matrix, *, rate: float = RATE, seed: int = 0) -> np.ndarray:
    """Return the score of each cell, shape ``(n_cells,)``, from 0 to 1.

    Parameters
    ----------
    counts
        Shape ``(n_cells, n_genes)``.
    rate
        Expected share of doublets.
    """
    random = np.random.default_rng(seed)
    n_cells = counts.shape[0]
    counts = counts[:, np.diff(counts.tocsc().indptr) >= 3]
    n_made = int(RATIO * n_cells)
    pairs = random.integers(0, n_cells, (n_made, 2))
    made = sp.csr_matrix(counts[pairs[:, 0]] + counts[pairs[:, 1]])
    target = float(np.mean(counts.sum(axis=1)))
    own, others = (_normalised(one, target) for one in (counts, made))
    columns = _variable(own)
    known, asked = own[:, columns].toarray(), others[:, columns].toarray()
    mean, sd = known.mean(axis=0), np.maximum(known.std(axis=0), 1e-6)
    axes = PCA(min(COMPONENTS, *known.shape), svd_solver="randomized", random_state=0)
    first = axes.fit_transform((known - mean) / sd)
    place = np.vstack([first, axes.transform((asked - mean) / sd)])
    n_near = round(0.5 * np.sqrt(n_cells))
    k = round(n_near * (1 + n_made / n_cells))
    near = NearestNeighbors(n_neighbors=k).fit(place).kneighbors(return_distance=False)
    q = ((near >= n_cells).sum(axis=1) + 1) / (k + 2)
    ratio = n_made / n_cells
    scores = q * rate / ratio / (1 - rate - q * (1 - rate - rate / ratio))
    return np.asarray(scores[:n_cells])


def _normalised(counts: sp.csr_matrix, target: float) -> sp.csr_matrix:
    totals = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1)
    return sp.csr_matrix(sp.diags(target / totals) @ counts)


def _variable(values: sp.csr_matrix) -> np.ndarray:
    """Return the genes whose dispersion is high for their mean, in twenty classes of the mean."""
    mean = np.asarray(values.mean(axis=0)).ravel()
    square = np.asarray(values.multiply(values).mean(axis=0)).ravel()
    spread = np.log(np.maximum(square - mean**2, 1e-12) / np.maximum(mean, 1e-12))
    edges = np.quantile(mean, np.linspace(0, 1, 21)[1:-1])
    part, excess = np.searchsorted(edges, mean), np.zeros(len(mean))
    for one in np.unique(part):
        inside = part == one
        middle = np.median(spread[inside])
        width = np.median(np.abs(spread[inside] - middle)) + 1e-6
        excess[inside] = (spread[inside] - middle) / width
    return np.sort(np.argsort(-excess, kind="stable")[:GENES])
