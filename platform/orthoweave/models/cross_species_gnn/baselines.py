"""Baselines: simpler ways to name cells of another species."""

import numpy as np
import scipy.sparse as sp

from orthoweave.models.cross_species_gnn.task import Task
from orthoweave.models.probes.classifiers import logistic
from orthoweave.models.probes.components import components, variable_columns
from orthoweave.models.probes.expression import (
    GENE_STRENGTH,
    by_centroids,
    by_neighbours,
    by_variable_genes,
)
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite

_LEAST_SD = 1e-3


def one_to_one_values(
    source: ExpressionView, target: ExpressionView, pairs: Bipartite
) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Return log expression of source and target over their one-to-one orthologs, as columns."""
    one = pairs.select(pairs.cardinality == "1:1").among(source.genes, target.genes)
    return (
        source.subset(genes=one.source_genes[one.source_index]).values,
        target.subset(genes=one.target_genes[one.target_index]).values,
    )


def carried_values(
    source: ExpressionView, target: ExpressionView, pairs: Bipartite
) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Return log expression over the source genes with any ortholog.

    A target cell's value of a source gene is the mean over the gene's orthologs.
    """
    pairs = pairs.among(source.genes, target.genes)
    return source.subset(genes=pairs.source_genes).values, carried(target, pairs)


def carried(target: ExpressionView, pairs: Bipartite) -> sp.csr_matrix:
    """Return log expression of target cells over the source genes of the pairs.

    See `carried_values`.
    """
    values = target.subset(genes=pairs.target_genes).values
    share = 1 / np.bincount(pairs.source_index)[pairs.source_index]
    shape = (len(pairs.target_genes), len(pairs.source_genes))
    means = sp.csr_matrix((share, (pairs.target_index, pairs.source_index)), shape)
    return sp.csr_matrix(values @ means)


def one_to_one_predictions(
    source: ExpressionView, target: ExpressionView, pairs: Bipartite
) -> dict[str, np.ndarray]:
    """Return target cell types by the plain classifiers of one-to-one orthologs, by name."""
    known, asked = one_to_one_values(source, target, pairs)
    types = source.cell_types
    return {
        "1:1 orthologs, 50 components, logistic": principal_components(source, target, pairs),
        "the same, mean and variance aligned": principal_components(
            source, target, pairs, aligned=True
        ),
        "1:1 orthologs, 2,000 variable genes, logistic": by_variable_genes(known, types, asked),
        "1:1 orthologs, 50 components, nearest cells": by_neighbours(known, types, asked),
        "1:1 orthologs, Spearman to centroids": by_centroids(known, types, asked),
    }


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
    known, asked = one_to_one_values(source, target, pairs)
    columns = variable_columns(known, n_genes)
    known, asked = known[:, columns], asked[:, columns]
    if aligned:
        asked = _aligned(known.toarray(), asked.toarray().astype(np.float64))
    first, second = components(known, asked, n_components=n_components)
    return logistic(first, source.cell_types, second)


def _aligned(known: np.ndarray, asked: np.ndarray) -> sp.csr_matrix:
    """Return `asked` with the mean and variance that each gene has in `known`."""
    asked -= asked.mean(axis=0)
    asked *= known.std(axis=0) / np.maximum(asked.std(axis=0), _LEAST_SD)
    return sp.csr_matrix(asked + known.mean(axis=0))


def linear_on_markers(task: Task) -> np.ndarray:
    """Return target cell types by balanced logistic regression on the network's input.

    A target cell's value of a marker gene is the mean over the marker's orthologs.
    """
    known = task.labels >= 0
    pairs = task.orthology.between(task.source.species, task.target.species)
    source, carried = carried_values(task.source, task.target, pairs)
    return logistic(
        source[known].toarray(),
        task.classes[task.labels[known]],
        carried.toarray(),
        strength=GENE_STRENGTH,
        balanced=True,
    )
