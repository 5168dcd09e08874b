"""Evaluate cell vectors by classification from few labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.evaluation import macro_f1
from orthoweave.models.probes.classifiers import logistic


@dataclass(frozen=True, slots=True)
class Task:
    """Classification from few labels: one split, many draws of labelled cells."""

    labels: np.ndarray
    """Class of each cell, shape ``(n_cells,)``."""
    test: np.ndarray
    """Numbers of the cells to test on."""
    draws: tuple[np.ndarray, ...]
    """Numbers of the labelled cells of each draw, all outside `test`."""


def few_label_task(
    labels: np.ndarray, training: np.ndarray, test: np.ndarray, per_class: int, draws: Sequence[int]
) -> Task:
    """Draw `per_class` labelled cells of each class, once for each seed in `draws`.

    Parameters
    ----------
    training, test
        Masks, shape ``(n_cells,)``. Classes count that have `per_class` training cells and five
        test cells.

    Raises
    ------
    InputError
        If fewer than two classes count.
    """
    classes = sorted(
        name
        for name in {label for label in labels if label is not None}
        if (labels[training] == name).sum() >= per_class and (labels[test] == name).sum() >= 5
    )
    if len(classes) < 2:
        message = (
            f"{len(classes)} classes have {per_class} cells to learn from and 5 to test on: "
            "expected two at least"
        )
        raise InputError(message)
    chosen = []
    for seed in draws:
        random = np.random.default_rng(seed)
        members = [np.flatnonzero(training & (labels == name)) for name in classes]
        chosen.append(np.concatenate([random.choice(m, per_class, replace=False) for m in members]))
    return Task(labels, np.flatnonzero(test & np.isin(labels, classes)), tuple(chosen))


def few_label_predictions(features: np.ndarray, task: Task) -> np.ndarray:
    """Return classes of the test cells by logistic regression on standardised features.

    Shape ``(n_draws, n_test)``. Features are standardised with the labelled cells; principal
    components must not be, see `probes.components`.
    """
    found = []
    for cells in task.draws:
        mean, spread = standards(features[cells])
        scaled = (features - mean) / spread
        found.append(logistic(scaled[cells], task.labels[cells], scaled[task.test]))
    return np.array(found)


def standards(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each feature; 1 for one that never changes."""
    spread = features.std(axis=0)
    return features.mean(axis=0), np.where(spread > 0, spread, 1)


def few_label_scores(predicted: np.ndarray, task: Task) -> np.ndarray:
    """Return macro-F1 of predictions ``(…, n_test)``, for each draw or permutation of texts."""
    truth = task.labels[task.test].astype(str)
    rows = predicted.reshape(-1, predicted.shape[-1]).astype(str)
    return np.array([macro_f1(truth, row) for row in rows]).reshape(predicted.shape[:-1])
