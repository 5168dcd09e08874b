"""Tasks: marker genes by Welch's t, cells and genes that become nodes, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from orthoweave.errors import InputError
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.task import make_task, marker_genes
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite


def test_markers_are_those_of_the_t_test(human: ExpressionView) -> None:
    """With a hundred cells the moderated t picks scipy's strongest genes of each type."""
    labels = np.arange(human.n_cells) % 3
    dense = human.values.toarray().astype(np.float64)
    expected: set[str] = set()
    for number in range(3):
        found = stats.ttest_ind(dense[labels == number], dense[labels != number], equal_var=False)
        expected |= set(human.genes[np.argsort(-found.statistic)[:20]])
    assert set(marker_genes(human, labels, human.genes, 20)) == expected
    assert len(expected) == 60


def test_markers_are_candidates_only(human: ExpressionView) -> None:
    """A gene without an ortholog is not a marker, however much it rises."""
    labels = np.arange(human.n_cells) % 3
    found = marker_genes(human, labels, human.genes[:30], 5)
    assert set(found) <= set(human.genes[:30])
    assert len(found) == 15


def test_a_type_of_two_cells_has_sound_markers(human: ExpressionView) -> None:
    """Genes that two cells happen to share exactly do not crowd out those that truly rise."""
    kinds = np.arange(human.n_cells) % 3
    labels = np.where(kinds == 0, -1, kinds - 1)
    labels[:1] = 2
    labels[3:4] = 2
    found = marker_genes(human, labels, human.genes, 8)
    numbers = np.array([int(gene.split("_")[1]) for gene in found])
    assert np.sum(numbers % 3 == 0) >= 6


def test_target_labels_are_taken_off(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """The training data hold no cell types except the numbers of the source's."""
    task = make_task(human, mouse, pairs, config)
    for view in (task.source, task.target):
        assert set(view.cell_types) == set(view.labels) == {None}
    assert task.classes[task.labels].tolist() == human.cell_types.tolist()


def test_rare_types_are_left_out_and_said(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """A type with fewer cells than asked for is not a class; its cells are not nodes."""
    types = human.cell_types.copy()
    types[0] = "CL:9"
    task = make_task(replace(human, cell_types=types), mouse, pairs, config)
    assert "CL:9" not in task.classes
    assert task.source.n_cells == human.n_cells - 1
    assert task.notes == ("human: left out for fewer than 2 labelled cells: CL:9",)


def test_one_type_is_refused(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """There is nothing to tell apart with a single class."""
    strict = replace(config, min_cells=1000)
    with pytest.raises(InputError, match="0 cell types of 'human' have 1000 labelled cells"):
        make_task(human, mouse, pairs, strict)


def test_unknown_type_is_refused(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """A type that the source does not have is named in the message."""
    with pytest.raises(InputError, match="'human' has no cell of type 'CL:7'"):
        make_task(human, mouse, pairs, replace(config, types=("CL:1", "CL:7")))


def test_silent_orthologs_are_refused(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """A target that expresses no ortholog cannot be read."""
    silent = replace(mouse, values=mouse.values * 0)
    silent.values.eliminate_zeros()
    with pytest.raises(InputError, match="no ortholog of a gene of 'human' is expressed"):
        make_task(human, silent, pairs, config)


def test_a_source_without_types_is_refused(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """The dataset is named, with the options that give it types."""
    bare = replace(human, cell_types=np.full(human.n_cells, None, object))
    with pytest.raises(InputError, match=f"{human.dataset} has no cell types.*--set cells=TABLE"):
        make_task(bare, mouse, pairs, config)
