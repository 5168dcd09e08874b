"""Cluster cells with several seeds to measure the stability of clusters."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.models.base import RunContext
from orthoweave.models.hypergraph_clusters.checks import checked_incidence
from orthoweave.models.hypergraph_clusters.clustering import central, check_n_clusters, stability
from orthoweave.models.hypergraph_clusters.config import (
    HypergraphClustersConfig,
    clustered,
    walk_config,
)
from orthoweave.models.hypergraph_clusters.embedding import (
    Embedding,
    WalkConfig,
    embed,
    exponent_for,
    method_for,
)
from orthoweave.models.hypergraph_clusters.results import Clusters

MOST_SEEDS: Final = 10
"""Clusterings, unless a number is given."""
MOST_WALKED: Final = 3
"""The same where each makes its own walks."""
# adjusted Rand index of two clusterings that makes a third one needless
_AGREEMENT: Final = 0.9
TOGETHER: Final = 2
"""Trainings side by side, each of which keeps its walks in memory."""


def fit_clusters(
    values: sp.csr_matrix, config: HypergraphClustersConfig, context: RunContext
) -> Clusters:
    """Cluster cells by walks, once for each seed; continue from the context's checkpoint.

    The closed form is the same for all seeds, so they differ by the clustering alone; landmarks are
    drawn again for each, and so are sampled walks. Unless a number is given, these are made twice,
    and a third time if the two clusterings do not agree.

    Parameters
    ----------
    values
        log1p of counts per 10 000, shape ``(n_cells, n_genes)``.
    """
    incidence = checked_incidence(values)
    by_cell = incidence.by_cell
    n_cells = by_cell.shape[0]
    walk = walk_config(config, n_cells)
    if config.n_clusters is not None:
        check_n_clusters(config.n_clusters, n_cells)
    exponent = exponent_for(by_cell, walk)
    method = method_for(walk, n_cells)
    state = context.checkpoint.load() or _empty(n_cells)
    most = config.seeds or (MOST_WALKED if method == "skip_gram" else MOST_SEEDS)
    done = len(state["partitions"])
    numbers = range(done, most)
    with context.progress.task("clusterings", most) as task:
        task.advance(done)
        seeds = [config.seed + number for number in numbers]
        made = _embeddings(by_cell, walk, exponent, seeds)
        for seed in seeds:
            if config.seeds is None and method == "skip_gram" and _agree(state["partitions"]):
                break
            found = next(made)
            clusters = clustered(found.vectors, config, seed)
            state = _with(state, found, clusters)
            if method != "closed_form":
                context.checkpoint.save(state)
            task.advance()
    partitions = state["partitions"]
    occupancy = state["occupancy"] / len(partitions)
    chosen = central(list(partitions))
    return Clusters(
        incidence,
        partitions,
        chosen,
        occupancy,
        exponent,
        int(state["gave_up"][0]),
        state["vectors"][0 if method == "closed_form" else chosen],
    )


def _embeddings(
    by_cell: sp.csr_matrix, walk: WalkConfig, exponent: float | None, seeds: Sequence[int]
) -> Iterator[Embedding]:
    """Yield the embedding of each seed."""
    method = method_for(walk, by_cell.shape[0])
    if method == "closed_form" and seeds:
        yield from repeat(embed(by_cell, walk, exponent, seeds[0]), len(seeds))
    elif method == "skip_gram":
        # its training is one thread, outside the interpreter's lock
        for start in range(0, len(seeds), TOGETHER):
            with ThreadPoolExecutor(TOGETHER, thread_name_prefix="walks") as pool:
                part = seeds[start : start + TOGETHER]
                yield from pool.map(lambda seed: embed(by_cell, walk, exponent, seed), part)
    else:
        yield from (embed(by_cell, walk, exponent, seed) for seed in seeds)


def _agree(partitions: np.ndarray) -> bool:
    return len(partitions) > 1 and stability(list(partitions)) >= _AGREEMENT


def _with(
    state: dict[str, np.ndarray], found: Embedding, clusters: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the state with one more clustering."""
    vectors = state["vectors"]
    if not len(vectors):
        vectors = found.vectors.astype(np.float32)[None]
    elif found.method != "closed_form":  # which is the same for all seeds
        vectors = np.concatenate([vectors, found.vectors.astype(np.float32)[None]])
    return {
        "partitions": np.vstack([state["partitions"], clusters]),
        "occupancy": state["occupancy"] + found.occupancy,
        "gave_up": state["gave_up"] + found.gave_up,
        "vectors": vectors,
    }


def _empty(n_cells: int) -> dict[str, np.ndarray]:
    return {
        "partitions": np.empty((0, n_cells), np.int64),
        "occupancy": np.zeros(n_cells),
        "gave_up": np.zeros(1, np.int64),
        "vectors": np.empty((0, n_cells, 0), np.float32),
    }
