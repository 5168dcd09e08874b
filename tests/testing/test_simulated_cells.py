"""The simulator keeps to its description."""

import numpy as np
import pytest
import scipy.sparse as sp
from tests.support.simulated_cells import (
    Simulation,
    SimulatorConfig,
    log2_counts_per_million,
    simulate,
)

from orthoweave.errors import UsageError


def blocks(found: Simulation, first: int, second: int) -> np.ndarray:
    """Counts of the first 60 of one module's 100 genes in the cells of another."""
    cells = np.flatnonzero(found.module == second)
    part: np.ndarray = found.counts[cells, 100 * first : 100 * first + 60].toarray()
    return part


def test_modules_are_denser_and_higher() -> None:
    """30 % of a module is filled with counts about 20, the background fills up what it fills."""
    found = simulate(SimulatorConfig(genes_per_module=100, between_probability=0.0))
    assert found.counts.shape == (1000, 3000)
    around = np.mean(found.counts[np.flatnonzero(found.module < 0)].toarray() > 0)
    inside = np.concatenate([blocks(found, module, module).ravel() for module in range(30)])
    assert np.mean(inside > 0) == pytest.approx(0.3 + 0.7 * around, abs=0.005)
    assert around == pytest.approx(0.02, abs=0.003)
    assert inside[inside > 0].mean() == pytest.approx(19.5, abs=0.3)
    assert found.counts.nnz == pytest.approx(0.03 * 3_000_000, rel=0.04)


def test_rectangles_between_modules_are_overwritten() -> None:
    """Where one module's genes meet another's cells, 10 % are filled with probability 0.6."""
    found = simulate(SimulatorConfig(genes_per_module=100))
    shares = np.array(
        [
            np.mean(blocks(found, first, second) > 0)
            for first in range(30)
            for second in range(30)
            if first != second
        ]
    )
    filled = shares > 0.06
    assert filled.mean() == pytest.approx(0.6, abs=0.06)
    assert shares[filled].mean() == pytest.approx(0.1, abs=0.01)


def test_cells_have_their_modules_in_random_order() -> None:
    """About 33 of 33 cells of a stretch are in its module, the rest in none, shuffled."""
    found = simulate(SimulatorConfig())
    assert found.counts.shape == (1000, 3000)
    assert set(found.module) <= {-1, *range(30)}
    assert 0.85 < np.mean(found.module >= 0) < 1
    assert np.abs(np.diff(found.module)).mean() > 5


def test_the_same_seed_gives_the_same_cells() -> None:
    """Counts and modules follow the seed."""
    first, again, other = (simulate(SimulatorConfig(seed=seed)) for seed in (1, 1, 2))
    assert (first.counts - again.counts).nnz == 0
    assert (first.module == again.module).all()
    assert first.counts.nnz != other.counts.nnz


def test_values_are_log2_of_counts_per_million() -> None:
    """A cell of 1 and 3 counts has 250,000 and 750,000 a million."""
    found = log2_counts_per_million(sp.csr_matrix(np.array([[1.0, 0, 3.0]])))
    np.testing.assert_allclose(found.toarray(), [[np.log2(250_001), 0, np.log2(750_001)]])


def test_more_modules_than_cells_are_refused() -> None:
    """Each module needs a gene and a cell."""
    with pytest.raises(UsageError, match="5 modules in 3000 genes × 4 cells"):
        simulate(SimulatorConfig(n_modules=5, n_cells=4))
