"""The exponential of compiled loops: its precision, and what lies beyond its range."""

from typing import Any

import numpy as np

from orthoweave.numerics.compiled import compiled
from orthoweave.numerics.exponential import exponential


def _all(values: Any, found: Any) -> None:
    for number in range(len(values)):
        found[number] = exponential(values[number])


def test_single_precision() -> None:
    """A float32 has seven digits over the whole range, and is bounded beyond it."""
    values = np.linspace(-86, 86, 100_001, dtype=np.float32)
    found = np.empty_like(values)
    compiled(_all)(values, found)
    assert np.abs(found / np.exp(values.astype(np.float64)) - 1).max() < 5e-7
    beyond = np.array([-1e30, -200, 0, 200], np.float32)
    found = np.empty_like(beyond)
    compiled(_all)(beyond, found)
    assert found[0] == found[1]
    assert 0 < found[0] < 1e-37
    assert found[2] == 1
    assert np.isfinite(found[3])


def test_double_precision() -> None:
    """A float64 is that of the library."""
    values = np.linspace(-700, 700, 1001)
    found = np.empty_like(values)
    compiled(_all)(values, found)
    np.testing.assert_allclose(found, np.exp(values), rtol=1e-15)
    assert exponential(1.5) == np.exp(1.5)
