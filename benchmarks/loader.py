"""Batches of 256 random cells on 2,000 genes: ours, rows of a backed AnnData, and scDataset.

200,000 cells × 20,000 genes, 5 % dense, as an uncompressed h5ad and in a knowledge base. Timed are
batches as float32 CSR on 2,000 genes, opening included: `rows` takes 256 random rows of the backed
AnnData; `scdataset` is the library of that name on the same file, with its blocks of 16 and
of 1,000 cells and 64 batches in a fetch (it returns what a function of ours takes from AnnData);
`ours` are those of `CellBatches`, an epoch of them. Each in a process of its own, in turns; medians
are compared. scDataset, which is not a dependency, is left out where it is not installed. annbatch
needs Python 3.12. Usage: ``python -m benchmarks.loader [--cells 200000] [--repeat 3]``.
"""

import argparse
import importlib.util
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import scipy.sparse as sp
from benchmarks.synthetic import N_GENES, RESULTS, synthetic_h5ad, synthetic_kb
from benchmarks.view_size import DENSITY, peak_mb

SIZE, GENES, ROWS_BATCHES, LIBRARY_BATCHES, FETCH = 256, 2000, 12, 128, 64
GOALS = {"rows": 20.0, "library": 1.0, "peak_mb": 500}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", choices=[*WAYS], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measured(WAYS[arguments.one](arguments.cells))))
        return
    synthetic_kb(arguments.cells, DENSITY)
    library = importlib.util.find_spec("scdataset") is not None
    ways = [way for way in WAYS if library or not way.startswith("scdataset")]
    runs = [{way: run(way, arguments.cells) for way in ways} for _ in range(arguments.repeat)]
    report(arguments.cells, ways, runs)


def chosen() -> np.ndarray:
    """Return the columns of the genes, increasing."""
    return np.sort(np.random.default_rng(0).choice(N_GENES, GENES, replace=False))


def ours(cells: int) -> Iterator[sp.csr_matrix]:
    """Yield an epoch of batches of the product."""
    from orthoweave.storage.published import open_published
    from orthoweave.views.reading.batches import open_batches
    from orthoweave.views.requests import BatchesRequest

    published = open_published(synthetic_kb(cells, DENSITY))
    measured_in = published.table("MEASURED_IN", ["from", "column"]).sort_by("column")
    genes = tuple(measured_in["from"].take(chosen()).to_pylist())
    batches = open_batches(published, BatchesRequest(("synthetic",), genes, "counts"))
    for batch in batches.batches(SIZE, seed=0):
        yield batch.values


def rows(cells: int) -> Iterator[sp.csr_matrix]:
    """Yield random rows of a backed AnnData."""
    import anndata

    table = anndata.read_h5ad(synthetic_h5ad(cells, N_GENES, DENSITY), backed="r")
    generator, columns = np.random.default_rng(0), chosen()
    for _ in range(ROWS_BATCHES):
        numbers = np.sort(generator.choice(cells, SIZE, replace=False))
        yield sp.csr_matrix(table.X[numbers])[:, columns]


def library(cells: int, block: int) -> Iterator[sp.csr_matrix]:
    """Yield batches of scDataset from the same AnnData."""
    import anndata
    from scdataset import BlockShuffling, scDataset

    table = anndata.read_h5ad(synthetic_h5ad(cells, N_GENES, DENSITY), backed="r")
    columns = chosen()

    def fetch(_: object, numbers: np.ndarray) -> sp.csr_matrix:
        order = np.argsort(numbers)
        found = sp.csr_matrix(table.X[np.asarray(numbers)[order]])[:, columns]
        return found[np.argsort(order)]

    made = scDataset(
        table,
        BlockShuffling(block_size=block),
        batch_size=SIZE,
        fetch_factor=FETCH,
        fetch_callback=fetch,
    )
    yield from itertools.islice(made, LIBRARY_BATCHES)


WAYS: dict[str, Callable[[int], Iterator[sp.csr_matrix]]] = {
    "ours": ours,
    "rows": rows,
    "scdataset 16": lambda cells: library(cells, 16),
    "scdataset 1000": lambda cells: library(cells, 1000),
}


def measured(batches: Iterator[sp.csr_matrix]) -> dict[str, float]:
    """Return the time of all batches, opening included, over their number."""
    began, processor = time.perf_counter(), time.process_time()
    n = 0
    for batch in batches:
        if batch.shape[1] != GENES:
            message = f"expected batches of {GENES} genes, found shape {batch.shape}"
            raise ValueError(message)
        n += 1
    return {
        "batches": n,
        "wall_ms": (time.perf_counter() - began) / n * 1000,
        "cpu_ms": (time.process_time() - processor) / n * 1000,
        "peak_mb": peak_mb(),
    }


def run(way: str, cells: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.loader", "--one", way, "--cells", str(cells)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(cells: int, ways: list[str], runs: list[dict[str, dict[str, float]]]) -> None:
    medians = {
        way: {name: statistics.median(run[way][name] for run in runs) for name in runs[0][way]}
        for way in ways
    }
    print("| way | wall ms a batch | CPU ms | peak MB | ours is faster (wall, CPU) |")
    print("|---|---|---|---|---|")
    for way, found in medians.items():
        faster = [found[kind] / medians["ours"][kind] for kind in ("wall_ms", "cpu_ms")]
        found["faster_wall"], found["faster_cpu"] = faster
        print(
            f"| {way} | {found['wall_ms']:.2f} | {found['cpu_ms']:.2f} | {found['peak_mb']:.0f} "
            f"| {faster[0]:.1f} ×, {faster[1]:.1f} × |"
        )
    result = {
        "cells": cells,
        "genes": N_GENES,
        "density": DENSITY,
        "batch": SIZE,
        "vocabulary": GENES,
        "repeats": len(runs),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "median": medians,
        "goals": GOALS,
    }
    path = RESULTS / "loader.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
