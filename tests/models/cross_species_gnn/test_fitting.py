"""Training: types cross the species, mini-batches agree with the whole graph, nothing leaks."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from orthoweave.models.controls import rewired
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.fitting import train
from orthoweave.models.cross_species_gnn.network import CellTypeNetwork
from orthoweave.models.cross_species_gnn.relations import make_graph, relations
from orthoweave.models.cross_species_gnn.task import Task, make_task
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite


@pytest.fixture
def task(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> Task:
    """The toy species' task."""
    return make_task(human, mouse, pairs, config)


def right(task: Task, mouse: ExpressionView, config: CrossSpeciesConfig) -> float:
    """Share of mouse cells whose type is found."""
    found = train(task, config).target.argmax(axis=1)
    return float(np.mean(task.classes[found] == mouse.cell_types))


def test_types_cross_over_and_not_without_orthology(
    task: Task,
    human: ExpressionView,
    mouse: ExpressionView,
    pairs: Bipartite,
    config: CrossSpeciesConfig,
) -> None:
    """Nearly all mouse cells are named rightly; with rewired orthology far fewer."""
    spoilt = make_task(human, mouse, rewired(pairs, 0), config)
    assert right(task, mouse, config) > 0.95
    assert right(spoilt, mouse, config) < 0.75


def test_same_seed_same_bytes(task: Task, config: CrossSpeciesConfig) -> None:
    """Two trainings give the same bytes and leave the global random state alone."""
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, second = (train(task, config).target.tobytes() for _ in range(2))
    assert first == second
    assert torch.equal(before, torch.get_rng_state())
    other = train(task, replace(config, seed=1)).target.tobytes()
    assert other != first


def test_probabilities_are_probabilities(task: Task, config: CrossSpeciesConfig) -> None:
    """Each cell's probabilities are in range and sum to one."""
    found = train(task, config)
    assert found.source.shape == (task.source.n_cells, 3)
    for part in (found.source, found.target):
        assert (part >= 0).all()
        np.testing.assert_allclose(part.sum(axis=1), 1, rtol=1e-5)


def test_mini_batches_with_all_neighbours_score_as_the_whole_graph(
    task: Task, config: CrossSpeciesConfig
) -> None:
    """Untrained scores of batches with complete neighbourhoods equal those of the full graph."""
    from orthoweave.models.cross_species_gnn.fitting import _Batches

    torch.manual_seed(0)
    graph = make_graph(task)
    network = CellTypeNetwork(task.source.n_genes, 3, 8)
    with torch.no_grad():
        expected = network(relations(graph, "cpu"))
        batches = _Batches(graph, task.labels, replace(config, batch_cells=37, neighbors=-1), "cpu")
        parts = [network(edges)[:n_cells] for edges, n_cells in batches.everything()]
    assert len(parts) == 9
    np.testing.assert_allclose(torch.cat(parts), expected, atol=1e-5)


def test_mini_batches_learn(task: Task, mouse: ExpressionView, config: CrossSpeciesConfig) -> None:
    """Training on batches with drawn neighbours names mouse cells as well."""
    small = replace(config, batch_cells=50, neighbors=20, epochs=15)
    assert right(task, mouse, small) > 0.9


def test_each_class_weighs_the_same(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """A type with four labelled cells against a hundred is still found in the other species."""
    types = human.cell_types.copy()
    rare = np.flatnonzero(types == "CL:3")
    few = human.subset(cells=np.setdiff1d(np.arange(human.n_cells), rare[4:]))
    task = make_task(few, mouse, pairs, config)
    found = task.classes[train(task, config).target.argmax(axis=1)]
    assert np.mean(found[mouse.cell_types == "CL:3"] == "CL:3") > 0.8


def test_both_directions(
    human: ExpressionView, mouse: ExpressionView, config: CrossSpeciesConfig, pairs: Bipartite
) -> None:
    """The same model reads human by mouse labels, where two genes share one ortholog."""
    back = Bipartite(
        pairs.target,
        pairs.source,
        pairs.target_genes,
        pairs.source_genes,
        pairs.target_index,
        pairs.source_index,
        np.where(pairs.cardinality == "1:1", "1:1", "many:1"),
        pairs.support,
    )
    task = make_task(mouse, human, back, config)
    assert right(task, human, config) > 0.95
