"""Reliability by bins counted by hand, and the interval of a share by the formula of its paper."""

import json
import math

import numpy as np
import pytest

from orthoweave.numerics.reliability import reliability, wilson


def test_reliability_counts_cells() -> None:
    """Bins without cells are left out; probability 1 is in the last one; the text is JSON."""
    found = reliability(np.array([0.05, 0.95, 1.0, 1.0]), np.array([False, True, True, False]))
    assert found.cells.tolist() == [1, 3]
    assert (found.low.tolist(), found.high.tolist()) == ([0.0, 0.9], [0.1, 1.0])
    assert found.right.tolist() == pytest.approx([0, 2 / 3])
    assert found.error == pytest.approx((0.05 + 3 * abs(2.95 / 3 - 2 / 3)) / 4)
    assert json.loads(str(found))["cells"] == [1, 3]


@pytest.mark.parametrize(("n_right", "n_cells"), [(0, 3), (8, 9), (500, 1000), (7, 7)])
def test_intervals_are_those_of_wilson(n_right: int, n_cells: int) -> None:
    """The ends are those of the formula of 1927."""
    z = 1.959963984540054
    share, square = n_right / n_cells, z * z / n_cells
    middle = (share + square / 2) / (1 + square)
    half = z * math.sqrt(share * (1 - share) / n_cells + square / n_cells / 4) / (1 + square)
    low, high = wilson(n_right, n_cells)
    assert (low, high) == pytest.approx((middle - half, middle + half), abs=1e-9)


def test_no_cells_have_no_interval() -> None:
    """A share of nothing is not known."""
    assert wilson(0, 0) == (None, None)
