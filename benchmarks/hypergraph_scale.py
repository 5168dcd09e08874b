"""Clusters of 100,000 cells × 2,000 genes by sampled walks: time and memory from end to end.

300 genes a cell, 20 planted groups. Alias tables, 10 walks of 30 steps from each cell, skip-gram,
k-means and Leiden, each timed by wall and by processor. Usage: ``python -m
benchmarks.hypergraph_scale [CELLS [WALK]]``.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from orthoweave.models.evaluation import adjusted_rand_index
from orthoweave.models.hypergraph_clusters.checks import checked_incidence
from orthoweave.models.hypergraph_clusters.clustering import k_means, neighbour_communities
from orthoweave.models.hypergraph_clusters.exponent import solve_exponent
from orthoweave.models.hypergraph_clusters.skip_gram import SkipGramConfig, skip_gram
from orthoweave.models.hypergraph_clusters.transitions import walk_steps
from orthoweave.models.hypergraph_clusters.walks import sampled_walks

GENES, EXPRESSED, GROUPS, WALKS, STEPS = 2000, 300, 20, 10, 30
GOAL_SECONDS, GOAL_BYTES = 600, 8 * 2**30


class Clock:
    """Wall and processor time of parts, one after another."""

    def __init__(self) -> None:
        self.parts: dict[str, tuple[float, float]] = {}
        self._last = time.perf_counter(), time.process_time()

    def done(self, name: str) -> None:
        """End a part."""
        now = time.perf_counter(), time.process_time()
        self.parts[name] = now[0] - self._last[0], now[1] - self._last[1]
        self._last = now
        print(f"| {name} | {self.parts[name][0]:.1f} | {self.parts[name][1]:.1f} |", flush=True)


def main() -> None:
    """Time every part, print a table and write the JSON."""
    cells = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    walk = sys.argv[2] if len(sys.argv) > 2 else "diphw"
    small, _ = planted(200, 1)
    embedded(small, walk, Clock())  # compiled outside the clock, as it is kept on disk
    values, groups = planted(cells, 0)
    print(
        f"{cells:,} cells, {values.nnz:,} values, {walk}\n| part | wall s | processor s |\n"
        "|---|---|---|",
        flush=True,
    )
    clock = Clock()
    vectors = embedded(values, walk, clock)
    by_means = k_means(vectors, GROUPS, 0)
    clock.done("k-means")
    by_leiden = neighbour_communities(vectors)
    clock.done("neighbours and Leiden")
    wall, spent = (sum(part[i] for part in clock.parts.values()) for i in (0, 1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    agreement = {
        "k_means": adjusted_rand_index(groups, by_means),
        "leiden": adjusted_rand_index(groups, by_leiden),
    }
    print(f"| all | {wall:.0f} | {spent:.0f} |\npeak {peak / 2**30:.2f} GiB, ARI {agreement}")
    result = {
        "cells": cells,
        "walk": walk,
        "values": values.nnz,
        "parts": clock.parts,
        "wall_seconds": wall,
        "processor_seconds": spent,
        "peak_bytes": peak,
        "goal_seconds": GOAL_SECONDS,
        "goal_bytes": GOAL_BYTES,
        "ari": agreement,
        "n_leiden": int(by_leiden.max()) + 1,
        "cores": os.cpu_count(),
    }
    name = f"hypergraph_scale_{walk}.json"
    path = Path(__file__).parent / "results" / name
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def embedded(values: sp.csr_matrix, walk: str, clock: Clock) -> np.ndarray:
    """Return the vectors of cells by sampled walks."""
    by_cell = checked_incidence(values).by_cell
    exponent = solve_exponent(by_cell)
    clock.done("checks and exponent")
    steps = walk_steps(by_cell, walk, exponent)
    clock.done("law of the walk")
    walks = sampled_walks(steps, by_cell, n_walks=WALKS, length=STEPS)
    clock.done("alias tables and walks")
    if walks.gave_up:
        print(f"{walks.gave_up:,} steps gave up", flush=True)
    vectors = skip_gram(walks.cells, by_cell.shape[0], SkipGramConfig())
    clock.done("skip-gram")
    return vectors


def planted(n_cells: int, seed: int) -> tuple[sp.csr_matrix, np.ndarray]:
    """Return log1p of counts per 10 000 of cells with 300 genes each, and their planted groups."""
    generator = np.random.default_rng(seed)
    common = generator.gamma(0.5, size=GENES)
    rates = np.stack(
        [common * np.where(generator.random(GENES) < 0.05, 40.0, 1.0) for _ in range(GROUPS)]
    )
    groups = generator.integers(0, GROUPS, n_cells)
    columns, counts = [], []
    for start in range(0, n_cells, 5000):
        rate = rates[groups[start : start + 5000]]
        # the smallest waiting times: genes drawn without replacement by their rates
        waits = generator.standard_exponential(rate.shape, np.float32) / (rate + 1e-3)
        chosen = np.sort(np.argpartition(waits, EXPRESSED, axis=1)[:, :EXPRESSED], axis=1)
        columns.append(chosen.astype(np.int32))
        counts.append(1 + generator.poisson(np.take_along_axis(rate, chosen, axis=1)))
    found = np.concatenate(counts).astype(np.float64)
    values = np.log1p(1e4 * found / found.sum(axis=1, keepdims=True)).astype(np.float32)
    pointers = np.arange(n_cells + 1) * EXPRESSED
    shape = (n_cells, GENES)
    return sp.csr_matrix((values.ravel(), np.concatenate(columns).ravel(), pointers), shape), groups


if __name__ == "__main__":
    main()
