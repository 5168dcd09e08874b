"""The reference of a calibration among kept weights: its arrays, and the way back."""

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.models.calibration.reference import Reference
from orthoweave.models.state import State


def reference_arrays(reference: Reference) -> dict[str, np.ndarray]:
    """Return the arrays of a reference by name; its classes and genes are not among them."""
    values = reference.values.sorted_indices()
    return {
        "held_out_values": values.data.astype(np.float32),
        "held_out_columns": values.indices.astype(np.int32),
        "held_out_starts": values.indptr.astype(np.int64),
        "held_out_totals": reference.totals.astype(np.float64),
        "held_out_labels": reference.labels.astype(np.int32),
        "held_out_folds": reference.folds.astype(np.int32),
    }


def restore_reference(state: State, classes: np.ndarray, n_genes: int) -> Reference:
    """Return the reference of a state.

    Parameters
    ----------
    classes
        Keys of the classes.
    n_genes
        Number of the genes that its cells have values of.

    Raises
    ------
    InputError
        If an array does not fit the others.
    """
    totals = state.array("held_out_totals", None).astype(np.float64)
    n_cells = len(totals)
    return Reference(
        _values(state, n_cells, n_genes),
        totals,
        state.numbers("held_out_labels", n_cells, len(classes)),
        state.numbers("held_out_folds", n_cells, n_cells),
        classes,
    )


def _values(state: State, n_cells: int, n_genes: int) -> sp.csr_matrix:
    data = state.array("held_out_values", None).astype(np.float32)
    columns = state.numbers("held_out_columns", len(data), n_genes)
    starts = state.numbers("held_out_starts", n_cells + 1, len(data) + 1)
    if starts[0] != 0 or starts[-1] != len(data) or (np.diff(starts) < 0).any():
        message = (
            "weights: array 'held_out_starts': expected numbers that do not fall, from 0 to "
            f"{len(data)}"
        )
        raise InputError(message)
    return sp.csr_matrix((data, columns, starts), (n_cells, n_genes))
