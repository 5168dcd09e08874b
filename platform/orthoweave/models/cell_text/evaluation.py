"""Evaluate cell vectors by classification from few labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.evaluation import macro_f1
from orthoweave.numerics.expression import log_normalise
from orthoweave.views.expression import ExpressionView

COMPONENTS = 50
VARIABLE_GENES = 2000


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


def few_label_scores(features: np.ndarray, task: Task) -> np.ndarray:
    """Return macro-F1 of logistic regression on standardised features, ``(n_draws,)``."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    truth = task.labels[task.test].astype(str)
    found = []
    for cells in task.draws:
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
        model.fit(features[cells], task.labels[cells].astype(str))
        found.append(macro_f1(truth, model.predict(features[task.test])))
    return np.array(found)


def principal_components(view: ExpressionView, training: np.ndarray) -> np.ndarray:
    """Return 50 components of the 2,000 most variable genes, fitted on the training cells."""
    values = log_normalise(view.values, view.totals)
    known = values[training].astype(np.float64)
    mean = np.asarray(known.mean(axis=0)).ravel()
    variance = np.asarray(known.multiply(known).mean(axis=0)).ravel() - mean**2
    genes = np.argsort(-variance, kind="stable")[:VARIABLE_GENES]
    dense = values[:, genes].toarray() - mean[genes]
    _, _, axes = np.linalg.svd(dense[training], full_matrices=False)
    return np.asarray(dense @ axes[:COMPONENTS].T, np.float32)
