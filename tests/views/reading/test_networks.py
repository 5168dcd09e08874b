"""Exports of views against the matrices and pairs that they were made of."""

import sys
from pathlib import Path

import anndata
import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import MissingExtraError, UsageError
from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.hypergraph import hypergraph_view
from orthoweave.views.network import NetworkView, network_view
from orthoweave.views.orthology import orthology_view
from orthoweave.views.reading.networks import to_anndata, to_hypernetx, to_networkx, to_pyg


@pytest.fixture
def view() -> ExpressionView:
    """Six cells and five genes."""
    counts = np.random.default_rng(2).poisson(0.8, (6, 5)).astype(np.float32)
    cells = np.array([f"toy:{number}" for number in range(6)], object)
    genes = np.array([f"NCBIGene:{number}" for number in range(5)], object)
    return expression_view(
        "toy",
        "NCBITaxon:9606",
        cells,
        genes,
        sp.csr_matrix(counts),
        scale="counts",
        symbols=np.array(list("ABCDE"), object),
        totals=counts.sum(axis=1) + 7,
        cell_types=np.array(["CL:1", None, "CL:2", "CL:1", None, "CL:2"], object),
        donors=np.array(["d1", "d2"] * 3, object),
    )


@pytest.fixture
def network() -> NetworkView:
    """Four genes in a path."""
    return network_view(
        "toy",
        "s",
        np.array(["a", "b", "c"], object),
        np.array(["b", "c", "d"], object),
        np.array([0.5, -0.25, 0.75]),
        method="Pearson",
    )


def test_hypergraph_has_the_incidences(view: ExpressionView) -> None:
    """A gene is a hyperedge over exactly the cells that express it, with their weights."""
    graph = to_hypernetx(hypergraph_view(view))
    dense = view.values.toarray()
    for number, gene in enumerate(view.genes):
        cells = {view.cells[i] for i in np.flatnonzero(dense[:, number])}
        if cells:
            assert set(graph.edges[gene]) == cells
    weights = graph.incidences.dataframe["weight"]
    found = np.zeros_like(dense)
    for (gene, cell), weight in weights.items():
        found[list(view.cells).index(cell), list(view.genes).index(gene)] = weight
    assert np.array_equal(found, dense)
    assert len(weights) == np.count_nonzero(dense)


def test_large_hypergraphs_are_refused(view: ExpressionView) -> None:
    """More incidences than the limit are refused before anything is made, with both numbers."""
    nnz = view.values.nnz
    with pytest.raises(UsageError, match=f"{nnz} incidences, more than the {nnz - 1}"):
        to_hypernetx(hypergraph_view(view), maximum=nnz - 1)


def test_orthologs_in_networkx() -> None:
    """Nodes know their species, edges how many resources support them."""
    pairs = orthology_view(
        np.array(["h1", "h1"], object),
        np.array(["m1", "m2"], object),
        np.full(2, "H"),
        np.full(2, "M"),
        cardinality=np.full(2, "1:many"),
        support=np.array([3, 1]),
        covering=np.array([4, 4]),
    )
    graph = to_networkx(pairs)
    assert dict(graph.nodes(data="species")) == {"h1": "H", "m1": "M", "m2": "M"}
    assert graph.edges["h1", "m1"] == {"support": 3, "covering": 4}
    assert graph.number_of_edges() == 2


def test_coexpression_in_networkx(network: NetworkView) -> None:
    """Each pair is one edge weighted by its correlation."""
    graph = to_networkx(network)
    adjacency = nx.to_numpy_array(graph, nodelist=list(network.genes))
    assert np.array_equal(adjacency, network.weights.toarray())
    assert graph.nodes["a"]["symbol"] == "a"


def test_coexpression_in_pyg(network: NetworkView) -> None:
    """Edges lead both ways and their weights are the memory of the matrix."""
    data = to_pyg(network)
    data.validate()
    assert data.is_undirected()
    assert np.shares_memory(data.edge_weight.numpy(), network.weights.data)
    dense = np.zeros((4, 4))
    dense[tuple(data.edge_index.numpy())] = data.edge_weight.numpy()
    assert np.array_equal(dense, network.weights.toarray())


def test_anndata_survives_a_file(view: ExpressionView, tmp_path: Path) -> None:
    """Values, names and types written as h5ad are read back; the matrix was not copied."""
    made = to_anndata(view)
    assert np.shares_memory(made.X.data, view.values.data)
    made.write_h5ad(tmp_path / "toy.h5ad")
    read = anndata.read_h5ad(tmp_path / "toy.h5ad")
    assert np.array_equal(read.X.toarray(), view.values.toarray())
    assert read.obs_names.tolist() == view.cells.tolist()
    assert read.var["feature_name"].tolist() == list("ABCDE")
    assert read.obs["cell_type_ontology_term_id"].isna().tolist() == [
        key is None for key in view.cell_types
    ]
    assert read.obs["total_counts"].tolist() == view.totals.tolist()
    assert read.uns["organism_ontology_term_id"] == "NCBITaxon:9606"
    assert "log1p" not in read.uns
    assert "log1p" in to_anndata(view.log1p_cp10k()).uns


def test_missing_hypernetx_is_named(view: ExpressionView, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without hypernetx the error names the extra to install."""
    monkeypatch.setitem(sys.modules, "hypernetx", None)
    with pytest.raises(MissingExtraError, match=r"orthoweave\[hypernetx\]"):
        to_hypernetx(hypergraph_view(view))


def test_missing_pyg_is_named(network: NetworkView, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PyG the error names the extra to install."""
    monkeypatch.setitem(sys.modules, "torch_geometric.data", None)
    with pytest.raises(MissingExtraError, match=r"orthoweave\[models\]"):
        to_pyg(network)
