"""Simulate counts with modules of cells and genes, to test clustering against a known truth.

The simulator of He et al. (arXiv:2501.11760): modules lie on the diagonal of the gene × cell
matrix, over a sparse background, and many of the rectangles between two modules are filled too,
which hides the modules. With few genes in a module the cells are hard to tell apart.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import UsageError


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """Parameters of the simulation; the defaults are the paper's."""

    genes_per_module: float = 20.0
    """Mean of the Poisson number of genes in a module; small is hard."""
    cells_per_module: float = 38.0
    """Mean of the Poisson number of cells in a module."""
    n_modules: int = 30
    n_genes: int = 3000
    n_cells: int = 1000
    module_density: float = 0.3
    """Fraction of a module's entries that are filled, with Poisson(20) counts."""
    background_density: float = 0.03
    """Fraction of all entries outside modules that are filled, with Poisson(10) counts, less
    the number of those already filled inside modules."""
    between_density: float = 0.1
    """Fraction of a filled rectangle between two modules, with Poisson(10) counts."""
    between_probability: float = 0.6
    """Chance that the rectangle of one module's genes and another's cells is overwritten."""
    seed: int = 42


@dataclass(frozen=True, slots=True)
class Simulation:
    """Simulated cells and their true groups; cells and genes without counts are left out."""

    counts: sp.csr_matrix
    """Counts, shape ``(n_cells, n_genes)``, float32."""
    module: np.ndarray
    """Module of each cell, shape ``(n_cells,)``; -1 for the cells in none."""


def simulate(config: SimulatorConfig) -> Simulation:
    """Simulate counts of cells in hidden modules, in random order of cells.

    Raises
    ------
    UsageError
        If there are fewer genes or cells than modules.
    """
    if min(config.n_genes, config.n_cells) < config.n_modules or config.n_modules < 1:
        message = (
            f"{config.n_modules!r} modules in {config.n_genes!r} genes × {config.n_cells!r} "
            "cells: expected at least one gene and one cell for each module"
        )
        raise UsageError(message)
    generator = np.random.default_rng(config.seed)
    genes = _segments(generator, config.n_genes, config.n_modules, config.genes_per_module)
    cells = _segments(generator, config.n_cells, config.n_modules, config.cells_per_module)
    counts = np.zeros((config.n_genes, config.n_cells), np.float32)
    for rows, columns in zip(genes, cells, strict=True):
        _fill(generator, counts[rows, columns], config.module_density, 20)
    _fill_background(generator, counts, genes, cells, config.background_density)
    for first, rows in enumerate(genes):
        for second, columns in enumerate(cells):
            if first != second and generator.random() < config.between_probability:
                counts[rows, columns] = 0
                _fill(generator, counts[rows, columns], config.between_density, 10)
    module = np.full(config.n_cells, -1, np.int64)
    for number, columns in enumerate(cells):
        module[columns] = number
    order = generator.permutation(config.n_cells)
    order = order[counts[:, order].any(axis=0)]
    kept = counts[:, order][counts.any(axis=1)]
    return Simulation(sp.csr_matrix(kept.T), module[order])


def log2_counts_per_million(counts: sp.csr_matrix) -> sp.csr_matrix:
    """Return log2(1 + counts per million), float32, the paper's scale of simulated counts."""
    total = np.asarray(counts.sum(axis=1), np.float64).ravel()
    values = counts.data * np.repeat(1e6 / total, np.diff(counts.indptr))
    scaled = np.log2(1 + values).astype(np.float32)
    return sp.csr_matrix((scaled, counts.indices, counts.indptr), counts.shape)


def _segments(generator: np.random.Generator, total: int, parts: int, mean: float) -> list[slice]:
    """Return the first Poisson(`mean`) places of each of `parts` equal stretches, clipped."""
    ends = np.linspace(0, total, parts + 1).astype(int)
    sizes = generator.poisson(mean, parts)
    return [
        slice(int(start), int(min(start + size, end)))
        for start, end, size in zip(ends[:-1], ends[1:], sizes, strict=True)
    ]


def _fill(generator: np.random.Generator, part: np.ndarray, density: float, mean: float) -> None:
    """Fill random places of `part` with Poisson counts, in place."""
    places = generator.choice(part.size, int(part.size * density), replace=False)
    part[np.unravel_index(places, part.shape)] = generator.poisson(mean, len(places))


def _fill_background(
    generator: np.random.Generator,
    counts: np.ndarray,
    genes: list[slice],
    cells: list[slice],
    density: float,
) -> None:
    inside = sum(counts[rows, columns].size for rows, columns in zip(genes, cells, strict=True))
    wanted: int = int((counts.size - inside) * density) - int(np.count_nonzero(counts))
    empty = np.flatnonzero(counts == 0)
    places = generator.choice(empty, max(0, wanted), replace=False)
    counts.flat[places] = generator.poisson(10, len(places))
