"""Rewired orthology keeps every degree and little else."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.models.controls import rewired
from orthoweave.views.orthology import Bipartite


def _pairs(edges: list[tuple[int, int]]) -> Bipartite:
    sources, targets = (np.array(ends, np.int64) for ends in zip(*edges, strict=True))
    source_names, target_names = (
        np.array([f"{letter}{i}" for i in range(ends.max() + 1)], object)
        for letter, ends in (("s", sources), ("t", targets))
    )
    kinds = np.full(len(edges), "many:many", object)
    return Bipartite(
        "S", "T", source_names, target_names, sources, targets, kinds, np.ones(len(edges), np.int64)
    )


@settings(deadline=None)
@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1), st.integers(0, 99))
def test_degrees_are_kept(edges: set[tuple[int, int]], seed: int) -> None:
    """Every gene has as many orthologs as before, no pair stands twice, a seed decides all."""
    pairs = _pairs(sorted(edges))
    found = rewired(pairs, seed)
    assert np.array_equal(found.source_index, pairs.source_index)
    assert np.array_equal(np.sort(found.target_index), np.sort(pairs.target_index))
    assert len(set(zip(found.source_index, found.target_index, strict=True))) == len(edges)
    assert np.array_equal(found.target_index, rewired(pairs, seed).target_index)


def test_few_true_pairs_are_left() -> None:
    """Of a thousand 1:1 pairs about one stays where it was, as in a random permutation."""
    pairs = _pairs([(i, i) for i in range(1000)])
    kept = [np.sum(rewired(pairs, seed).target_index == pairs.target_index) for seed in range(5)]
    assert np.mean(kept) < 5
