"""Cells and genes of several species as one PyG ``HeteroData``, the input of graph networks.

Node types are ``Cell`` and ``Gene``, edge types ``EXPRESSES`` and ``ORTHOLOGOUS_TO`` as in the
graph. Numbers of nodes are those of `HeteroGraph.cells` and `HeteroGraph.genes`. Arrays are shared
with the views where PyG's form allows it: the expression values of a single dataset are not copied.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from orthoweave.errors import MissingExtraError, UsageError
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import OrthologyView

if TYPE_CHECKING:
    from torch_geometric.data import HeteroData

EXPRESSES: Final = ("Cell", "EXPRESSES", "Gene")
# PyG's prefix for reversed edges: sampling follows edges against their direction
EXPRESSED_BY: Final = ("Gene", "rev_EXPRESSES", "Cell")
ORTHOLOGOUS_TO: Final = ("Gene", "ORTHOLOGOUS_TO", "Gene")


@dataclass(frozen=True, slots=True)
class HeteroGraph:
    """A ``HeteroData`` and the keys behind its numbers."""

    data: "HeteroData"
    """``data["Cell"]`` has the long tensors `dataset`, `species`, `cell_type` (-1: none), shape
    ``(n_cells,)``; ``data["Gene"]`` has `species`, shape ``(n_genes,)``. EXPRESSES and its reverse
    have `edge_weight` (expression on the views' scale, float32); ORTHOLOGOUS_TO holds each pair in
    both directions, with `support`."""
    cells: np.ndarray
    """Keys of the cells, datasets in the order given, shape ``(n_cells,)``."""
    genes: np.ndarray
    """Keys of the genes, shape ``(n_genes,)``: those of each dataset in turn, then orthologs."""
    species: tuple[str, ...]
    """Keys of the species that `species` counts."""
    datasets: tuple[str, ...]
    """Datasets that `dataset` counts."""
    cell_types: tuple[str, ...]
    """Keys of the cell types that `cell_type` counts."""


def hetero_graph(
    expressions: Sequence[ExpressionView], orthology: OrthologyView | None = None
) -> HeteroGraph:
    """Return the graph of the cells of some datasets, their genes and the genes' orthologs.

    Parameters
    ----------
    expressions
        Datasets on one scale, each once; of one or several species.
    orthology
        Pairs whose two genes are measured in some dataset become edges; others are left out.

    Raises
    ------
    UsageError
        If there is no dataset, one occurs twice, or scales differ.
    MissingExtraError
        If PyG is not installed.
    """
    _check(expressions)
    torch, hetero_data = _pyg()
    species = tuple(dict.fromkeys(view.species for view in expressions))
    genes, gene_species, columns = _genes(expressions, species)
    data = hetero_data()
    cell = data["Cell"]
    sizes = [view.n_cells for view in expressions]
    cell.num_nodes = sum(sizes)
    cell.dataset = torch.from_numpy(np.repeat(np.arange(len(sizes)), sizes))
    numbers = [species.index(view.species) for view in expressions]
    cell.species = torch.from_numpy(np.repeat(np.array(numbers), sizes))
    types, codes = _codes(np.concatenate([view.cell_types for view in expressions]))
    cell.cell_type = torch.from_numpy(codes)
    data["Gene"].num_nodes = len(genes)
    data["Gene"].species = torch.from_numpy(gene_species)
    edges, weight = _incidences(expressions, columns)
    data[EXPRESSES].edge_index = torch.from_numpy(edges)
    data[EXPRESSES].edge_weight = torch.from_numpy(weight)
    # rows of one array, which the reversed edges share
    data[EXPRESSED_BY].edge_index = torch.from_numpy(edges[::-1].copy())
    data[EXPRESSED_BY].edge_weight = data[EXPRESSES].edge_weight
    if orthology is not None:
        pairs, support = _orthologs(orthology, genes)
        data[ORTHOLOGOUS_TO].edge_index = torch.from_numpy(pairs)
        data[ORTHOLOGOUS_TO].support = torch.from_numpy(support)
    cells = np.concatenate([view.cells for view in expressions])
    datasets = tuple(view.dataset for view in expressions)
    return HeteroGraph(data, cells, genes, species, datasets, types)


def _check(expressions: Sequence[ExpressionView]) -> None:
    names = [view.dataset for view in expressions]
    if not names or len(set(names)) < len(names):
        message = f"datasets {names!r}: expected one or more, each once"
        raise UsageError(message)
    scales = {view.scale for view in expressions}
    if len(scales) > 1:
        message = f"datasets {names!r} are on scales {sorted(scales)!r}: expected one scale"
        raise UsageError(message)


def _pyg() -> tuple[ModuleType, type["HeteroData"]]:
    try:
        import torch
        from torch_geometric.data import HeteroData
    except ImportError as error:
        message = "a HeteroData needs PyG, which is not installed: pip install 'orthoweave[models]'"
        raise MissingExtraError(message) from error
    return torch, HeteroData


def _genes(
    expressions: Sequence[ExpressionView], species: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Return keys of all genes, numbers of their species, and each dataset's columns among them."""
    sizes = [view.n_genes for view in expressions]
    numbers, genes = pd.factorize(np.concatenate([view.genes for view in expressions]))
    of_column = np.repeat([species.index(view.species) for view in expressions], sizes)
    _, first = np.unique(numbers, return_index=True)
    columns = np.split(numbers, np.cumsum(sizes)[:-1])
    return genes, of_column[first].astype(np.int64), columns


def _incidences(
    expressions: Sequence[ExpressionView], columns: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return cell and gene of each incidence, shape ``(2, n_edges)``, and its weight."""
    n_edges = sum(view.values.nnz for view in expressions)
    edges = np.empty((2, n_edges), np.int64)
    first_cell = first_edge = 0
    for view, numbers in zip(expressions, columns, strict=True):
        part = slice(first_edge, first_edge + view.values.nnz)
        lengths = np.diff(view.values.indptr)
        edges[0, part] = np.repeat(np.arange(first_cell, first_cell + view.n_cells), lengths)
        # genes are numbered like the columns of the first dataset
        columns_ = view.values.indices
        edges[1, part] = numbers[columns_] if first_cell else columns_
        first_cell += view.n_cells
        first_edge = part.stop
    if len(expressions) == 1:
        return edges, expressions[0].values.data
    return edges, np.concatenate([view.values.data for view in expressions])


def _orthologs(orthology: OrthologyView, genes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    place = {key: number for number, key in enumerate(genes)}
    numbers = np.array([place.get(key, -1) for key in orthology.genes], np.int64)
    left, right = numbers[orthology.left], numbers[orthology.right]
    there = (left >= 0) & (right >= 0)
    left, right, support = left[there], right[there], orthology.support[there]
    pairs = np.stack([np.concatenate([left, right]), np.concatenate([right, left])])
    return pairs, np.concatenate([support, support])


def _codes(values: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    codes, known = pd.factorize(values, sort=True)
    return tuple(str(value) for value in known), codes.astype(np.int64)
