"""Cell vectors from gene vectors: our kernels against a loop over cells in Python.

100,000 cells × 20,000 genes, 5 % dense, 384 dimensions. Three loops, each over a sample of the
cells and scaled up: as notebooks write it (every gene of a dense row, looked up by name), over
the genes that are expressed, and a careful one (top genes by numpy, as our kernels take them).
All are timed in this one run. Usage: ``python -m benchmarks.cell_vectors [CELLS]``.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import sparse

from orthoweave.numerics.cell_vectors import cell_vectors, gene_specificity, top_genes

GENES, DENSITY, DIMENSION, TOP, GOAL = 20_000, 0.05, 384, 100, 20
ROWS = 5_000


def main() -> None:
    """Time everything, check that the results agree, print a table and write the JSON."""
    cells = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rng = np.random.default_rng(0)
    blocks = [_counts(rng, min(ROWS, cells - start)) for start in range(0, cells, ROWS)]
    vectors = rng.normal(size=(GENES, DIMENSION)).astype(np.float32)
    vectors -= vectors.mean(axis=0)
    factors = gene_specificity(blocks[:2], GENES)
    top_genes(blocks[0][:1], factors)  # compiled outside the clock, as it is kept on disk
    cell_vectors(top_genes(blocks[0][:1], factors), vectors)

    started, spent = time.perf_counter(), time.process_time()
    ours = [cell_vectors(top_genes(block, factors, top=TOP), vectors).vectors for block in blocks]
    seconds, cpu = time.perf_counter() - started, time.process_time() - spent
    rate = cells / seconds

    loops = {
        "every gene of a dense row, looked up by name": (_by_name, 20),
        "expressed genes, one by one": (_expressed, 100),
        "top genes picked by numpy, one by one": (_top, 500),
    }
    by_loop: dict[str, dict[str, float]] = {}
    result = {
        "cells": cells,
        "genes": GENES,
        "density": DENSITY,
        "dimension": DIMENSION,
        "top_genes": TOP,
        "cells_per_second": rate,
        "cells_per_cpu_second": cells / cpu,
        "goal": GOAL,
        "cores": os.cpu_count(),
        "loops": by_loop,
    }
    print("| way | cells a second | ours is faster by | by CPU time |\n|---|---|---|---|")
    print(f"| orthoweave | {rate:,.0f} | 1 | 1 |")
    for name, (loop, sample) in loops.items():
        slow, slow_cpu, found = _time(loop, blocks[0][:sample], factors, vectors)
        if loop is not _expressed and not np.allclose(found, ours[0][:sample], atol=1e-4):
            message = f"{name}: the results differ"
            raise SystemExit(message)
        by_loop[name] = {
            "cells_per_second": slow,
            "ratio": rate / slow,
            "cpu_ratio": cells / cpu / slow_cpu,
        }
        print(f"| {name} | {slow:,.0f} | {rate / slow:,.0f} | {cells / cpu / slow_cpu:,.0f} |")
    target = Path(__file__).parent / "results" / "cell_vectors.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _counts(rng: np.random.Generator, rows: int) -> sparse.csr_matrix:
    each = int(GENES * DENSITY)
    stretch = GENES // each
    columns = np.arange(each) * stretch + rng.integers(0, stretch, (rows, each))
    values = rng.geometric(0.4, rows * each).astype(np.float32)
    pointers = np.arange(rows + 1) * each
    return sparse.csr_matrix(
        (values, columns.ravel().astype(np.int32), pointers), shape=(rows, GENES)
    )


Loop = Callable[[sparse.csr_matrix, np.ndarray, np.ndarray], np.ndarray]


def _time(
    loop: Loop, counts: sparse.csr_matrix, factors: np.ndarray, vectors: np.ndarray
) -> tuple[float, float, np.ndarray]:
    started, spent = time.perf_counter(), time.process_time()
    found = loop(counts, factors, vectors)
    seconds, cpu = time.perf_counter() - started, time.process_time() - spent
    return counts.shape[0] / seconds, counts.shape[0] / cpu, found


def _by_name(counts: sparse.csr_matrix, factors: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    names = [f"gene{number}" for number in range(GENES)]
    lookup = dict(zip(names, vectors, strict=True))
    factor = dict(zip(names, factors, strict=True))
    found = []
    for row in counts:
        dense = row.toarray().ravel()
        weights = {
            name: np.sqrt(value) * factor[name]
            for name, value in zip(names, dense, strict=True)
            if name in lookup and value > 0
        }
        heaviest = sorted(weights, key=lambda name: -weights[name])[:TOP]
        total = sum((weights[name] * lookup[name] for name in heaviest), np.zeros(DIMENSION))
        found.append(total / np.linalg.norm(total))
    return np.array(found)


def _expressed(counts: sparse.csr_matrix, factors: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    found = []
    for row in counts:
        total = np.zeros(DIMENSION, np.float32)
        for gene, value in zip(row.indices, row.data, strict=True):
            total += np.float32(np.sqrt(value) * factors[gene]) * vectors[gene]
        found.append(total / np.linalg.norm(total))
    return np.array(found)


def _top(counts: sparse.csr_matrix, factors: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    found = []
    for cell in range(counts.shape[0]):
        part = slice(counts.indptr[cell], counts.indptr[cell + 1])
        genes = counts.indices[part]
        weights = np.sqrt(counts.data[part]) * factors.astype(np.float32)[genes]
        total = np.zeros(DIMENSION, np.float32)
        for place in np.argsort(-weights, kind="stable")[:TOP]:
            total += weights[place] * vectors[genes[place]]
        found.append(total / np.linalg.norm(total))
    return np.array(found)


if __name__ == "__main__":
    main()
