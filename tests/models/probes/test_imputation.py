"""Plain ways to fill missing values, against loops, and on data of a low rank."""

import numpy as np

from orthoweave.models.probes.imputation import by_low_rank, by_mean, by_nearest

RANDOM = np.random.default_rng(0)
AXES = RANDOM.normal(size=(3, 25))
KNOWN = (RANDOM.normal(size=(80, 3)) @ AXES).astype(np.float32)
OWN = (RANDOM.normal(size=(12, 3)) @ AXES).astype(np.float32)
VISIBLE = RANDOM.random((12, 25)) < 0.6


def test_visible_values_stay_and_hidden_ones_are_not_read() -> None:
    """Whatever stands in the place of a missing value."""
    other = np.where(VISIBLE, OWN, 1e4).astype(np.float32)
    for fill in (by_mean, by_nearest, by_low_rank):
        found = fill(KNOWN, OWN, VISIBLE)
        assert np.array_equal(found[VISIBLE], OWN[VISIBLE])
        assert np.array_equal(fill(KNOWN, other, VISIBLE), found)


def test_the_nearest_samples_are_those_of_a_loop() -> None:
    """By distance over the visible genes."""
    found = by_nearest(KNOWN, OWN, VISIBLE, nearest=4)
    for row, seen in enumerate(VISIBLE):
        distance = ((KNOWN[:, seen] - OWN[row, seen]) ** 2).sum(axis=1)
        wanted = KNOWN[np.argsort(distance)[:4]].mean(axis=0)
        np.testing.assert_allclose(found[row, ~seen], wanted[~seen], rtol=1e-5)


def test_a_low_rank_is_found() -> None:
    """Values of three programmes are filled as they were; the mean is far off."""
    found = by_low_rank(KNOWN, OWN, VISIBLE, rank=3)
    error = np.abs(found - OWN)[~VISIBLE].mean()
    assert error < 0.1 * np.abs(by_mean(KNOWN, OWN, VISIBLE) - OWN)[~VISIBLE].mean()
