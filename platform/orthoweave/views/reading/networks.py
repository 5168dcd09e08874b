"""Views as the objects of other libraries: networkx, hypernetx, PyG and AnnData.

Arrays are shared with the view where the library's own form allows it. `hetero_graph` makes the
heterogeneous graph of cells and genes: it is elsewhere because models need it too.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from orthoweave.errors import MissingExtraError, UsageError
from orthoweave.scales import COUNTS, LOGS, shown_scale
from orthoweave.views.expression import ExpressionView
from orthoweave.views.hypergraph import HypergraphView
from orthoweave.views.network import NetworkView
from orthoweave.views.orthology import OrthologyView

if TYPE_CHECKING:
    import anndata
    import hypernetx
    import networkx as nx
    from torch_geometric.data import Data

# hypernetx keeps several Python objects for each incidence: about 2 KB and 20 µs each
MAXIMUM_INCIDENCES: Final = 200_000


def to_networkx(view: OrthologyView | NetworkView) -> "nx.Graph[Any]":
    """Return an undirected graph whose nodes are gene keys.

    Orthologs have the node attribute `species` and the edge attributes `support` and `covering`;
    of co-expression `symbol` and `weight` (the correlation).
    """
    import networkx as nx

    graph: nx.Graph[Any] = nx.Graph()
    if isinstance(view, OrthologyView):
        graph.add_nodes_from(
            (key, {"species": view.species[number]})
            for key, number in zip(view.genes, view.species_of.tolist(), strict=True)
        )
        about = zip(view.support.tolist(), view.covering.tolist(), strict=True)
        ends = zip(view.genes[view.left], view.genes[view.right], strict=True)
        graph.add_edges_from(
            (left, right, {"support": support, "covering": covering})
            for (left, right), (support, covering) in zip(ends, about, strict=True)
        )
        return graph
    graph.add_nodes_from(
        (key, {"symbol": symbol}) for key, symbol in zip(view.genes, view.symbols, strict=True)
    )
    half = view.weights.tocoo()
    upper = half.row < half.col
    graph.add_weighted_edges_from(
        zip(
            view.genes[half.row[upper]],
            view.genes[half.col[upper]],
            half.data[upper].tolist(),
            strict=True,
        )
    )
    return graph


def to_hypernetx(
    view: HypergraphView, *, maximum: int = MAXIMUM_INCIDENCES
) -> "hypernetx.Hypergraph":
    """Return a hypergraph with genes as edges and cells as nodes, weighted by expression.

    Parameters
    ----------
    maximum
        Greatest number of incidences: hypernetx holds each as Python objects.

    Raises
    ------
    UsageError
        If the view has more incidences than that.
    MissingExtraError
        If hypernetx is not installed.
    """
    if view.by_cell.nnz > maximum:
        message = (
            f"the hypergraph of {view.dataset!r} has {view.by_cell.nnz:,} incidences, more than "
            f"the {maximum:,} that hypernetx is given: choose cells or genes first (subset, "
            "top_genes), use the matrices by_cell and by_gene, or raise maximum"
        )
        raise UsageError(message)
    try:
        import hypernetx
    except ImportError as error:
        message = "hypernetx is not installed: pip install 'orthoweave[hypernetx]'"
        raise MissingExtraError(message) from error
    import pandas as pd

    half = view.by_cell.tocoo()
    frame = pd.DataFrame(
        {"edges": view.genes[half.col], "nodes": view.cells[half.row], "weight": half.data}
    )
    return hypernetx.Hypergraph(frame, edge_col="edges", node_col="nodes", cell_weight_col="weight")


def to_pyg(view: NetworkView) -> "Data":
    """Return a network as PyG ``Data``: `edge_index` both ways, `edge_weight` shared.

    Node numbers are those of the view's `genes`.

    Raises
    ------
    MissingExtraError
        If PyG is not installed.
    """
    try:
        import torch
        from torch_geometric.data import Data
    except ImportError as error:
        message = (
            "a Data object needs PyG, which is not installed: pip install 'orthoweave[models]'"
        )
        raise MissingExtraError(message) from error
    matrix = view.weights
    rows = np.repeat(np.arange(view.n_genes), np.diff(matrix.indptr))
    edges = np.stack([rows, matrix.indices.astype(np.int64)])
    return Data(
        edge_index=torch.from_numpy(edges),
        edge_weight=torch.from_numpy(matrix.data),
        num_nodes=view.n_genes,
    )


def to_anndata(view: ExpressionView) -> "anndata.AnnData":
    """Return AnnData named as by scanpy and CELLxGENE; `X` is the view's matrix, not a copy.

    ``obs`` is indexed by cell key, with `cell_type_ontology_term_id`, `author_cell_type`,
    `donor_id` and `total_counts` (over all genes measured); ``var`` by gene key, with
    `feature_name`; ``uns`` has `title`, `organism_ontology_term_id`, `scale` and `unit`. Natural
    logarithms are marked as scanpy marks them, by ``uns["log1p"]``.
    """
    import anndata
    import pandas as pd

    obs = pd.DataFrame(
        {
            "cell_type_ontology_term_id": pd.Categorical(view.cell_types),
            "author_cell_type": pd.Categorical(view.labels),
            "donor_id": pd.Categorical(view.donors),
            "total_counts": view.totals,
        },
        index=pd.Index(view.cells, dtype=object),
    )
    var = pd.DataFrame({"feature_name": view.symbols}, index=pd.Index(view.genes, dtype=object))
    uns: dict[str, Any] = {
        "title": view.dataset,
        "organism_ontology_term_id": view.species,
        "scale": view.scale,
        "unit": COUNTS if view.scale == COUNTS else shown_scale(view.scale).unit,
    }
    if view.scale in (LOGS, "log1p"):
        uns["log1p"] = {}
    return anndata.AnnData(X=view.values, obs=obs, var=var, uns=uns)
