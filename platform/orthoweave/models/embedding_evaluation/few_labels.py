"""Probes of frozen features from few labelled cells; the cells to name are of other donors."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from orthoweave.models.embedding_evaluation.config import SIZES
from orthoweave.models.embedding_evaluation.rivals import Features
from orthoweave.models.probes.classifiers import logistic, nearest_neighbours

Probe = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
PROBES: Final[Mapping[str, Probe]] = {"linear probe": logistic, "kNN": nearest_neighbours}


def size_text(size: int) -> str:
    """Return the words for a number of labelled cells of each class."""
    return f"{size} labels a class" if size else "all labels"


def labelled_cells(
    classes: np.ndarray, folds: np.ndarray, size: int, draw: int, seed: int
) -> list[np.ndarray]:
    """Return the cells to learn from, for each fold that is held out; none is of that fold.

    With more labels the same cells stay. A class with fewer cells gives all that it has.
    """
    found = []
    for fold in range(int(folds.max()) + 1):
        random = np.random.default_rng((seed, draw, fold))
        cells = []
        for name in np.unique(classes.astype(str)):
            order = random.permutation(np.flatnonzero((classes == name) & (folds != fold)))
            cells.append(order[:size] if size else order)
        found.append(np.concatenate(cells))
    return found


def predicted(
    features: Features,
    classes: np.ndarray,
    folds: np.ndarray,
    probe: Probe,
    *,
    size: int,
    draws: int,
    seed: int,
) -> np.ndarray:
    """Return the class of each cell by a probe that saw no cell of its fold.

    Parameters
    ----------
    features
        Features of the cells with a class.
    size
        Labelled cells of each class, one of `SIZES`; 0 for all, when nothing is drawn.

    Returns
    -------
    ndarray
        Shape ``(draws, n_cells)``; one row for fixed features with all labels.
    """
    rows = []
    for draw in features.seeds(draws) if size == SIZES[-1] else range(draws):
        vectors = features.at(draw)
        row = np.empty(len(classes), object)
        for fold, known in enumerate(labelled_cells(classes, folds, size, draw, seed)):
            asked = folds == fold
            row[asked] = probe(vectors[known], classes[known], vectors[asked])
        rows.append(row)
    return np.array(rows)
