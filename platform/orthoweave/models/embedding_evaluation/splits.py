"""Parts of a dataset that are held out in turn: by donors, by blocks of places, or at random."""

import numpy as np


def group_folds(groups: np.ndarray, n_folds: int) -> np.ndarray:
    """Return the fold of each cell, ``(n_cells,)``; all cells of a group are in one fold.

    The largest groups are dealt first, each to the smallest fold.
    """
    names, numbers, sizes = np.unique(
        np.asarray(groups).astype(str), return_inverse=True, return_counts=True
    )
    fold = np.zeros(len(names), np.int64)
    filled = np.zeros(min(n_folds, len(names)), np.int64)
    for group in np.argsort(-sizes, kind="stable"):
        fold[group] = filled.argmin()
        filled[fold[group]] += sizes[group]
    return np.asarray(fold[numbers])


def random_folds(classes: np.ndarray, n_folds: int, seed: int) -> np.ndarray:
    """Return the fold of each cell at random, each class spread evenly, shape ``(n_cells,)``."""
    random = np.random.default_rng(seed)
    found = np.zeros(len(classes), np.int64)
    names = np.array(["" if name is None else str(name) for name in classes])
    for name in np.unique(names):
        cells = random.permutation(np.flatnonzero(names == name))
        found[cells] = (np.arange(len(cells)) + random.integers(n_folds)) % n_folds
    return found


def spatial_blocks(places: np.ndarray, side: int) -> np.ndarray:
    """Return the name of each cell's block in a grid of `side` by `side`, shape ``(n_cells,)``.

    Parameters
    ----------
    places
        Coordinates, shape ``(n_cells, 2)``, in any unit.
    """
    low, high = places.min(axis=0), places.max(axis=0)
    share = (places - low) / np.where(high > low, high - low, 1)
    cells = np.minimum((share * side).astype(np.int64), side - 1)
    return np.array([f"block {x},{y}" for x, y in cells], object)
