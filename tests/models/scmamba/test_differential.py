"""Differential expression by donor: what is found where nothing is, and what where something is."""

import numpy as np
import pytest

from orthoweave.errors import InputError
from orthoweave.models.scmamba.differential import called, compared, pseudobulk


def cells(effect: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return values of 240 cells of 6 donors that differ in each gene, and their donors."""
    random = np.random.default_rng(0)
    numbers = np.repeat(np.arange(6), 40)
    own = random.normal(0, 1, (6, 50))
    own[:3, :10] += effect
    values = own[numbers] + random.normal(0, 1, (240, 50))
    return values, np.array([f"d{number}" for number in numbers], object)


def test_cells_as_replicates_find_what_is_not_there() -> None:
    """Donors as replicates find almost nothing between random groups, cells nearly every gene."""
    found = compared(*cells())
    assert found.n_groupings == 10
    assert found.found["donors as replicates"] < 2
    assert found.found["cells as replicates"] > 20


def test_a_true_difference_is_found() -> None:
    """Genes that differ between two groups of donors are called, and few others."""
    values, donors = cells(effect=20.0)
    means, names = pseudobulk(values, donors)
    assert list(names) == [f"d{number}" for number in range(6)]
    found = called(means[:3], means[3:])
    assert found[:10].all()
    assert found[10:].sum() <= 3


def test_genes_without_variance_are_not_called() -> None:
    """A gene that is zero everywhere is not different."""
    assert not called(np.zeros((3, 2)), np.zeros((3, 2))).any()


def test_faults_are_refused() -> None:
    """Cells without a donor, and three donors, are refused."""
    values, donors = cells()
    nobody = donors.copy()
    nobody[3] = None
    with pytest.raises(InputError, match="no donor"):
        pseudobulk(values, nobody)
    with pytest.raises(InputError, match="four at least"):
        pseudobulk(values[:120], donors[:120])
