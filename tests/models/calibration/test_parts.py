"""Composition, shift, support, verdicts, opinions and chances, each by a known answer."""

from dataclasses import replace

import numpy as np
import pytest
from tests.models.calibration.conftest import World

from orthoweave.models.calibration.chances import chance_right
from orthoweave.models.calibration.composition import class_means, composition, label_weights
from orthoweave.models.calibration.opinions import Opinions
from orthoweave.models.calibration.shift import Shift, gene_spread
from orthoweave.models.calibration.support import support_of
from orthoweave.models.calibration.verdicts import bounds, cell_verdicts, dataset_verdict
from orthoweave.models.probes.components import component_axes, components


def test_composition_is_found_again(world: World) -> None:
    """Shares of 70, 20 and 10 % are estimated within 0.05, from equal shares of known cells."""
    labels = world.reference.labels
    means = class_means(world.own(world.reference.values), labels, 3)
    types = np.repeat([0, 1, 2], [140, 40, 20])
    found = composition(means, world.own(world.draw(types, 5, 60)).mean(axis=0))
    np.testing.assert_allclose(found, [0.7, 0.2, 0.1], atol=0.05)
    assert found.sum() == pytest.approx(1)


def test_composition_of_a_class_without_cells() -> None:
    """A class that no known cell has is predicted as itself; no share is negative."""
    means = class_means(np.array([[0.9, 0.1], [0.8, 0.2]]), np.array([0, 0]), 2)
    assert means[1].tolist() == [0, 1]
    assert composition(means, np.array([0.95, 0.05])).min() >= 0


def test_weights_keep_a_floor() -> None:
    """A class that is estimated to be absent weighs a little; one without cells does not."""
    found = label_weights(np.array([1.0, 0.0, 0.0]), np.array([0.5, 0.5, 0.0]), 0.1)
    assert found[0] > found[1] > 0
    assert found[2] == 0


def test_spread_is_that_of_the_factors(world: World) -> None:
    """Factors of genes give their deviation; the same laboratory gives none, nor does depth."""
    types = np.arange(600) % 3
    values = world.draw(types, 3, 2000)
    factors = np.exp(np.random.default_rng(4).normal(0, 0.7, values.shape[1]))
    other = values.copy()
    other.data = np.log1p(np.expm1(other.data) * factors[other.indices])
    reference = world.reference
    everything = np.ones(values.shape[1], bool)
    known = (reference.values, reference.labels)
    assert gene_spread(*known, other, types, everything) == pytest.approx(0.7, abs=0.2)
    assert gene_spread(*known, values, types, everything) < 0.2
    assert gene_spread(*known, world.draw(types, 3, 50), types, everything) < 0.2


def test_distance_is_from_the_predicted_class(world: World) -> None:
    """Cells are nearer to their own class than to another, and farthest where none is allowed."""
    reference, types = world.reference, np.arange(90) % 3
    values = world.draw(types, 6)
    support = support_of(reference.values, reference.labels, values, seed=0)
    everyone = np.ones(240, bool)
    own = support.distances(values, types, everyone)
    wrong = support.distances(values, (types + 1) % 3, everyone)
    assert np.median(own) < 0.5 * np.median(wrong)
    assert (support.distances(values, types, ~everyone) == 2).all()


def test_what_a_laboratory_adds_to_all_is_taken_off(world: World) -> None:
    """A value added to some genes of all cells leaves distances nearly as they are."""
    reference, types = world.reference, np.arange(90) % 3
    values = world.draw(types, 6)
    moved = values.toarray()
    moved[:, ::5] += 1.5
    everyone = np.ones(240, bool)
    medians = []
    for cells in (values, type(values)(moved)):
        support = support_of(reference.values, reference.labels, cells, seed=0)
        medians.append(np.median(support.distances(cells, types, everyone)))
    assert medians[1] == pytest.approx(medians[0], abs=0.1)


def test_bounds_of_a_small_class_are_those_of_all() -> None:
    """Five cells give no quantile of their own."""
    distance = np.concatenate([np.linspace(0, 1, 101), np.full(5, 9.0)])
    predicted = np.repeat([0, 1], [101, 5])
    found = bounds(distance, predicted, 3, 0.5)
    assert found[0] == 0.5
    assert found[1] == found[2] == np.quantile(distance, 0.5)


def test_verdicts_by_hand() -> None:
    """Near up to the first bound, outside beyond the second; the dataset has its middle cell's."""
    same = Shift(1.0, 1.0, 0.3, 0.2, 0.1)
    found = cell_verdicts(np.array([0.1, 0.5, 0.9]), np.full(3, 0.2), np.full(3, 0.6))
    assert found.tolist() == ["near", "far", "outside"]
    for cells, verdict in (("nnf", "near"), ("nfo", "far"), ("noo", "outside"), ("noof", "far")):
        names = {"n": "near", "f": "far", "o": "outside"}
        assert dataset_verdict(np.array([names[one] for one in cells], object), same) == verdict


@pytest.mark.parametrize("odd", [{"spread": 0.8}, {"depth": 0.4}, {"genes": 0.7}])
def test_a_dataset_of_another_kind_is_not_near(odd: dict[str, float]) -> None:
    """Genes measured apart, few molecules or few genes make it far, whatever its cells."""
    shift = replace(Shift(1.0, 1.0, 0.3, 0.2, 0.1), **odd)
    assert dataset_verdict(np.full(9, "near", object), shift) == "far"
    assert dataset_verdict(np.full(9, "outside", object), shift) == "outside"


def test_confidence_is_that_of_the_less_sure() -> None:
    """Cells are named by the mean or by the plain classifier; the lower probability counts."""
    opinions = Opinions(np.array([[0.9, 0.1]]), np.array([[0.4, 0.6]]))
    for choice, label, confidence in (("both", 0, 0.4), ("plain", 1, 0.1)):
        predicted, found = opinions.judged(choice)  # type: ignore[arg-type]
        assert predicted.tolist() == [label]
        assert found.tolist() == [confidence]


def test_a_class_can_be_taken_away() -> None:
    """The others share its probability; nothing is left of a cell that was sure."""
    rest = Opinions(np.array([[0.5, 0.3, 0.2]]), np.array([[1.0, 0.0, 0.0]])).without(np.array([0]))
    np.testing.assert_allclose(rest.own, [[0, 0.6, 0.4]])
    assert rest.plain.tolist() == [[0, 0, 0]]


def test_chance_never_falls_with_confidence() -> None:
    """Steps are pooled where shares fall, and weights count."""
    confidence = np.array([0.1, 0.2, 0.3, 0.4])
    right = np.array([0, 1, 0, 1], bool)
    found = chance_right(confidence, right, np.ones(4), np.array([0.05, 0.15, 0.25, 0.35, 0.9]))
    assert found.tolist() == [0, 0, 0.5, 0.5, 1]
    heavy = chance_right(confidence, right, np.array([1, 3, 1, 1.0]), np.array([0.25]))
    assert heavy.tolist() == [0.75]
    assert chance_right(np.zeros(0), np.zeros(0, bool), np.zeros(0), np.ones(2)).tolist() == [0, 0]


def test_axes_are_those_of_the_components(world: World) -> None:
    """Cells less their mean, along the axes, are their components."""
    values = world.reference.values
    mean, axes = component_axes(values, 5)
    (expected,) = components(values, n_components=5)
    np.testing.assert_allclose((values - mean) @ axes.T, expected, atol=1e-4)
