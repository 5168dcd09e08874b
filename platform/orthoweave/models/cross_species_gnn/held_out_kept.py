"""Held-out donors among kept weights: their arrays and names, and the way back."""

from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.models.calibration.reference import Reference
from orthoweave.models.cross_species_gnn.applying import parameter_shapes
from orthoweave.models.cross_species_gnn.held_out import HEARD, FoldNetwork, HeldOut
from orthoweave.models.state import Plain, State

_GENES: Final = "held_out_genes"
_PRECISION: Final = "precision"


def held_out_arrays(held_out: HeldOut) -> tuple[dict[str, np.ndarray], dict[str, Plain]]:
    """Return the arrays by name, and the values that are not arrays."""
    reference = held_out.reference
    values = reference.values.sorted_indices()
    arrays: dict[str, np.ndarray] = {
        "held_out_values": values.data.astype(np.float32),
        "held_out_columns": values.indices.astype(np.int32),
        "held_out_starts": values.indptr.astype(np.int64),
        "held_out_totals": reference.totals.astype(np.float64),
        "held_out_labels": reference.labels.astype(np.int32),
        "held_out_folds": reference.folds.astype(np.int32),
        "held_out_compared": held_out.compared,
    }
    for number, network in enumerate(held_out.networks):
        arrays[f"fold_{number}_columns"] = network.columns.astype(np.int32)
        arrays[f"fold_{number}_classes"] = network.classes.astype(np.int32)
        arrays |= {f"fold_{number}.{name}": value for name, value in network.learnt.items()}
    others: dict[str, Plain] = {
        _GENES: tuple(map(str, held_out.genes)),
        _PRECISION: float(held_out.precision),
    }
    return arrays, others


def restore_held_out(state: State, classes: np.ndarray) -> HeldOut | None:
    """Return the held-out donors of a state; None if it has none.

    Parameters
    ----------
    classes
        Keys of the classes.

    Raises
    ------
    InputError
        If an array or a value does not fit the others.
    """
    if _GENES not in state.values:
        return None
    genes = state.texts(_GENES)
    totals = state.array("held_out_totals", None).astype(np.float64)
    n_cells, n_genes = len(totals), len(genes)
    folds = state.numbers("held_out_folds", n_cells, n_cells)
    reference = Reference(
        _values(state, n_cells, n_genes),
        totals,
        state.numbers("held_out_labels", n_cells, len(classes)),
        folds,
        classes,
    )
    networks = tuple(
        _network(state, number, n_genes, len(classes)) for number in range(reference.n_folds)
    )
    compared = state.array("held_out_compared", n_genes, kind="b")
    return HeldOut(reference, genes, compared, networks, state.share(_PRECISION))


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


def _network(state: State, number: int, n_genes: int, n_classes: int) -> FoldNetwork:
    own = state.array(f"fold_{number}.genes", None, None)
    columns = state.numbers(f"fold_{number}_columns", len(own), n_genes)
    classes = state.array(f"fold_{number}_classes", None, kind="i")
    classes = state.numbers(f"fold_{number}_classes", len(classes), n_classes)
    shapes = parameter_shapes(len(own), len(classes), own.shape[1]) | {HEARD: own.shape}
    learnt = {
        name: state.array(f"fold_{number}.{name}", *shape).astype(np.float32)
        for name, shape in shapes.items()
    }
    return FoldNetwork(columns, classes, learnt)
