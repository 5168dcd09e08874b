"""Scales: each has one description, which all that reads values follows."""

from typing import get_args

import numpy as np
import pytest

from orthoweave.numerics.scaled import linear
from orthoweave.scales import COUNTS, DECLARED, logged_scale, shown_scale
from orthoweave.views.expression import Scale


def test_views_know_every_scale() -> None:
    """The type that checks code against scales names them all, and no other."""
    assert set(get_args(Scale)) == {COUNTS, *DECLARED}


@pytest.mark.parametrize("scale", DECLARED)
def test_logarithms_are_of_values_plus_one(scale: str) -> None:
    """A declared base takes a logarithm back; other values stay."""
    values = np.array([0.0, 0.5, 3.0, 700.0])
    base = DECLARED[scale].base
    stored = values if base is None else np.log(values + 1) / np.log(base)
    assert np.allclose(linear(stored, scale), values)
    assert DECLARED[scale].linear == (scale in {"tpm", "fpkm"})


def test_models_read_logarithms() -> None:
    """Linear values have a scale of logarithms; counts that which is shown; others stay."""
    assert logged_scale("fpkm").name == "log2_fpkm"
    assert logged_scale(None) is shown_scale(COUNTS)
    for name in DECLARED:
        assert logged_scale(name).name in {name, f"log2_{name}"}
