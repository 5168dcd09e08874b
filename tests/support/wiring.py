"""Random edges of orthology, and random cells that they convert."""

import numpy as np

from orthoweave.models.orthology_transfer.conversion import split_cells
from orthoweave.models.orthology_transfer.inputs import Wiring
from orthoweave.models.orthology_transfer.network import Labelled, labelled


def wired(n_source: int, n_target: int, n_edges: int, seed: int = 0) -> Wiring:
    """Random edges without repetition."""
    random = np.random.default_rng(seed)
    chosen = np.sort(random.choice(n_source * n_target, n_edges, replace=False))
    source, target = np.divmod(chosen, n_target)
    return Wiring(
        np.array([f"s{i}" for i in range(n_source)], object),
        np.array([f"t{i}" for i in range(n_target)], object),
        source,
        target,
        np.full(n_edges, "1:many", object),
    )


def dense(wiring: Wiring, weights: np.ndarray) -> np.ndarray:
    """Matrix ``(n_target, n_source)`` of the edges."""
    found = np.zeros((len(wiring.target_genes), len(wiring.source_genes)), np.float32)
    found[wiring.target_index, wiring.source_index] = weights
    return found


def target_cells(n_target: int, n_classes: int, seed: int = 1, n_cells: int = 60) -> Labelled:
    """Random cells with random classes; a fifth to stop by."""
    random = np.random.default_rng(seed)
    held, learnt = split_cells(np.arange(n_cells))
    return labelled(
        random.normal(size=(n_cells, n_target)).astype(np.float32),
        random.integers(0, n_classes, n_cells),
        learnt,
        held,
        "cpu",
    )
