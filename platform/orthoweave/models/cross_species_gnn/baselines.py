"""Baselines: simpler ways to name cells of another species."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from orthoweave.models.cross_species_gnn.task import Task
from orthoweave.models.orthology_transfer.inputs import variable_genes
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite

_LEAST_SD = 1e-3
# sklearn's C of the linear baseline: log expression of hundreds of genes needs a strong penalty
_STRENGTH = 0.01


def principal_components(
    source: ExpressionView,
    target: ExpressionView,
    pairs: Bipartite,
    *,
    aligned: bool = False,
    n_genes: int = 2000,
    n_components: int = 50,
) -> np.ndarray:
    """Return target cell types by logistic regression on components of 1:1 orthologs.

    The components are those of the source's cells over its most variable genes.

    Parameters
    ----------
    source
        Log expression with the cell types to learn from.
    aligned
        Whether each target gene is first brought to the mean and variance of its ortholog.
    """
    one = pairs.select(pairs.cardinality == "1:1").among(source.genes, target.genes)
    genes = variable_genes(source, one.source_genes, n_genes)
    one = one.among(genes, one.target_genes)
    known = _dense(source, one.source_genes[one.source_index])
    asked = _dense(target, one.target_genes[one.target_index])
    mean = known.mean(axis=0)
    if aligned:
        asked -= asked.mean(axis=0)
        asked *= known.std(axis=0) / np.maximum(asked.std(axis=0), _LEAST_SD)
        asked += mean
    known, asked = known - mean, asked - mean
    _, vectors = np.linalg.eigh(known.T @ known)
    axes = vectors[:, ::-1][:, :n_components]
    classes, labels = np.unique(source.cell_types.astype(str), return_inverse=True)
    scores = logistic_regression(known @ axes, labels, asked @ axes)
    return classes[scores.argmax(axis=1)].astype(object)


def linear_on_markers(task: Task) -> np.ndarray:
    """Return target cell types by balanced logistic regression on the network's input.

    A target cell's value of a marker gene is the mean over the marker's orthologs.
    """
    known = task.labels >= 0
    pairs = task.orthology.between(task.source.species, task.target.species)
    source = _dense(task.source, pairs.source_genes)
    target = _dense(task.target, pairs.target_genes)
    carried = np.zeros((task.target.n_cells, len(pairs.source_genes)))
    degree = np.bincount(pairs.source_index)
    for gene, ortholog in zip(pairs.source_index, pairs.target_index, strict=True):
        carried[:, gene] += target[:, ortholog] / degree[gene]
    scores = logistic_regression(
        source[known], task.labels[known], carried, strength=_STRENGTH, balanced=True
    )
    return task.classes[scores.argmax(axis=1)]


def logistic_regression(
    known: np.ndarray,
    labels: np.ndarray,
    asked: np.ndarray,
    *,
    strength: float = 1.0,
    balanced: bool = False,
) -> np.ndarray:
    """Return class scores for the rows of `asked`, shape ``(n_asked, n_classes)``.

    Multinomial logistic regression with an unpenalised intercept, fitted by L-BFGS.

    Parameters
    ----------
    known
        Features of the labelled cells, shape ``(n_cells, n_features)``.
    labels
        Number of each labelled cell's class, from 0.
    strength
        Inverse weight of half the squared coefficients against the summed cross-entropy.
    balanced
        Whether each class weighs the same, however few cells it has.
    """
    n_cells, n_features = known.shape
    counts = np.bincount(labels)
    weight = np.ones(n_cells)
    if balanced:
        weight = n_cells / (np.count_nonzero(counts) * counts[labels])
    truth = np.eye(len(counts))[labels]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        matrix = flat.reshape(n_features + 1, -1)
        scores = known @ matrix[:-1] + matrix[-1]
        cost = -(weight * (log_softmax(scores, axis=1) * truth).sum(axis=1)).sum()
        wrong = weight[:, None] * (softmax(scores, axis=1) - truth)
        gradient = np.vstack([known.T @ wrong + matrix[:-1] / strength, wrong.sum(axis=0)])
        return cost + (matrix[:-1] ** 2).sum() / (2 * strength), gradient.ravel()

    start = np.zeros((n_features + 1) * len(counts))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 2000}).x
    matrix = found.reshape(n_features + 1, -1)
    return np.asarray(asked @ matrix[:-1] + matrix[-1])


def _dense(view: ExpressionView, genes: np.ndarray) -> np.ndarray:
    return view.subset(genes=genes).values.toarray().astype(np.float64)
