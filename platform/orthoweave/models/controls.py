"""Controls that destroy the signal and keep everything else."""

from dataclasses import replace

import numpy as np

from orthoweave.views.orthology import Bipartite

_SWAPS = 10


def rewired(pairs: Bipartite, seed: int) -> Bipartite:
    """Return random orthology in which every gene keeps its number of orthologs.

    Double edge swaps: of two edges a-b and c-d become a-d and c-b unless one exists already;
    ten tries for each edge. Cardinality and support stay with the source gene's edge.
    Maslov and Sneppen, Specificity and stability in topology of protein networks, 2002,
    doi:10.1126/science.1065103.
    """
    random = np.random.default_rng(seed)
    sources, targets = pairs.source_index.tolist(), pairs.target_index.tolist()
    there = set(zip(sources, targets, strict=True))
    for first, second in random.integers(
        0, max(len(sources), 1), (_SWAPS * len(sources), 2)
    ).tolist():
        a, b, c, d = sources[first], targets[first], sources[second], targets[second]
        if a == c or b == d or (a, d) in there or (c, b) in there:
            continue
        there -= {(a, b), (c, d)}
        there |= {(a, d), (c, b)}
        targets[first], targets[second] = d, b
    return replace(pairs, target_index=np.array(targets, np.int64))
