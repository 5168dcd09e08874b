"""The network: sizes, and that a target gene has no vector of its own."""

import numpy as np
import torch

from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.network import CellTypeNetwork
from orthoweave.models.cross_species_gnn.relations import make_graph, relations
from orthoweave.models.cross_species_gnn.task import make_task
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite


def test_equations_by_dense_algebra(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """Scores equal the docstring's equations written out with dense numpy matrices."""
    task = make_task(human, mouse, pairs, config)
    torch.manual_seed(0)
    network = CellTypeNetwork(task.source.n_genes, 3, 8)
    with torch.no_grad():
        found = network(relations(make_graph(task), "cpu")).numpy()
    p = {name: value.detach().numpy() for name, value in network.named_parameters()}
    s, t = task.source.values.toarray(), task.target.values.toarray()
    between = task.orthology.between(task.source.species, task.target.species)
    joined = np.zeros((task.target.n_genes, task.source.n_genes))
    for a, b in zip(between.source_index, between.target_index, strict=True):
        row = np.flatnonzero(task.target.genes == between.target_genes[b])
        joined[row, np.flatnonzero(task.source.genes == between.source_genes[a])] = 1
    e_s = p["genes"]
    e_t = (joined / joined.sum(axis=0)) @ e_s

    def leaky(values: np.ndarray) -> np.ndarray:
        return np.where(values > 0, values, 0.05 * values)

    h = [leaky(0.3 * x @ e + p["shift"]) for x, e in ((s, e_s), (t, e_t))]
    m = [
        (x / x.sum(axis=0)).T @ (c @ p["to_genes.weight"].T + p["to_genes.bias"])
        for x, c in zip((s, t), h, strict=True)
    ]
    means = (
        (joined.T / joined.sum(axis=0)[:, None]) @ m[1],
        (joined / joined.sum(axis=1)[:, None]) @ m[0],
    )
    u = [
        leaky(
            own
            + e @ p["own_gene.weight"].T
            + p["own_gene.bias"]
            + other @ p["from_orthologs.weight"].T
            + p["from_orthologs.bias"]
        )
        for own, e, other in zip(m, (e_s, e_t), means, strict=True)
    ]
    z = [
        c + (x / x.sum(axis=1, keepdims=True)) @ (g @ p["to_cells.weight"].T)
        for c, x, g in zip(h, (s, t), u, strict=True)
    ]
    expected = np.vstack(z) @ p["classify.weight"].T + p["classify.bias"]
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)


def test_only_source_genes_have_vectors() -> None:
    """Its parameters do not grow with the target's genes or cells."""
    network = CellTypeNetwork(10, 3, 8)
    assert sum(values.numel() for values in network.parameters()) == 10 * 8 + 8 + 3 * 72 + 64 + 27


def test_mixed_precision_agrees(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """Scores and gradients with bfloat16 products, as on a GPU, are near those of float32."""
    task = make_task(human, mouse, pairs, config)
    edges = relations(make_graph(task), "cpu")
    torch.manual_seed(0)
    network = CellTypeNetwork(task.source.n_genes, 3, 8)
    gradients = []
    for enabled in (False, True):
        network.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            scores = network(edges)
        scores.float().square().mean().backward()
        gradients.append((scores.detach().float(), network.genes.grad))
    (plain, of_plain), (mixed, of_mixed) = gradients
    assert not torch.equal(plain, mixed)
    np.testing.assert_allclose(mixed, plain, atol=0.02 * float(plain.abs().max()))
    np.testing.assert_allclose(of_mixed, of_plain, atol=0.05 * float(of_plain.abs().max()))
