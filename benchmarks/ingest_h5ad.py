"""Ingest of an h5ad against a bare pass over the same blocks, in one run.

    python -m benchmarks.ingest_h5ad [--cells 200000] [--genes 20000] [--density 0.05] [--repeat 3]

The bare pass reads blocks of 5,000 cells with h5py, makes a scipy matrix, normalises it to 10,000
counts a cell, takes log1p, and sums the values by gene: nothing is checked, ranked, written or
kept. It is timed in two forms: `plain`, as people write it with scipy's operations, and
`in place`, which changes the values of the block where they are. Both use one core. The ingest is
everything: checksum of the file, checks, totals, sums by cell type, top genes, compressed matrix,
tables, ledger, on disk and synced; it uses the cores there are. Each repeat runs all three in
turn, each in its own process that has done the same on a small file before, uncounted, so
that neither imports nor compiled kernels are timed; the medians are compared. Peak memory is of
the ingest's whole process. The ratio is fair on an otherwise idle machine only: who uses two cores
suffers more from neighbours than who uses one. `load` in the result says how idle it was.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import scipy.sparse as sp
from benchmarks.synthetic import RESULTS, WORK, synthetic_h5ad

ROWS = 5_000
# cells of the file that each process warms up on
SMALL = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=200_000)
    parser.add_argument("--genes", type=int, default=20_000)
    parser.add_argument("--density", type=float, default=0.05)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", choices=[*STEPS], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        run = STEPS[arguments.one]
        run(synthetic_h5ad(SMALL, arguments.genes, arguments.density))
        print(json.dumps(measure(run, arguments.file)))
        return
    path = synthetic_h5ad(arguments.cells, arguments.genes, arguments.density)
    load = [os.getloadavg()[0]]
    # once for the page cache, uncounted
    for step in STEPS:
        run_step(step, path, arguments)
    runs = [
        {step: run_step(step, path, arguments) for step in STEPS} for _ in range(arguments.repeat)
    ]
    report(arguments, path, runs, [*load, os.getloadavg()[0]])


def plain(path: Path) -> None:
    """Make a bare pass with scipy's operations."""
    with h5py.File(path, "r") as file:
        n_cells, n_genes = (int(edge) for edge in file["X"].attrs["shape"])
        sums = np.zeros(n_genes)
        for start in range(0, n_cells, ROWS):
            block = read_block(file, start, min(start + ROWS, n_cells), n_genes)
            factor = 10_000 / np.asarray(block.sum(axis=1)).ravel()
            scaled = sp.csr_matrix(sp.diags(factor) @ block).log1p()
            sums += np.asarray(scaled.sum(axis=0)).ravel()


def in_place(path: Path) -> None:
    """Make a bare pass that changes each block's values in place."""
    with h5py.File(path, "r") as file:
        n_cells, n_genes = (int(edge) for edge in file["X"].attrs["shape"])
        sums = np.zeros(n_genes)
        for start in range(0, n_cells, ROWS):
            block = read_block(file, start, min(start + ROWS, n_cells), n_genes)
            factor = (10_000 / np.asarray(block.sum(axis=1)).ravel()).astype(np.float32)
            block.data *= np.repeat(factor, np.diff(block.indptr))
            np.log1p(block.data, out=block.data)
            sums += np.asarray(block.sum(axis=0)).ravel()


def whole(path: Path) -> None:
    """Run the whole ingest job."""
    from orthoweave.jobs.discover import find_job
    from orthoweave.jobs.ingest import ingest
    from orthoweave.progress import Quiet
    from orthoweave.settings import Settings
    from orthoweave.storage.layout import Layout

    folder = WORK / "kb-ingest-h5ad"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        ingest(
            Layout(folder), find_job(Settings(), "cell_gene"), [path], {"species": "human"}, Quiet()
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


STEPS: dict[str, Callable[[Path], None]] = {"plain": plain, "in place": in_place, "ingest": whole}


def read_block(file: h5py.File, start: int, stop: int, n_genes: int) -> sp.csr_matrix:
    matrix = file["X"]
    indptr = matrix["indptr"][start : stop + 1]
    part = slice(indptr[0], indptr[-1])
    parts = (matrix["data"][part], matrix["indices"][part], indptr - indptr[0])
    return sp.csr_matrix(parts, shape=(stop - start, n_genes))


def measure(step: Callable[[Path], None], path: Path) -> dict[str, float]:
    began, processor = time.perf_counter(), time.process_time()
    step(path)
    return {
        "wall_s": time.perf_counter() - began,
        "cpu_s": time.process_time() - processor,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def run_step(step: str, path: Path, arguments: argparse.Namespace) -> dict[str, float]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.ingest_h5ad",
        "--one",
        step,
        "--file",
        str(path),
        "--genes",
        str(arguments.genes),
        "--density",
        str(arguments.density),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def report(
    arguments: argparse.Namespace,
    path: Path,
    runs: list[dict[str, dict[str, float]]],
    load: list[float],
) -> None:
    median = {
        step: {
            name: round(statistics.median(run[step][name] for run in runs), 3)
            for name in ("wall_s", "cpu_s", "peak_rss_mb")
        }
        for step in STEPS
    }
    ratios = {
        f"wall, against {step}": round(median["ingest"]["wall_s"] / median[step]["wall_s"], 2)
        for step in ("plain", "in place")
    }
    result = {
        "benchmark": "ingest_h5ad",
        "cells": arguments.cells,
        "genes": arguments.genes,
        "density": arguments.density,
        "file_bytes": path.stat().st_size,
        "repeats": arguments.repeat,
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "load": load,
        "median": median,
        "ratio": ratios,
        "runs": runs,
        "reach": {"ratio": 1.5, "peak_rss_mb": 1500},
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(result, indent=1)
    (RESULTS / "ingest_h5ad.json").write_text(text + "\n", encoding="utf-8")
    print(f"{'':10s}{'wall s':>10s}{'CPU s':>10s}{'peak MB':>10s}")
    for step, values in median.items():
        print(f"{step:10s}" + "".join(f"{value:10.2f}" for value in values.values()))
    for name, ratio in ratios.items():
        print(f"ratio of {name}: {ratio:.2f} (to reach: 1.5)")


if __name__ == "__main__":
    main()
