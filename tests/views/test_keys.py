"""Membership of keys."""

import numpy as np

from orthoweave.views.keys import is_among


def test_membership_is_numpys() -> None:
    """The mask is that of numpy, for texts, None, repeated and no keys."""
    random = np.random.default_rng(0)
    names = np.array([None, *(f"g{number}" for number in range(50))], object)
    keys, wanted = random.choice(names, 200), random.choice(names, 20)
    assert is_among(keys, wanted).tolist() == np.isin(keys, wanted).tolist()
    assert is_among(keys, keys[:0]).tolist() == [False] * 200
    assert is_among(keys[:0], wanted).tolist() == []
