"""Differential expression by donor, and how many genes it finds where nothing is to be found.

Cells of a donor do not replicate each other: their mean is one value. Squair et al.,
Confronting false discoveries in single-cell differential expression, 2021,
doi:10.1038/s41467-021-25960-2. Groups of donors that are drawn at random differ in nothing: any
gene found there is false. Values of cells, taken as replicates, and imputed values show how many
such genes there are.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import stats

from orthoweave.errors import InputError

_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Compared:
    """Genes that were called different between random groups of donors."""

    found: dict[str, float]
    """Mean number of genes over the groupings, by the unit of replication."""
    n_groupings: int


def pseudobulk(values: np.ndarray, donors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of each donor's cells, ``(n_donors, n_genes)``, and the donors, sorted.

    Parameters
    ----------
    values
        Log expression, shape ``(n_cells, n_genes)``.

    Raises
    ------
    InputError
        If a cell has no donor, or there are fewer than four donors.
    """
    if any(donor is None for donor in donors):
        message = "differential expression: some cells have no donor: expected one for each cell"
        raise InputError(message)
    names, numbers = np.unique(np.asarray(donors).astype(str), return_inverse=True)
    if len(names) < 4:
        message = (
            f"differential expression: {len(names)} donors: expected four at least, two in each "
            "group; cells of one donor do not replicate each other"
        )
        raise InputError(message)
    means = np.array([values[numbers == one].mean(axis=0) for one in range(len(names))])
    return means, names


def called(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the mask of genes that differ between two groups of rows, ``(n_genes,)``.

    Welch's t-test, and Benjamini and Hochberg's rate of false discoveries below 5 %.
    """
    varies = (np.var(first, axis=0) > 0) & (np.var(second, axis=0) > 0)
    chosen = np.zeros(first.shape[1], bool)
    if varies.any():
        p = stats.ttest_ind(first[:, varies], second[:, varies], equal_var=False).pvalue
        chosen[varies] = stats.false_discovery_control(p, method="bh") < _LEVEL
    return chosen


def compared(values: np.ndarray, donors: np.ndarray) -> Compared:
    """Return the genes found between all groupings of the donors into two halves.

    Parameters
    ----------
    values
        Log expression of one type of cells, counted or imputed, ``(n_cells, n_genes)``.

    Raises
    ------
    InputError
        As for `pseudobulk`.
    """
    means, names = pseudobulk(values, donors)
    of_cell = np.searchsorted(names, np.asarray(donors).astype(str))
    by_donor, by_cell = [], []
    halves = [
        half
        for half in combinations(range(len(names)), len(names) // 2)
        # each grouping once
        if 0 in half or len(names) % 2
    ]
    for half in halves:
        inside = np.isin(np.arange(len(names)), half)
        by_donor.append(called(means[inside], means[~inside]).sum())
        cells = inside[of_cell]
        by_cell.append(called(values[cells], values[~cells]).sum())
    found = {
        "donors as replicates": float(np.mean(by_donor)),
        "cells as replicates": float(np.mean(by_cell)),
    }
    return Compared(found, len(halves))
