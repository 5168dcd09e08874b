"""What loading into Neo4j costs beyond a plain script with the driver.

    python benchmarks/neo4j_load.py [--cells 100000] [--edges 2000000] [--repeats 2]

Both bring the same published build (20,000 genes, the cells, EXPRESSES edges) to a local server
that was started for that run alone, with 2 GB of heap, in batches of 10,000 rows. The plain script
is the best that we know to write: constraints first, UNWIND of rows as lists, the one constant
column sent once, edges by CREATE between nodes that are found by key; no ledger, lease or check.
Ours is `orthoweave.builds.load.load`; its time is told with and without reading all back after it.
The speed is the plain script's time by ours. Results: results/neo4j_load.json.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
from synthetic import (  # type: ignore[import-not-found]
    N_GENES,
    RESULTS,
    synthetic_cells,
    synthetic_genes,
)

from orthoweave.builds.build import build
from orthoweave.builds.load import load
from orthoweave.progress import Quiet
from orthoweave.schema import NodeType, read_schema
from orthoweave.schema.ddl import neo4j_ddl
from orthoweave.stores.local_neo4j import ServerOptions, start_server
from orthoweave.stores.neo4j_access import Access, open_driver
from orthoweave.tables.layout import Layout
from orthoweave.tables.manifest import Manifest
from orthoweave.testing.sources import record_source

GOAL = 0.8
BATCH = 10_000
OPTIONS = ServerOptions(heap_mb=2048, page_cache_mb=512, transaction_mb=512)


class Stages(Quiet):
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def task(self, label: str, total: int | None = None) -> Iterator[Quiet]:  # noqa: ARG002
        """Time one stage."""
        started = time.perf_counter()
        yield self
        self.seconds[label] = time.perf_counter() - started


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--cells", type=int, default=100_000)
    arguments.add_argument("--edges", type=int, default=2_000_000)
    arguments.add_argument("--repeats", type=int, default=2)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        layout = Layout(root / "kb")
        record_source(layout.root, "genes", synthetic_genes())
        record_source(
            layout.root, "cells", synthetic_cells(given.cells, given.edges // given.cells)
        )
        manifest = build(layout, Quiet()).manifest
        plain, whole, verification = [], [], []
        for number in range(given.repeats):
            stages = Stages()
            plain.append(_on_fresh_server(root, partial(_plain, layout, manifest)))
            whole.append(_on_fresh_server(root, partial(load, layout, progress=stages)))
            verification.append(stages.seconds["Neo4j: verification"])
            print(f"run {number + 1}: plain {plain[-1]:.0f} s, ours {whole[-1]:.0f} s, of which "
                  f"verification {verification[-1]:.0f} s", flush=True)  # fmt: skip
            _write(given, manifest, plain, whole, verification)


def _write(
    given: argparse.Namespace, manifest: Manifest, plain: list[float], whole: list[float],
    verification: list[float],
) -> None:  # fmt: skip
    loads = [total - last for total, last in zip(whole, verification, strict=True)]
    rows = sum(manifest.counts.values())
    result = {
        "cells": given.cells, "edges": manifest.counts["EXPRESSES"], "genes": N_GENES, "rows": rows,
        "plain_s": [round(value, 1) for value in plain],
        "load_s": [round(value, 1) for value in loads],
        "verification_s": [round(value, 1) for value in verification],
        "speed": round(statistics.median(plain) / statistics.median(loads), 3),
        "speed_with_verification": round(statistics.median(plain) / statistics.median(whole), 3),
        "rows_per_s": round(rows / statistics.median(loads)),
        "goal": GOAL, "cores": os.cpu_count(),
        "load_average": [round(value, 1) for value in os.getloadavg()],
    }  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(result, indent=1) + "\n"
    (RESULTS / "neo4j_load.json").write_text(text, encoding="utf-8")
    print("| plain, median s | ours, median s | verification, median s | speed | with verification "
          "| goal |\n|---|---|---|---|---|---|")  # fmt: skip
    print(f"| {statistics.median(plain):.1f} | {statistics.median(loads):.1f} "
          f"| {statistics.median(verification):.1f} | {result['speed']} "
          f"| {result['speed_with_verification']} | ≥ {GOAL} |", flush=True)  # fmt: skip


def _on_fresh_server(root: Path, work: Callable[..., object]) -> float:
    """Seconds that `work` takes with an empty server of its own."""
    with (
        tempfile.TemporaryDirectory(dir=root) as home,
        start_server(Path(home) / "server", OPTIONS) as server,
    ):
        started = time.perf_counter()
        work(access=server.access)
        return time.perf_counter() - started


def _plain(layout: Layout, manifest: Manifest, access: Access) -> None:
    schema = read_schema()
    with open_driver(access) as driver, driver.session() as session:
        for statement in neo4j_ddl(schema):
            session.run(statement).consume()
        session.run("CALL db.awaitIndexes(600)").consume()
        for name in (*schema.nodes, *schema.edges):
            table = schema.table(name)
            for path in manifest.table_paths(layout, name):
                names = pq.read_schema(path).names
                constant = {"source"} if table.bulk else set()
                keys = 1 if isinstance(table, NodeType) else 2
                varying = [column for column in names if column not in constant]
                values = ", ".join(
                    f"`{column}`: " + (
                        "$constant" if column in constant else f"row[{varying.index(column)}]"
                    ) for column in names[keys if keys == 2 else 0:]
                )  # fmt: skip
                if isinstance(table, NodeType):
                    text = f"UNWIND $rows AS row CREATE (n:`{name}`) SET n = {{{values}}}"
                else:
                    text = (f"UNWIND $rows AS row MATCH (a:`{table.start}` {{id: row[0]}}) "
                            f"MATCH (b:`{table.end}` {{id: row[1]}}) "
                            f"CREATE (a)-[:`{name}` {{{values}}}]->(b)")  # fmt: skip
                with pq.ParquetFile(path) as file:
                    for batch in file.iter_batches(BATCH):
                        columns = [batch.column(column).to_pylist() for column in varying]
                        rows = [list(row) for row in zip(*columns, strict=True)]
                        constant_value = batch.column("source")[0].as_py()
                        session.run(text, rows=rows, constant=constant_value,
                                    timeout=None).consume()  # fmt: skip


if __name__ == "__main__":
    main()
