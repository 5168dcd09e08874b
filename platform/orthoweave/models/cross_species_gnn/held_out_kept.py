"""Held-out donors among kept weights: their arrays and names, and the way back."""

from typing import Final

import numpy as np

from orthoweave.models.calibration.kept import reference_arrays, restore_reference
from orthoweave.models.cross_species_gnn.applying import parameter_shapes
from orthoweave.models.cross_species_gnn.held_out import HEARD, FoldNetwork, HeldOut
from orthoweave.models.state import Plain, State

_GENES: Final = "held_out_genes"
_PRECISION: Final = "precision"


def held_out_arrays(held_out: HeldOut) -> tuple[dict[str, np.ndarray], dict[str, Plain]]:
    """Return the arrays by name, and the values that are not arrays."""
    arrays = reference_arrays(held_out.reference) | {"held_out_compared": held_out.compared}
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
    n_genes = len(genes)
    reference = restore_reference(state, classes, n_genes)
    networks = tuple(
        _network(state, number, n_genes, len(classes)) for number in range(reference.n_folds)
    )
    compared = state.array("held_out_compared", n_genes, kind="b")
    return HeldOut(reference, genes, compared, networks, state.share(_PRECISION))


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
