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
from synthetic import (  # type: ignore[import-not-found]
    N_GENES,
    synthetic_cells,
    synthetic_genes,
)

from orthoweave.builds.build import build
from orthoweave.progress import Quiet
from orthoweave.schema import read_schema
from orthoweave.schema.ddl import ladybug_ddl
from orthoweave.tables.layout import Layout
from orthoweave.tables.manifest import Manifest
from orthoweave.testing.sources import record_source

GOAL = 1.3


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--cells", type=int, default=100_000)
    arguments.add_argument("--edges", type=int, default=5_000_000)
    arguments.add_argument("--repeats", type=int, default=3)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kb = Path(folder) / "kb"
        record_source(kb, "genes", synthetic_genes())
        record_source(kb, "cells", synthetic_cells(given.cells, given.edges // given.cells))
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
