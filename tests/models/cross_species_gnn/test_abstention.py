"""When to name a cell: thresholds by hand and by brute force, and donors that were held out."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.errors import InputError
from orthoweave.models.cross_species_gnn.abstention import (
    HeldOut,
    choose_threshold,
    predict_held_out,
)
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.progress import Quiet
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite


def held_out(probability: list[float], right: list[bool]) -> HeldOut:
    """Cells of one donor with these probabilities, named rightly or not."""
    truth = np.full(len(right), "a", object)
    predicted = np.where(right, "a", "b").astype(object)
    return HeldOut(truth, truth, predicted, np.array(probability))


def test_threshold_by_hand() -> None:
    """Of five cells the surest three are right: they are named, and no more, if all must be."""
    cells = held_out([0.9, 0.8, 0.7, 0.6, 0.5], [True, True, True, False, True])
    assert choose_threshold(cells, 1.0) == 0.7
    assert choose_threshold(cells, 0.8) == 0.0


def test_out_of_reach_takes_the_nearest() -> None:
    """If the surest cells are wrong, the threshold is where the share of right ones is highest."""
    cells = held_out([0.9, 0.8, 0.7, 0.6], [False, True, True, False])
    assert choose_threshold(cells, 0.99) == 0.7


@given(
    st.lists(st.tuples(st.sampled_from([0.3, 0.5, 0.7, 0.9]), st.booleans()), min_size=1),
    st.floats(0, 1),
)
def test_threshold_names_as_many_as_it_may(
    cells: list[tuple[float, bool]], precision: float
) -> None:
    """No lower threshold reaches the precision, and this one does if any does."""
    probability = np.array([value for value, _ in cells])
    right = np.array([value for _, value in cells])
    found = choose_threshold(held_out(probability.tolist(), right.tolist()), precision)
    reached = [
        bound
        for bound in (0.0, 0.3, 0.5, 0.7, 0.9)
        if (probability >= bound).any() and right[probability >= bound].mean() >= precision
    ]
    named = probability >= found
    assert named.any()
    if reached:
        assert named.sum() == (probability >= min(reached)).sum()


def test_each_donor_is_named_by_the_others(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """All cells are named once, and on separable data rightly."""
    found = predict_held_out(human, mouse, pairs, config, Quiet())
    assert len(found.truth) == human.n_cells
    assert sorted(set(found.donors)) == ["human1", "human2", "human3"]
    assert found.right.mean() > 0.95


def test_a_donor_with_other_labels_is_not_learnt_from_itself(
    human: ExpressionView, mouse: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> None:
    """Where one donor's labels are turned around, its own cells are named by the other donors'."""
    types = human.cell_types.copy()
    last = np.flatnonzero(human.donors == "human3")
    turned = {"CL:1": "CL:2", "CL:2": "CL:3", "CL:3": "CL:1"}
    types[last] = [turned[key] for key in types[last]]
    found = predict_held_out(replace(human, cell_types=types), mouse, pairs, config, Quiet())
    assert found.right[found.donors == "human3"].mean() < 0.1


@pytest.mark.parametrize("donors", [["x"] * 150, [None] * 150, ["x"] * 149 + [None]])
def test_too_few_donors_are_refused(
    donors: list[str | None],
    human: ExpressionView,
    mouse: ExpressionView,
    pairs: Bipartite,
    config: CrossSpeciesConfig,
) -> None:
    """Without two donors, or with cells of none, no threshold can be learnt."""
    alone = replace(human, donors=np.array(donors, object))
    with pytest.raises(InputError, match="two at least and one for each cell"):
        predict_held_out(alone, mouse, pairs, config, Quiet())
