"""Search for cells as the product does it, against FAISS called directly on the same index.

200,000 cells by default: vectors of `vector_search.py`, with 40 cell types that follow the topics,
four datasets of two species, and a second type for every tenth cell. Measured are the functions
behind ``orthoweave search cells``, with and without filters: by a text, where each type adds a
score of its own, and by likeness. FAISS is asked without a filter and without type scores for as
many hits in as many lists, in turns and on one thread. Times are processor time of the thread, so
that other processes do not count. The goal is 1.3 times the time of FAISS and 3 ms more, at a
recall no worse than that of FAISS without a filter.
Usage: ``python -m benchmarks.cell_search [CELLS]``.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import faiss
import numpy as np
from benchmarks.vector_search import make_vectors

from orthoweave.search.cell_rows import FoundCell
from orthoweave.search.cells import cells_by_likeness, cells_by_text
from orthoweave.search.spaces import CellGroup, Cells, Spaces
from orthoweave.vectors.faiss_build import build_index
from orthoweave.vectors.faiss_index import INDEX_FILE, FaissIndex, open_index

TYPES, K, QUERIES, ROUNDS = 40, 10, 40, 5
SPECIES: Final = {"d0": "human", "d1": "human", "d2": "mouse", "d3": "mouse"}
GOAL_RATIO, GOAL_MS = 1.3, 3.0


class MadeSpaces(Spaces):
    """Spaces of synthetic cells."""

    def __init__(self, index: FaissIndex, cells: Cells, types: np.ndarray) -> None:
        self.made = index
        self._subsets = {}
        self._cells = {"cell_text": cells}
        self.__dict__["type_vectors"] = ([f"t{number}" for number in range(TYPES)], types)
        self.query = types[:1]

    def index(self, space: str, of: str = "") -> FaissIndex:
        """Return the index of cells."""
        del space, of
        return self.made

    def encode(self, space: str, text: str) -> np.ndarray:
        """Return the vector of the text."""
        del space, text
        return self.query


def main() -> None:
    """Build, search both ways in turns, print a table and write the JSON."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    faiss.omp_set_num_threads(1)
    everything, topics = make_vectors(n + QUERIES)
    vectors, queries = everything[:n], everything[n:]
    cells, types = _cells(vectors, topics[:n])
    with TemporaryDirectory() as name:
        folder = Path(name)
        about = build_index([f"cell:{row:07d}" for row in range(n)], vectors, folder, seed=0)
        spaces = MadeSpaces(open_index(folder), cells, types)
        raw = faiss.read_index(str(folder / INDEX_FILE))
        rows = [_measure(spaces, raw, vectors, queries, *case) for case in _cases(cells)]
        exact = faiss.knn(queries, vectors, K, metric=faiss.METRIC_INNER_PRODUCT)[1]
        recall = _recall(exact, raw.search(queries, K)[1])
    machine = {"n": n, "k": K, "cores": os.cpu_count(), "about": about}
    result = {**machine, "faiss_recall": recall, "rows": rows}
    target = Path(__file__).parent / "results" / f"cell_search_{n}.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"{n:,} cells, FAISS alone: recall@{K} {recall:.3f}, nprobe {about.get('nprobe')}")
    print(
        "| search | filter | FAISS ms | product ms | goal ms | recall |\n|---|---|---|---|---|---|"
    )
    for row in rows:
        print(
            f"| {row['search']} | {row['filter']} | {row['faiss_ms']:.2f} | {row['ms']:.2f} "
            f"| {row['goal_ms']:.2f} | {row['recall']:.3f} |"
        )


def _cases(cells: Cells) -> list[tuple[str, str, np.ndarray]]:
    """List search, filter and the groups of cells that pass it."""

    def passing(test: Callable[[CellGroup], bool]) -> np.ndarray:
        return np.array([test(group) for group in cells.groups])

    filters = {
        "none": passing(lambda _: True),
        "species (50 %)": passing(lambda group: SPECIES[str(group.dataset)] == "human"),
        "dataset (25 %)": passing(lambda group: group.dataset == "d1"),
        "cell type (3 %)": passing(lambda group: "t7" in group.types),
        "type and dataset (1 %)": passing(lambda g: "t7" in g.types and g.dataset == "d1"),
    }
    kinds = ("text", "likeness")
    return [(kind, name, groups) for kind in kinds for name, groups in filters.items()]


def _measure(
    spaces: MadeSpaces,
    raw: Any,
    vectors: np.ndarray,
    queries: np.ndarray,
    kind: str,
    name: str,
    groups: np.ndarray,
) -> dict[str, Any]:
    allowed = np.flatnonzero(groups[spaces.cells().group])
    asked = queries if kind == "text" else vectors[allowed[:: len(allowed) // QUERIES][:QUERIES]]
    likes = allowed[:: len(allowed) // QUERIES][:QUERIES]

    def ours(number: int) -> list[FoundCell]:
        spaces.query = asked[number : number + 1]
        if kind == "text":
            return cells_by_text(spaces, asked[number], "", k=K, groups=groups)
        like = spaces.made.ids[int(likes[number])]
        return cells_by_likeness(spaces, asked[number], like, k=K, groups=groups)

    found = [[hit.row for hit in ours(number)] for number in range(len(asked))]
    exact = [
        _exact(spaces, vectors, asked[number], allowed, None if kind == "text" else likes[number])
        for number in range(len(asked))
    ]
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for number in range(len(asked)):
            started = time.thread_time()
            ours(number)
            between = time.thread_time()
            raw.search(asked[number : number + 1], K)
            times[0].append(between - started)
            times[1].append(time.thread_time() - between)
    mine, alone = (statistics.median(part) * 1000 for part in times)
    return {
        "search": kind,
        "filter": name,
        "cells": len(allowed),
        "ms": mine,
        "faiss_ms": alone,
        "goal_ms": GOAL_RATIO * alone + GOAL_MS,
        "recall": _recall(np.array(exact), found),
    }


def _exact(
    spaces: MadeSpaces,
    vectors: np.ndarray,
    query: np.ndarray,
    allowed: np.ndarray,
    like: int | None,
) -> np.ndarray:
    """Return the rows of the best cells by scoring every allowed cell."""
    scores = vectors @ query
    if like is None:
        keys, types = spaces.type_vectors
        of = dict(zip(keys, (types @ query).tolist(), strict=True))
        levels = [max(of[key] for key in group.types) for group in spaces.cells().groups]
        scores = scores + np.array(levels)[spaces.cells().group]
    else:
        scores[like] = -np.inf
    return allowed[np.argsort(-scores[allowed], kind="stable")[:K]]


def _cells(vectors: np.ndarray, topics: np.ndarray) -> tuple[Cells, np.ndarray]:
    """Make groups of cells, and a vector of each type: the mean of its cells, with noise."""
    rng = np.random.default_rng(1)
    first = topics % TYPES
    second = np.where(rng.random(len(topics)) < 0.1, rng.integers(0, TYPES, len(topics)), first)
    codes = (np.minimum(first, second) * TYPES + np.maximum(first, second)) * len(SPECIES)
    codes += rng.integers(0, len(SPECIES), len(topics))
    numbers, group = np.unique(codes, return_inverse=True)
    groups = []
    for code in numbers.tolist():
        types = sorted({code // len(SPECIES) // TYPES, code // len(SPECIES) % TYPES})
        groups.append(CellGroup(f"d{code % len(SPECIES)}", tuple(f"t{of}" for of in types)))
    means = np.stack([vectors[first == number].mean(axis=0) for number in range(TYPES)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    means += 0.05 * rng.normal(size=means.shape).astype(np.float32)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return Cells(groups, group.astype(np.int32), dict(SPECIES)), means.astype(np.float32)


def _recall(exact: np.ndarray, found: list[list[int]] | np.ndarray) -> float:
    pairs = zip(exact.tolist(), np.array(found).tolist(), strict=True)
    return float(np.mean([len(set(a) & set(b)) / K for a, b in pairs]))


if __name__ == "__main__":
    main()
