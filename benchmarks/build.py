"""What a build costs beyond the bare engine: merging, checks, publishing.

    python benchmarks/build.py [--cells 100000] [--edges 5000000] [--repeats 3]

100,000 cells, 20,000 genes, 5 million EXPRESSES edges. The raw time is that of LadybugDB's own
COPY of the very same Parquet files into a new file, closed with a checkpoint; the build's is that
of `orthoweave.builds.build.build` from table sets to a published graph. Both are timed in turn in
one process; the ratio of the medians is compared with the goal. Results: results/build.json.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

import ladybug
import numpy as np
import pyarrow as pa

from orthoweave.builds.build import build
from orthoweave.progress import Quiet
from orthoweave.schema import read_schema
from orthoweave.schema.ddl import ladybug_ddl
from orthoweave.tables.layout import Layout
from orthoweave.tables.manifest import Manifest
from orthoweave.testing.sources import HUMAN, record_source

GOAL = 1.3
N_GENES = 20_000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--cells", type=int, default=100_000)
    arguments.add_argument("--edges", type=int, default=5_000_000)
    arguments.add_argument("--repeats", type=int, default=3)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kb = Path(folder) / "kb"
        record_source(kb, "genes", _genes())
        record_source(kb, "cells", _cells(given.cells, given.edges // given.cells))
        raw, built, manifest = [], [], None
        for _ in range(given.repeats):
            started = time.perf_counter()
            manifest = build(Layout(kb), Quiet(), force=True).manifest
            built.append(time.perf_counter() - started)
            raw.append(_copy_raw(Layout(kb), manifest, Path(folder) / "raw.lbug"))
    if manifest is None:
        arguments.error("--repeats: expected 1 or more")
    result = {
        "cells": given.cells, "edges": manifest.counts["EXPRESSES"], "genes": N_GENES,
        "raw_copy_s": [round(value, 2) for value in raw],
        "build_s": [round(value, 2) for value in built],
        "ratio": round(statistics.median(built) / statistics.median(raw), 3),
        "goal": GOAL, "cores": os.cpu_count(),
    }  # fmt: skip
    target = Path(__file__).parent / "results" / "build.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print("| raw COPY, median s | build, median s | ratio | goal |\n|---|---|---|---|")
    print(f"| {statistics.median(raw):.2f} | {statistics.median(built):.2f} "
          f"| {result['ratio']:.2f} | ≤ {GOAL} |")  # fmt: skip


def _genes() -> dict[str, pa.Table]:
    ids = [f"NCBIGene:{number}" for number in range(1, N_GENES + 1)]
    genes = {
        "id": ids,
        "symbol": [f"G{number}" for number in range(1, N_GENES + 1)],
        "species": [HUMAN] * N_GENES,
    }
    species = {"id": [HUMAN], "scientific_name": ["Homo sapiens"]}
    return {"Gene": pa.table(genes), "Species": pa.table(species)}


def _cells(n_cells: int, per_cell: int, seed: int = 0) -> dict[str, pa.Table]:
    rng = np.random.default_rng(seed)
    barcodes = [f"AAACCTG{number:09d}-1" for number in range(n_cells)]
    keys = np.array([f"synthetic:{barcode}" for barcode in barcodes])
    genes = np.array([f"NCBIGene:{number}" for number in range(1, N_GENES + 1)])
    # genes of a cell without repetition: a stride that has no factor in common with their number
    start = rng.integers(N_GENES, size=n_cells)[:, None]
    chosen = (start + np.arange(per_cell)[None, :] * 7919) % N_GENES
    count = rng.poisson(3, size=n_cells * per_cell).astype(np.float32) + 1
    edges = {
        "from": pa.array(np.repeat(keys, per_cell)),
        "to": pa.array(genes[chosen.ravel()]),
        "count": count,
        "value": np.log1p(count),
        "rank": np.tile(np.arange(1, per_cell + 1), n_cells),
    }
    cells = {
        "id": pa.array(keys),
        "dataset": ["synthetic"] * n_cells,
        "barcode": barcodes,
        "kind": ["cell"] * n_cells,
        "total_count": count.reshape(n_cells, per_cell).sum(1, dtype=float),
        "n_genes": np.full(n_cells, per_cell),
    }
    return {"Cell": pa.table(cells), "EXPRESSES": pa.table(edges)}


def _copy_raw(layout: Layout, manifest: Manifest, path: Path) -> float:
    """Seconds that the engine itself takes for the same tables; the file is removed again."""
    schema = read_schema()
    started = time.perf_counter()
    database = ladybug.Database(str(path), buffer_pool_size=2**32, max_db_size=2**38)
    connection = ladybug.Connection(database)
    for statement in ladybug_ddl(schema):
        connection.execute(statement)
    for table in (*schema.nodes, *schema.edges):
        files = ", ".join(f"'{file}'" for file in manifest.table_paths(layout, table))
        if files:
            connection.execute(f"COPY `{table}` FROM [{files}]")
    connection.execute("CHECKPOINT")
    connection.close()
    database.close()
    seconds = time.perf_counter() - started
    path.unlink()
    return seconds


if __name__ == "__main__":
    main()
