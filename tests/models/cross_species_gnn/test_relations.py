"""Relations: weights of edges by hand, gradients, and mini-batches that agree with the whole."""

import numpy as np
import pytest
import torch
from scipy import sparse

from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.relations import Relation, make_graph, relations
from orthoweave.models.cross_species_gnn.task import Task, make_task
from orthoweave.views.expression import ExpressionView
from orthoweave.views.hetero_graph import ORTHOLOGOUS_TO
from orthoweave.views.orthology import Bipartite


@pytest.fixture
def task(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> Task:
    """The toy species' task."""
    return make_task(human, mouse, pairs, config)


def test_product_and_gradient_are_those_of_the_dense_matrix() -> None:
    """A relation multiplies as its matrix does, and its gradient as the transpose."""
    dense = np.random.default_rng(0).random((5, 3)).astype(np.float32)
    dense[dense < 0.4] = 0
    relation = Relation(sparse.csr_matrix(dense), "cpu")
    sent = torch.arange(6.0).reshape(3, 2).requires_grad_()
    received = relation(sent)
    np.testing.assert_allclose(received.detach(), dense @ sent.detach().numpy(), rtol=1e-5)
    weight = torch.randn(5, 2)
    (received * weight).sum().backward()
    assert sent.grad is not None
    np.testing.assert_allclose(sent.grad, dense.T @ weight.numpy(), rtol=1e-4, atol=1e-6)


def test_a_cell_reads_the_mean_of_co_orthologs(task: Task) -> None:
    """Inherited vectors make a target cell's sum that of each source gene's mean ortholog."""
    edges = relations(make_graph(task), "cpu")
    n_source = task.source.n_genes
    vectors = torch.zeros(len(edges.genes), 1)
    vectors[:n_source, 0] = torch.arange(1.0, n_source + 1)
    found = edges.reads(edges.inherits(vectors)).numpy()[task.source.n_cells :, 0]
    pairs = task.orthology.between(task.source.species, task.target.species)
    place = {gene: number for number, gene in enumerate(task.target.genes)}
    expected = np.zeros(task.target.n_cells)
    values = task.target.values.toarray()
    for number, gene in enumerate(task.source.genes):
        key = int(np.flatnonzero(pairs.source_genes == gene)[0])
        theirs = pairs.target_genes[pairs.target_index[pairs.source_index == key]]
        expected += (number + 1) * values[:, [place[other] for other in theirs]].mean(axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_shares_lead_from_source_to_target_only(task: Task) -> None:
    """The edges of a source gene share one; edges the other way carry nothing."""
    graph = make_graph(task)
    sender, _ = graph[ORTHOLOGOUS_TO].edge_index
    sums = torch.zeros(graph["Gene"].num_nodes).index_add(0, sender, graph[ORTHOLOGOUS_TO].share)
    np.testing.assert_allclose(sums[: task.source.n_genes], 1)
    assert not sums[task.source.n_genes :].any()


def test_rows_of_means_sum_to_one(task: Task) -> None:
    """Profiles, expressers and orthologs are means over whoever there is."""
    edges = relations(make_graph(task), "cpu")
    n_cells = task.source.n_cells + task.target.n_cells
    of_genes, of_cells = torch.ones(len(edges.genes), 1), torch.ones(n_cells, 1)
    for sums in (edges.profile(of_genes), edges.orthologs(of_genes), edges.expressers(of_cells)):
        np.testing.assert_allclose(sums, 1, rtol=1e-5)


def test_sums_keep_their_digits_in_mixed_precision(task: Task) -> None:
    """Where dense products are made in bfloat16, sums over neighbours are still float32."""
    edges = relations(make_graph(task), "cpu")
    sent = torch.rand(len(edges.genes), 4, generator=torch.Generator().manual_seed(0))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = edges.reads(sent)
    assert mixed.dtype == torch.float32
    assert torch.equal(mixed, edges.reads(sent))
