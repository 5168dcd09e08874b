"""A view of 2,000 genes of a large dataset, against one bare pass over the same matrix.

200,000 cells × 20,000 genes, 5 % dense, ingested and built by the ordinary jobs. The view is the
2,000 most variable genes as log1p of counts per 10 000: two passes, and the tables of the cells.
Two bare passes are measured beside it, in turns: `read` reads the blocks of 5,000 cells with zarr
and does nothing with them; `sum` normalises them too and sums the logarithms by gene, as the bare
pass of ``ingest_h5ad`` does. `whole` is the view as it was read before: all values at once, by the
witness of the tests. Each step runs in a process of its own, once uncounted on a small matrix, so
that neither imports nor compiled kernels are timed; medians are compared. Memory is that of a
process that reads the view alone.
Usage: ``python -m benchmarks.view_size [--cells 200000] [--repeat 3] [--whole]``.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from benchmarks.synthetic import N_GENES, RESULTS, synthetic_kb

from orthoweave.storage.matrix import open_matrix
from orthoweave.storage.published import Published, open_published
from orthoweave.views.reading.expression import read_expression
from orthoweave.views.requests import ExpressionRequest

DENSITY, TOP, SMALL = 0.05, 2000, 2000
REQUEST = ExpressionRequest("synthetic", "log1p_cp10k", top_genes=TOP)
GOAL_RATIO, GOAL_MB = 1.3, 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--whole", action="store_true", help="measure the former way too")
    parser.add_argument("--one", choices=[*STEPS], help=argparse.SUPPRESS)
    parser.add_argument("--cold", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        if not arguments.cold:
            STEPS[arguments.one](open_published(synthetic_kb(SMALL, DENSITY)))
        published = open_published(synthetic_kb(arguments.cells, DENSITY))
        print(json.dumps(measured(STEPS[arguments.one], published)))
        return
    for cells in (SMALL, arguments.cells):
        synthetic_kb(cells, DENSITY)
    steps = [step for step in STEPS if step != "whole" or arguments.whole]
    runs = [{step: run(step, arguments.cells) for step in steps} for _ in range(arguments.repeat)]
    cold = {step: run(step, arguments.cells, "--cold") for step in steps if step != "sum"}
    report(arguments.cells, runs, {step: one["peak_mb"] for step, one in cold.items()})


def view(published: Published) -> None:
    """Read the view."""
    read_expression(published, REQUEST)


def read(published: Published) -> None:
    """Read all blocks, and do nothing with them."""
    for _ in open_matrix(published.matrix("synthetic")).blocks():
        pass


def sum_up(published: Published) -> None:
    """Normalise all blocks and sum the logarithms by gene, with scipy's operations."""
    sums = np.zeros(N_GENES)
    for _, block in open_matrix(published.matrix("synthetic")).blocks():
        factor = 10_000 / np.asarray(block.sum(axis=1)).ravel()
        scaled = sp.csr_matrix(sp.diags(factor) @ block).log1p()
        sums += np.asarray(scaled.sum(axis=0)).ravel()


def whole(published: Published) -> None:
    """Read the view by way of the whole matrix."""
    from tests.support.plain_views import plain_expression

    plain_expression(published, REQUEST)


STEPS: dict[str, Callable[[Published], None]] = {
    "read": read,
    "sum": sum_up,
    "view": view,
    "whole": whole,
}


def measured(step: Callable[[Published], None], published: Published) -> dict[str, float]:
    began, processor = time.perf_counter(), time.process_time()
    step(published)
    return {
        "wall_s": time.perf_counter() - began,
        "cpu_s": time.process_time() - processor,
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float:
    """Return the peak resident memory of this process, without that of the one that began it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024 / 1e6


def run(step: str, cells: int, *more: str) -> dict[str, float]:
    module = [sys.executable, "-m", "benchmarks.view_size"]
    command = [*module, "--one", step, "--cells", str(cells), *more]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(cells: int, runs: list[dict[str, dict[str, float]]], peak: dict[str, float]) -> None:
    medians = {
        step: {name: statistics.median(run[step][name] for run in runs) for name in times}
        for step, times in runs[0].items()
    }
    print("| step | wall s | CPU s | peak MB |\n|---|---|---|---|")
    for step, found in medians.items():
        print(
            f"| {step} | {found['wall_s']:.2f} | {found['cpu_s']:.2f} | {peak.get(step, 0):.0f} |"
        )
    ratios = {
        f"{kind}, against {step}": medians["view"][kind] / medians[step][kind]
        for step in ("read", "sum")
        for kind in ("wall_s", "cpu_s")
    }
    for name, ratio in ratios.items():
        print(f"ratio by {name}: {ratio:.2f} (goal {GOAL_RATIO})")
    result = {
        "cells": cells,
        "genes": N_GENES,
        "density": DENSITY,
        "top_genes": TOP,
        "repeats": len(runs),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "median": medians,
        "peak_mb": peak,
        "ratio": ratios,
        "goal": {"ratio": GOAL_RATIO, "peak_mb": GOAL_MB},
    }
    path = RESULTS / "view_size.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
