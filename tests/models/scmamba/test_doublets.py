"""Doublets: sums of counts, halves that keep donors apart, and the expected rate."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.models.scmamba.doublets import added, expected_chance, halves_of
from orthoweave.models.scmamba.inputs import profiles_of
from orthoweave.views.requests import Views


def test_counts_are_added(make_views: Callable[..., Views]) -> None:
    """A doublet has the counts and the total of its two cells, not means of logarithms."""
    profiles = profiles_of(make_views().expression("cells"))
    pairs = np.array([[0, 5], [7, 7]])
    found = added(profiles, pairs)
    counts = profiles.counts.toarray()
    np.testing.assert_array_equal(found.counts.toarray(), counts[[0, 7]] + counts[[5, 7]])
    np.testing.assert_array_equal(found.totals, profiles.totals[[0, 7]] + profiles.totals[[5, 7]])
    own = np.log1p(1e4 * found.counts.toarray() / found.totals[:, None])
    np.testing.assert_allclose(found.values.toarray(), own, rtol=1e-5)


def test_halves_have_half_of_each_donor(config: ScMambaConfig) -> None:
    """Each half has half of the cells of each donor, and pairs of one donor of its own cells."""
    donors = np.array(["a"] * 30 + ["b"] * 20 + ["c"] * 15, object)
    first, second = halves_of(donors, replace(config, simulated=2.0), 0)
    assert sorted([*first.cells, *second.cells]) == list(range(65))
    for half in (first, second):
        assert (donors[half.cells] == "a").sum() == 15
        assert (donors[half.cells] == "b").sum() == 10
        assert len(half.pairs) == 2 * len(half.cells)
        assert set(half.pairs.ravel()) <= set(half.cells)
        assert (donors[half.pairs[:, 0]] == donors[half.pairs[:, 1]]).all()


def test_halves_without_donors_are_random(config: ScMambaConfig) -> None:
    """Cells without a donor are split at random, the same for a seed."""
    donors = np.full(41, None, object)
    first, second = halves_of(donors, config, 3)
    assert {len(first.cells), len(second.cells)} == {20, 21}
    again = halves_of(donors, config, 3)[0]
    assert (again.cells == first.cells).all()
    assert (again.pairs == first.pairs).all()


def test_the_expected_rate_moves_chances() -> None:
    """Odds are multiplied by the odds of the expected rate over those of the training."""
    chance = np.array([0.0, 0.5, 0.9, 1.0])
    found = expected_chance(chance, 2.0, 0.1)
    assert found[1] == pytest.approx((1 / 2 / 9) / (1 + 1 / 2 / 9))
    assert (np.diff(found) > 0).all()
    np.testing.assert_allclose(expected_chance(chance, 1.0, 0.5)[1:3], chance[1:3])
