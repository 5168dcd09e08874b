"""The preference exponent: a walk's preference for a cell's most important genes.

A cell's shares of its genes are raised to a power a and scaled to sum to 1 again. The effect
depends on the scale of the values: a = 50 leaves a fifth of a cell's genes in play on log2 counts
per million, but one gene on log1p of counts per 10 000. Hence the rule, which is ours: a is solved
for, so that the median perplexity of the step from cell to gene (the effective number of genes it
chooses from) is 0.2 times the median number of genes that a cell expresses.
"""

from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError, UsageError

FRACTION: Final = 0.2
# number of evenly spaced cells that represent all
_SAMPLE: Final = 2000
_LARGEST: Final = 1e4


def sharpened(values: sp.csr_matrix, exponent: float) -> sp.csr_matrix:
    """Return the rows of ``values ** exponent``, each scaled to sum to 1, float64.

    Parameters
    ----------
    values
        Non-negative, no empty row; the shape is kept, and so are the places of the values.

    Raises
    ------
    UsageError
        If the exponent is not above zero.
    """
    if not 0 < exponent < np.inf:
        message = f"preference exponent: expected a number above 0, found {exponent!r}"
        raise UsageError(message)
    counts = np.diff(values.indptr)
    logs = np.log(values.data.astype(np.float64))
    # divided by the largest value of the row first: its power would overflow
    logs -= np.repeat(np.maximum.reduceat(logs, values.indptr[:-1]), counts)
    powers = np.exp(exponent * logs)
    powers /= np.repeat(np.add.reduceat(powers, values.indptr[:-1]), counts)
    return sp.csr_matrix((powers, values.indices, values.indptr), values.shape)


def perplexity(shares: sp.csr_matrix) -> np.ndarray:
    """Return each row's effective number of choices, ``(n_rows,)``: exp of the entropy in nats."""
    parts = np.zeros(shares.nnz)
    there = shares.data > 0
    parts[there] = shares.data[there] * np.log(shares.data[there])
    return np.exp(-np.add.reduceat(parts, shares.indptr[:-1]))


def solve_exponent(by_cell: sp.csr_matrix, fraction: float = FRACTION) -> float:
    """Return the exponent at which a median cell chooses from `fraction` of its genes.

    Parameters
    ----------
    by_cell
        Values of genes in cells, shape ``(n_cells, n_genes)``. At most 2,000 evenly spaced cells
        are used.

    Raises
    ------
    InputError
        If no exponent does, because the largest values of most cells are tied.
    UsageError
        If `fraction` is not between 0 and 1.
    """
    if not 0 < fraction < 1:
        message = f"fraction of the genes of a cell: expected one in (0, 1), found {fraction!r}"
        raise UsageError(message)
    step = -(-by_cell.shape[0] // _SAMPLE)
    sample = by_cell[::step]
    target = max(1.0, fraction * float(np.median(np.diff(sample.indptr))))
    low, high = 0.0, 1.0
    while _median_perplexity(sample, high) > target:
        low, high = high, 2 * high
        if high > _LARGEST:
            message = (
                f"preference exponent: expected one up to {_LARGEST:g} that leaves a median of "
                f"{target:.3g} genes to a cell, but {_median_perplexity(sample, low):.3g} are "
                "left even then, as the largest values of cells are tied. Give the exponent "
                "(--set exponent=…), or values that tell genes apart"
            )
            raise InputError(message)
    while high - low > 1e-6 * high:
        middle = (low + high) / 2
        too_even = _median_perplexity(sample, middle) > target
        low, high = (middle, high) if too_even else (low, middle)
    return high


def _median_perplexity(sample: sp.csr_matrix, exponent: float) -> float:
    return float(np.median(perplexity(sharpened(sample, exponent))))
