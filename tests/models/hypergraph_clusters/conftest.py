"""Small hypergraphs with groups that are known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import scipy.sparse as sp


@dataclass(frozen=True, slots=True)
class Planted:
    """Cells in groups, each of which prefers some genes."""

    values: sp.csr_matrix
    groups: np.ndarray


def planted(
    n_cells: int = 160, n_genes: int = 60, n_groups: int = 4, seed: int = 0, share: float = 0.25
) -> Planted:
    """Values from 1 to 4, as log1p of counts per 10 000 are."""
    generator = np.random.default_rng(seed)
    groups = generator.integers(0, n_groups, n_cells)
    prefers = np.arange(n_genes) % n_groups == groups[:, None]
    filled = generator.random((n_cells, n_genes)) < np.where(prefers, 0.8, share)
    values = np.where(filled, generator.uniform(1, 2.5, filled.shape) + 1.5 * prefers, 0)
    values[np.arange(n_cells), groups] = 2.0  # no cell is empty
    return Planted(sp.csr_matrix(values.astype(np.float32)), groups)


@pytest.fixture(scope="session")
def cells() -> Planted:
    """160 cells, 60 genes, 4 groups."""
    return planted()


@pytest.fixture(scope="session")
def plant() -> Callable[..., Planted]:
    """Makes others: cells, genes, groups, seed, share of genes that are not preferred."""
    return planted
