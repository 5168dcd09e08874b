"""The HeteroData of two small datasets against the matrices and pairs that it was made of."""

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import UsageError
from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.hetero_graph import EXPRESSED_BY, EXPRESSES, ORTHOLOGOUS_TO, hetero_graph
from orthoweave.views.orthology import OrthologyView, orthology_view

HUMAN, MOUSE = "NCBITaxon:9606", "NCBITaxon:10090"


def _view(letter: str, species: str, n_cells: int, n_genes: int) -> ExpressionView:
    rng = np.random.default_rng(ord(letter))
    counts = sp.csr_matrix(rng.poisson(0.8, (n_cells, n_genes)).astype(np.float32))
    cells = np.array([f"{letter}:{number}" for number in range(n_cells)], object)
    genes = np.array([f"NCBIGene:{letter}{number}" for number in range(n_genes)], object)
    types = np.array([None if i % 5 == 0 else f"CL:{i % 3}" for i in range(n_cells)], object)
    return expression_view(letter, species, cells, genes, counts, scale="counts", cell_types=types)


def _orthology() -> OrthologyView:
    left = np.array([f"NCBIGene:h{i}" for i in (0, 0, 1, 3, 99)], object)
    right = np.array([f"NCBIGene:m{i}" for i in (0, 1, 2, 4, 0)], object)
    return orthology_view(
        left,
        right,
        np.full(5, HUMAN),
        np.full(5, MOUSE),
        cardinality=np.full(5, "many:many"),
        support=np.arange(1, 6),
        covering=np.full(5, 9),
    )


@pytest.fixture
def views() -> tuple[ExpressionView, ExpressionView]:
    """A human and a mouse dataset."""
    return _view("h", HUMAN, 12, 7), _view("m", MOUSE, 9, 6)


def test_edges_are_the_incidences(views: tuple[ExpressionView, ExpressionView]) -> None:
    """Each non-zero value of each matrix is one edge between the keys of its row and column."""
    graph = hetero_graph(views, _orthology())
    edges = graph.data[EXPRESSES].edge_index.numpy()
    weight = graph.data[EXPRESSES].edge_weight.numpy()
    found = {
        (graph.cells[cell], graph.genes[gene]): value
        for (cell, gene), value in zip(edges.T, weight, strict=True)
    }
    expected: dict[tuple[str, str], float] = {}
    for view in views:
        dense = view.values.toarray()
        expected |= {
            (view.cells[i], view.genes[j]): dense[i, j]
            for i, j in zip(*dense.nonzero(), strict=True)
        }
    assert found == expected
    assert np.array_equal(graph.data[EXPRESSED_BY].edge_index.numpy(), edges[::-1])
    graph.data.validate()


def test_orthologs_lead_both_ways(views: tuple[ExpressionView, ExpressionView]) -> None:
    """A pair is an edge in both directions; a pair with a gene that nobody measured is none."""
    graph = hetero_graph(views, _orthology())
    pairs = graph.data[ORTHOLOGOUS_TO].edge_index.numpy()
    keys = {tuple(graph.genes[pair]) for pair in pairs.T}
    one_way = {("h0", "m0"), ("h0", "m1"), ("h1", "m2"), ("h3", "m4")}
    assert keys == {
        (f"NCBIGene:{a}", f"NCBIGene:{b}") for pair in one_way for a, b in (pair, pair[::-1])
    }
    assert sorted(graph.data[ORTHOLOGOUS_TO].support.tolist()) == [1, 1, 2, 2, 3, 3, 4, 4]


def test_nodes_know_species_dataset_and_type(views: tuple[ExpressionView, ExpressionView]) -> None:
    """Numbers of species, datasets and cell types stand for the names beside the graph."""
    graph = hetero_graph(views)
    cell, gene = graph.data["Cell"], graph.data["Gene"]
    species = [graph.species[number] for number in cell.species]
    assert species == [HUMAN] * 12 + [MOUSE] * 9
    assert [graph.datasets[number] for number in cell.dataset] == ["h"] * 12 + ["m"] * 9
    types = [None if number < 0 else graph.cell_types[number] for number in cell.cell_type]
    assert types == [*views[0].cell_types, *views[1].cell_types]
    assert [graph.species[number] for number in gene.species] == [HUMAN] * 7 + [MOUSE] * 6


def test_values_of_one_dataset_are_not_copied(views: tuple[ExpressionView, ExpressionView]) -> None:
    """Edge weights of a graph of one dataset are the memory of its matrix."""
    graph = hetero_graph(views[:1])
    weight = graph.data[EXPRESSES].edge_weight.numpy()
    assert np.shares_memory(weight, views[0].values.data)
    assert np.shares_memory(graph.data[EXPRESSED_BY].edge_weight.numpy(), weight)


def test_mixed_scales_and_doubles_are_refused(views: tuple[ExpressionView, ExpressionView]) -> None:
    """Counts beside logarithms, a dataset twice, and no dataset at all are refused."""
    with pytest.raises(UsageError, match="expected one scale"):
        hetero_graph([views[0], views[1].log1p_cp10k()])
    with pytest.raises(UsageError, match="each once"):
        hetero_graph([views[0], views[0]])
    with pytest.raises(UsageError, match="one or more"):
        hetero_graph([])
