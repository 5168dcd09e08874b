"""Marker genes: those that rise most in one class against all others."""

from typing import Final

import numpy as np
import scipy.sparse as sp

MARKERS: Final = 20
"""Markers of each class."""
# variance of log expression that is added to each mean's error, so that a gene that hardly varies,
# or a class of two cells, gives no endless t
_LEAST_ERROR: Final = 1e-3
_SMALL_SAMPLE: Final = 0.05


def marker_columns(
    values: sp.csr_matrix, labels: np.ndarray, n_markers: int = MARKERS
) -> np.ndarray:
    """Return the columns that rise most in some class against all others, increasing.

    For each class the `n_markers` columns with the highest t of Welch's form, ::

        t = (m1 - m0) / sqrt(v1 / n1 + v0 / n0 + 0.05 / n1 + 0.001)

    with mean m, variance v and number of cells n inside (1) and outside (0) the class. The two
    constants moderate it: without them genes of no spread would dominate in classes of two cells.

    Parameters
    ----------
    values
        Log expression, shape ``(n_cells, n_genes)``.
    labels
        Number of each cell's class, -1 for unknown; shape ``(n_cells,)``.
    """
    known = labels >= 0
    values = values[known].astype(np.float64)
    squares = values.multiply(values).tocsr()
    sums, square_sums = (np.asarray(m.sum(axis=0)).ravel() for m in (values, squares))
    n_cells, chosen = int(known.sum()), np.zeros(values.shape[1], bool)
    for number in range(labels.max() + 1):
        inside = labels[known] == number
        n_inside = int(inside.sum())
        n_outside = n_cells - n_inside
        if not n_inside or not n_outside:
            continue
        total = np.asarray(values[inside].sum(axis=0)).ravel()
        square = np.asarray(squares[inside].sum(axis=0)).ravel()
        mean, rest = total / n_inside, (sums - total) / n_outside
        spread = np.maximum(square / n_inside - mean**2, 0) + _SMALL_SAMPLE
        other = np.maximum((square_sums - square) / n_outside - rest**2, 0)
        error = np.sqrt(spread / n_inside + other / n_outside + _LEAST_ERROR)
        chosen[np.argsort(-(mean - rest) / error, kind="stable")[:n_markers]] = True
    return np.flatnonzero(chosen)
