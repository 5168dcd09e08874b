"""Groups of cells: every cell is in the group of its dataset and its set of types."""

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.search.spaces import _group

CELLS = st.lists(
    st.tuples(st.integers(-1, 2), st.lists(st.integers(0, 3), max_size=4)), min_size=1, max_size=30
)


@given(CELLS)
def test_groups_are_datasets_with_sets_of_types(cells: list[tuple[int, list[int]]]) -> None:
    """Two cells share a group exactly if they share dataset and set of types, in any order."""
    pairs = [(row, of) for row, (_, types) in enumerate(cells) for of in types]
    number, members = _group(
        np.array([dataset for dataset, _ in cells]),
        np.array(pairs, np.int64).reshape(-1, 2)[::-1],
        n_types=4,
    )
    by_group = defaultdict(set)
    for row, (dataset, types) in enumerate(cells):
        by_group[int(number[row])].add((dataset, tuple(sorted(set(types)))))
    assert {group: {members[group]} for group in by_group} == dict(by_group)
    assert sorted(by_group) == list(range(len(members)))
