"""Evaluate cell vectors: classification from few labels, and search across species."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.evaluation import macro_f1
from orthoweave.numerics.expression import log_normalise
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite

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


def nearest_labels(
    reference: np.ndarray, labels: np.ndarray, queries: np.ndarray, k: int = 10
) -> np.ndarray:
    """Return the commonest label of the `k` nearest reference cells, ``(n_queries,)``."""
    likeness = _unit(queries) @ _unit(reference).T
    nearest = np.argpartition(-likeness, min(k, len(reference)) - 1, axis=1)[:, :k]
    names, numbers = np.unique(labels.astype(str), return_inverse=True)
    votes = np.zeros((len(queries), len(names)))
    for column in range(nearest.shape[1]):
        votes[np.arange(len(queries)), numbers[nearest[:, column]]] += 1
    return np.asarray(names[votes.argmax(axis=1)], object)


def one_to_one_features(
    first: ExpressionView, second: ExpressionView, pairs: Bipartite
) -> tuple[np.ndarray, np.ndarray]:
    """Return both datasets in 50 components of their standardised one-to-one orthologs.

    Parameters
    ----------
    pairs
        Orthologs with the genes of `first` as source.
    """
    one = pairs.among(first.genes, second.genes)
    one = one.select(one.cardinality == "1:1")
    both = []
    for view, genes in (
        (first, one.source_genes[one.source_index]),
        (second, one.target_genes[one.target_index]),
    ):
        values = view.log1p_cp10k().subset(genes=genes).values.toarray()
        spread = values.std(axis=0)
        both.append((values - values.mean(axis=0)) / np.where(spread > 1e-3, spread, 1))
    variable = np.argsort(
        -first.log1p_cp10k()
        .subset(genes=one.source_genes[one.source_index])
        .values.toarray()
        .var(axis=0)
    )
    left, right = (np.clip(values[:, variable[:VARIABLE_GENES]], -10, 10) for values in both)
    _, _, axes = np.linalg.svd(left, full_matrices=False)
    return left @ axes[:COMPONENTS].T, right @ axes[:COMPONENTS].T


def _unit(rows: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1))
