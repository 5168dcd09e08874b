"""Plain ways to impute: neighbours, diffusion and principal components; none of them has labels."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.models.probes.components import component_axes, components
from orthoweave.models.probes.library import scikit_learn

NEIGHBOURS: Final = 15
STEPS: Final = 3
"""Steps of diffusion."""
_LEAST: Final = 1e-9


def plain_imputations(values: sp.csr_matrix) -> Mapping[str, np.ndarray]:
    """Return what plain methods make of log expression, by their name.

    Parameters
    ----------
    values
        log1p of counts per 10 000, shape ``(n_cells, n_genes)``; of all cells, also of those that
        are judged, as none of the methods has parameters that could be fitted to them.
    """
    dense = values.toarray()
    near = _neighbours(values)
    diffused = dense
    for _ in range(STEPS):
        diffused = near @ diffused
    return {
        "the input itself": dense,
        "mean of the gene": np.broadcast_to(dense.mean(axis=0), dense.shape),
        "mean of 15 nearest cells": near @ dense,
        "diffusion over nearest cells": diffused,
        "50 principal components": _from_components(values),
    }


def on_scale(found: np.ndarray, rest: np.ndarray, training: np.ndarray) -> np.ndarray:
    """Return imputed values of the other cells, brought to the scale of the withheld part.

    The withheld part has fewer counts, whose logarithms have another mean. A network learns that;
    plain methods are given a straight line for each gene, fitted to the training cells.

    Parameters
    ----------
    found
        Values of all cells by a method, shape ``(n_cells, n_genes)``.
    rest
        The withheld part of the counts of the training cells, log1p per 10 000.
    training
        Mask of the training cells.
    """
    known, asked = found[training].astype(np.float64), found[~training]
    mean, target = known.mean(axis=0), rest.mean(axis=0)
    spread = ((known - mean) ** 2).sum(axis=0)
    slope = ((known - mean) * (rest - target)).sum(axis=0) / np.maximum(spread, _LEAST)
    return np.asarray(target + (asked - mean) * np.where(spread > _LEAST, slope, 0.0), np.float32)


def _neighbours(values: sp.csr_matrix) -> sp.csr_matrix:
    """Return weights of each cell's nearest cells and of itself, rows that sum to one.

    Over three steps they diffuse as MAGIC does, with equal weights in place of a kernel. Van Dijk
    et al., Recovering gene interactions by data diffusion, 2018, doi:10.1016/j.cell.2018.05.061.
    """
    [place] = components(values)
    n_near = min(NEIGHBOURS, values.shape[0] - 1)
    search = scikit_learn("neighbors").NearestNeighbors(n_neighbors=n_near).fit(place)
    graph = sp.csr_matrix(search.kneighbors_graph(mode="connectivity"))
    weights = graph + sp.identity(values.shape[0], format="csr")
    return sp.csr_matrix(weights / (n_near + 1), dtype=np.float32)


def _from_components(values: sp.csr_matrix) -> np.ndarray:
    mean, axes = component_axes(values)
    place = np.asarray(values @ axes.T) - mean @ axes.T
    return np.asarray(np.maximum(place @ axes + mean, 0), np.float32)
