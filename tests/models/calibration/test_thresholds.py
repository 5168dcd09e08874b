"""Thresholds: by hand, and never below the precision that is asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.models.calibration.thresholds import NEVER, threshold

LEVELS = [0.3, 0.5, 0.7, 0.9]


def test_threshold_by_hand() -> None:
    """Of five cells the surest three are right: they are named, and no more, if all must be."""
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, True, False, True])
    one = np.ones(5)
    assert threshold(confidence, right, one, one, 1.0) == 0.7
    assert threshold(confidence, right, one, one, 0.8) == 0.5


def test_out_of_reach_names_nothing() -> None:
    """If no confidence reaches the precision, no threshold does."""
    one = np.ones(2)
    assert threshold(np.array([0.9, 0.8]), np.array([False, True]), one, one, 0.9) == NEVER
    assert threshold(np.zeros(0), np.zeros(0, bool), np.zeros(0), np.zeros(0), 0.9) == NEVER


def test_the_worst_fold_decides() -> None:
    """Enough cells are right in all, but not among those of the second donor."""
    confidence = np.array([0.9, 0.9, 0.9, 0.9, 0.8, 0.8])
    right = np.array([True, True, True, True, True, False])
    folds = np.array([0, 0, 0, 1, 0, 1])
    assert threshold(confidence, right, np.ones(6), np.zeros(6), 0.8) == 0.8
    assert threshold(confidence, right, np.ones(6), folds, 0.8) == 0.9


def test_weights_count_cells() -> None:
    """A wrong cell of no weight does not matter, one of great weight does."""
    confidence, right = np.array([0.9, 0.8]), np.array([True, False])
    folds = np.zeros(2)
    assert threshold(confidence, right, np.array([1.0, 0.0]), folds, 0.9) == 0.9
    assert threshold(confidence, right, np.array([10.0, 1.0]), folds, 0.9) == 0.8
    assert threshold(confidence, right, np.array([1.0, 10.0]), folds, 0.9) == 0.9


@given(
    st.lists(
        st.tuples(st.sampled_from(LEVELS), st.booleans(), st.integers(0, 2), st.integers(0, 3)),
        min_size=1,
    ),
    st.floats(0, 1),
)
def test_threshold_names_as_many_as_it_may(
    cells: list[tuple[float, bool, int, int]], precision: float
) -> None:
    """It holds for all and for each fold, and no lower level does."""
    confidence, right, folds, weights = (np.array(column) for column in zip(*cells, strict=True))

    def holds(bound: float) -> bool:
        named = (confidence >= bound) & (weights > 0)
        groups = [named, *(named & (folds == fold) for fold in range(3))]
        return bool(named.any()) and all(
            (weights * right)[group].sum() >= (precision - 1e-12) * weights[group].sum()
            for group in groups
        )

    levels = sorted(set(confidence[weights > 0].tolist()))
    expected = [level for level in levels if holds(level)]
    found = threshold(confidence, right, weights.astype(float), folds, precision)
    assert found == pytest.approx(min(expected, default=NEVER))
