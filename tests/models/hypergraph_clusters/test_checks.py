"""Every refusal on the method card, with its message."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError, ScaleError
from orthoweave.models.hypergraph_clusters.checks import checked_incidence


def test_a_sound_hypergraph_passes_unchanged(cells: Any) -> None:
    """Nothing is left out, nothing noted, one component."""
    found = checked_incidence(cells.values)
    np.testing.assert_array_equal(found.by_cell.toarray(), cells.values.toarray())
    assert (found.notes, found.component.max()) == ((), 0)


def test_negative_values_are_refused(cells: Any) -> None:
    """Scaled data have negative entries, and the message says so."""
    values = cells.values.copy()
    values.data[3] = -0.5
    with pytest.raises(ScaleError, match=r"found -0\.5: the values look scaled or centred"):
        checked_incidence(values)


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(odd: float, cells: Any) -> None:
    """NaN and infinity are named."""
    values = cells.values.copy()
    values.data[7] = odd
    with pytest.raises(ScaleError, match=f"expected finite log-normalised values, found {odd}"):
        checked_incidence(values)


def test_counts_passed_as_logs_are_refused(cells: Any) -> None:
    """Whole numbers throughout are counts."""
    values = cells.values.copy()
    values.data = np.ceil(values.data)
    with pytest.raises(ScaleError, match=r"whole numbers up to 4\.0: they look like counts"):
        checked_incidence(values)


def test_few_cells_are_refused(cells: Any) -> None:
    """Fewer than 50 cells are too few; 50 are enough."""
    with pytest.raises(InputError, match="at least 50 cells with a value, found 49"):
        checked_incidence(cells.values[:49])
    assert checked_incidence(cells.values[:50]).by_cell.shape[0] == 50


def test_empty_cells_and_genes_are_left_out_and_told(cells: Any) -> None:
    """Up to a fifth of either; what is left knows its places."""
    values = cells.values.tolil()
    values[[3, 90]] = 0
    values[:, 5] = 0
    found = checked_incidence(sp.csr_matrix(values))
    assert found.cells.tolist() == [cell for cell in range(160) if cell not in {3, 90}]
    assert found.genes.tolist() == [gene for gene in range(60) if gene != 5]
    assert found.notes == (
        "2 of 160 cells have no value and were left out.",
        "1 of 60 genes have no value and were left out.",
    )


@pytest.mark.parametrize("what", ["cells", "genes"])
def test_many_empty_ones_are_refused(what: str, cells: Any) -> None:
    """Over 20 % of empty cells or genes is a fault of the data."""
    values = cells.values.tolil()
    if what == "cells":
        values[:33] = 0
    else:
        values[:, :13] = 0
    counts = {"cells": "33 of 160", "genes": "13 of 60"}[what]
    with pytest.raises(InputError, match=f"{counts} {what} have no value: expected at most 20%"):
        checked_incidence(sp.csr_matrix(values))


def test_stored_zeros_are_not_values(cells: Any) -> None:
    """A zero that is stored makes no incidence, and the matrix given is left alone."""
    values = cells.values.copy()
    values.data[:4] = 0
    found = checked_incidence(values)
    assert found.by_cell.nnz == values.nnz - 4
    assert (values.data[:4] == 0).all()


def test_components_are_reported(plant: Any) -> None:
    """Groups of cells without a common gene are counted, largest first."""
    values = sp.csr_matrix(sp.block_diag([plant(40, 20).values, plant(60, 20, seed=1).values]))
    found = checked_incidence(values)
    assert found.component.tolist() == [0] * 40 + [1] * 60
    assert found.notes == (
        "The hypergraph has 2 connected components of 60, 40 cells; walks stay within theirs.",
    )
