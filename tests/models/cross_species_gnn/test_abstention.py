"""Held-out donors: each is named by networks that never saw it, at the shift of the target."""

from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError
from orthoweave.models.base import RunContext
from orthoweave.models.cross_species_gnn.abstention import hold_out
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.held_out import HeldOut
from orthoweave.models.cross_species_gnn.task import make_task
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite


def held_out(
    source: ExpressionView, target: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> HeldOut:
    """Hold out the donors of the source."""
    task = make_task(source, target, pairs, config)
    return hold_out(source, target, pairs, task=task, config=config, context=RunContext())


def named(found: HeldOut, fold: int) -> np.ndarray:
    """Return the mask of a fold's cells that the network without them names rightly."""
    reference = found.reference
    rows = reference.folds == fold
    genes = np.ones(len(found.genes), bool)
    classify = found.networks[fold].classifier(genes, reference.n_classes, "cpu")
    return np.asarray(classify(reference.values[rows]).argmax(axis=1) == reference.labels[rows])


def test_each_donor_is_named_by_the_others(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """The reference holds all cells and genes, and on separable data each fold is named rightly."""
    found = held_out(human, mouse, pairs, config)
    assert found.reference.values.shape[0] == human.n_cells
    assert found.reference.n_folds == len(found.networks) == 3
    assert all(named(found, fold).mean() > 0.95 for fold in range(3))


def test_a_donor_with_other_labels_is_not_learnt_from_itself(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """Where one donor's labels are turned around, its own cells are named by the other donors'."""
    types = human.cell_types.copy()
    last = np.flatnonzero(human.donors == "human3")
    turned = {"CL:1": "CL:2", "CL:2": "CL:3", "CL:3": "CL:1"}
    types[last] = [turned[key] for key in types[last]]
    found = held_out(replace(human, cell_types=types), mouse, pairs, config)
    assert named(found, 2).mean() < 0.1


def test_only_one_to_one_genes_are_compared(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """A gene with two orthologs has their mean as its value, and is not compared by."""
    found = held_out(human, mouse, pairs, replace(config, kinds="all"))
    asked = found.asked(mouse, pairs)
    several = np.isin(found.genes, [f"H:h_{i}" for i in range(9)])
    assert not asked.compared[several].any()
    assert asked.compared[~several].all()
    number = int(np.flatnonzero(several)[0])
    one = found.genes[number].removeprefix("H:h_")
    both = mouse.subset(genes=np.array([f"M:m_{one}", f"M:second_{one}"], object)).values
    np.testing.assert_allclose(
        asked.values[:, number].toarray().ravel(), both.toarray().mean(axis=1), rtol=1e-5
    )


def test_genes_that_the_target_lacks_are_not_found(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """A gene without a measured ortholog is neither found nor compared."""
    found = held_out(human, mouse, pairs, config)
    gone = str(found.genes[-1]).replace("H:h_", "M:m_")
    asked = found.asked(mouse.subset(genes=np.flatnonzero(mouse.genes != gone)), pairs)
    assert not asked.found[-1]
    assert not asked.compared[-1]
    assert asked.found[:-1].all()


@pytest.mark.parametrize("donors", [["x"] * 150, [None] * 150, ["x"] * 149 + [None]])
def test_too_few_donors_are_refused(
    donors: list[str | None],
    human: ExpressionView,
    mouse: ExpressionView,
    pairs: Bipartite,
    config: CrossSpeciesConfig,
) -> None:
    """Without two donors, or with cells of none, nothing can be calibrated."""
    alone = replace(human, donors=np.array(donors, object))
    with pytest.raises(InputError, match="two at least and one for each cell"):
        held_out(alone, mouse, pairs, config)
