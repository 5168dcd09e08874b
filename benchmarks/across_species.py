"""Cells of one species by the nearest cells of another, in features of one-to-one orthologs."""

import numpy as np

from orthoweave.models.probes.components import COMPONENTS, VARIABLE_GENES
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite


def nearest_labels(
    reference: np.ndarray, labels: np.ndarray, queries: np.ndarray, k: int = 10
) -> np.ndarray:
    """Commonest label among the `k` nearest reference cells by cosine, shape ``(n_queries,)``."""
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
    """Both datasets in 50 components of their one-to-one orthologs, each gene standardised.

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
