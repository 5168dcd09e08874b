"""Cost of loading into Neo4j beyond a plain script with the driver.

    python -m benchmarks.neo4j_load [--cells 100000] [--edges 2000000] [--repeats 2]

Both bring the same published build (20,000 genes, the cells, EXPRESSES edges) to a local server
that was started for that run alone, with 2 GB of heap, in batches of 10,000 rows. The plain script
is the best that we know to write: constraints first, UNWIND of rows as lists, the one constant
column sent once, edges by CREATE between nodes that are found by key; no ledger, lease or check.
Ours is `orthoweave.builds.load.load`; its time is given with and without reading all back after it.
The speed is the plain script's time by ours, by wall time and by processor time of client and
server together, which a busy machine disturbs less. Results: results/neo4j_load.json.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from benchmarks.synthetic import N_GENES, RESULTS, synthetic_cells, synthetic_genes

from orthoweave.builds.build import build
from orthoweave.builds.load import load
from orthoweave.progress import Quiet
from orthoweave.schema import NodeType, read_schema
from orthoweave.schema.ddl import neo4j_ddl
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import Manifest
from orthoweave.stores.neo4j.access import Access, open_driver
from orthoweave.stores.neo4j.local_server import ServerOptions, start_server
from orthoweave.testing.sources import record_source

GOAL = 0.8
BATCH = 10_000
OPTIONS = ServerOptions(heap_mb=2048, page_cache_mb=512, transaction_mb=512)


@dataclass(slots=True)
class Clock:
    """Wall time, and processor time of this process and the server's."""

    group: int
    started: tuple[float, float] = (0.0, 0.0)

    def now(self) -> tuple[float, float]:
        """Return the seconds of both since the start."""
        ticks = sum(
            int(fields[11]) + int(fields[12])
            for path in Path("/proc").glob("[0-9]*/stat")
            if (fields := _fields(path)) and int(fields[2]) == self.group
        )
        cpu = time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
        return time.perf_counter() - self.started[0], cpu - self.started[1]


def _fields(path: Path) -> list[str]:
    """Return the numbers after the name of a process; the third is its group."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []


class Stages(Quiet):
    """Notes when the last stage, which verifies, begins."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.loaded = (0.0, 0.0)

    @contextmanager
    def task(self, label: str, total: int | None = None) -> Iterator[Quiet]:  # noqa: ARG002
        """Show nothing."""
        if label == "Neo4j: verification":
            self.loaded = self.clock.now()
        yield self


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--cells", type=int, default=100_000)
    arguments.add_argument("--edges", type=int, default=2_000_000)
    arguments.add_argument("--repeats", type=int, default=2)
    given = arguments.parse_args()
    times: dict[str, list[tuple[float, float]]] = {"plain": [], "load": [], "whole": []}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        layout = Layout(root / "kb")
        record_source(layout.root, "genes", synthetic_genes())
        record_source(
            layout.root, "cells", synthetic_cells(given.cells, given.edges // given.cells)
        )
        manifest = build(layout, Quiet()).manifest
        for _ in range(given.repeats):
            with _fresh_server(root) as (access, clock):
                _plain(layout, manifest, access)
                times["plain"].append(clock.now())
            with _fresh_server(root) as (access, clock):
                stages = Stages(clock)
                load(layout, access, stages)
                times["load"].append(stages.loaded)
                times["whole"].append(clock.now())
            print({name: values[-1] for name, values in times.items()}, flush=True)
            _write(given, manifest, times)


def _write(
    given: argparse.Namespace, manifest: Manifest, times: dict[str, list[tuple[float, float]]]
) -> None:
    rows = sum(manifest.counts.values())
    median = {
        (name, kind): statistics.median(pair[number] for pair in values)
        for name, values in times.items()
        for number, kind in enumerate(("wall", "cpu"))
    }
    speed = {
        f"speed_{name}_by_{kind}": round(median["plain", kind] / median[name, kind], 3)
        for name in ("load", "whole")
        for kind in ("wall", "cpu")
    }
    result = {
        "cells": given.cells,
        "edges": manifest.counts["EXPRESSES"],
        "genes": N_GENES,
        "rows": rows,
        "wall_s": {name: [round(pair[0], 1) for pair in values] for name, values in times.items()},
        "cpu_s": {name: [round(pair[1], 1) for pair in values] for name, values in times.items()},
        **speed,
        "rows_per_s": round(rows / median["load", "wall"]),
        "goal": GOAL,
        "cores": os.cpu_count(),
        "load_average": [round(value, 1) for value in os.getloadavg()],
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(result, indent=1) + "\n"
    (RESULTS / "neo4j_load.json").write_text(text, encoding="utf-8")
    print(
        "| | plain, median s | load, median s | with reading back | speed | with reading back "
        "| goal |\n|---|---|---|---|---|---|---|"
    )
    for kind in ("wall", "cpu"):
        print(
            f"| {kind} | {median['plain', kind]:.1f} | {median['load', kind]:.1f} "
            f"| {median['whole', kind]:.1f} | {speed[f'speed_load_by_{kind}']} "
            f"| {speed[f'speed_whole_by_{kind}']} | ≥ {GOAL} |",
            flush=True,
        )


@contextmanager
def _fresh_server(root: Path) -> Iterator[tuple[Access, Clock]]:
    """Start an empty server for one run."""
    with (
        tempfile.TemporaryDirectory(dir=root) as home,
        start_server(Path(home) / "server", OPTIONS) as server,
    ):
        clock = Clock(server.process_id)
        wall, cpu = clock.now()
        clock.started = (wall, cpu)
        yield server.access, clock


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
                    f"`{column}`: "
                    + ("$constant" if column in constant else f"row[{varying.index(column)}]")
                    for column in names[keys if keys == 2 else 0 :]
                )
                if isinstance(table, NodeType):
                    text = f"UNWIND $rows AS row CREATE (n:`{name}`) SET n = {{{values}}}"
                else:
                    text = (
                        f"UNWIND $rows AS row MATCH (a:`{table.start}` {{id: row[0]}}) "
                        f"MATCH (b:`{table.end}` {{id: row[1]}}) "
                        f"CREATE (a)-[:`{name}` {{{values}}}]->(b)"
                    )
                with pq.ParquetFile(path) as file:
                    for batch in file.iter_batches(BATCH):
                        columns = [batch.column(column).to_pylist() for column in varying]
                        rows = [list(row) for row in zip(*columns, strict=True)]
                        constant_value = batch.column("source")[0].as_py()
                        session.run(
                            text, rows=rows, constant=constant_value, timeout=None
                        ).consume()


if __name__ == "__main__":
    main()
