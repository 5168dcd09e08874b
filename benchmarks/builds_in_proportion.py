"""Cost of a build beside a bare load, and of a small source that is added to it.

    python -m benchmarks.builds_in_proportion [--cells 200000] [--builds 20]

Content with every column filled, names and vectors included: 200,000 cells, 10 million EXPRESSES
edges, 40,000 genes. First everything is built, by stage; then DuckDB alone loads the same Parquet
files into the same tables (keys to numbers, edges in both orders), in the same run. Then a source
of ten orthologs is added and built, again and again. Processor time counts all threads; bytes are
those on disk, a file of several names once. Results: results/builds_in_proportion.json.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from benchmarks.lab_sources import orthologs, record, record_lab
from benchmarks.synthetic import RESULTS, WORK

from orthoweave.builds.build import build
from orthoweave.builds.history import disk_sizes
from orthoweave.progress import Quiet, Task
from orthoweave.schema import NodeType, read_schema
from orthoweave.storage.engine import parquet
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import Manifest
from orthoweave.stores.duckdb.tables import orders, properties, quoted, table_ddl

Seconds = tuple[float, float]
"""By the clock, and of the processors."""


class Stages(Quiet):
    """Measures each stage."""

    def __init__(self) -> None:
        self.found: dict[str, Seconds] = {}

    @contextmanager
    def task(self, label: str, total: int | None = None) -> Iterator[Task]:  # noqa: ARG002
        """Measure one stage."""
        clock = Clock()
        yield self
        self.found[label] = clock.seconds


class Clock:
    """Time since it was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter(), time.process_time()

    @property
    def seconds(self) -> Seconds:
        """By the clock, and of the processors."""
        wall, cpu = self._started
        return round(time.perf_counter() - wall, 2), round(time.process_time() - cpu, 2)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--cells", type=int, default=200_000)
    arguments.add_argument("--builds", type=int, default=20)
    given = arguments.parse_args()
    WORK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        kb = Path(folder) / "kb"
        record_lab(kb, given.cells)
        stages, clock = Stages(), Clock()
        manifest = build(Layout(kb), stages).manifest
        first, first_bytes = clock.seconds, _bytes(kb)
        bare = _bare(Layout(kb), manifest, Path(folder) / "bare.duckdb")
        added: list[tuple[Seconds, int, dict[str, Seconds]]] = []
        for number in range(1, given.builds):
            record(
                kb,
                f"small_{number}",
                {"ORTHOLOGOUS_TO": orthologs(range(10 * number, 10 * number + 10), "Ensembl")},
                late=True,
            )
            before, later, clock = _bytes(kb), Stages(), Clock()
            build(Layout(kb), later)
            added.append((clock.seconds, _bytes(kb) - before, later.found))
        _report(given.cells, manifest, (first, stages.found), first_bytes, bare, added)


def _bytes(kb: Path) -> int:
    """Return the bytes of all builds and their kept parts, without the sources' tables."""
    layout = Layout(kb)
    return sum(disk_sizes([layout.builds, layout.projections, layout.numbers]).values())


def _bare(layout: Layout, manifest: Manifest, path: Path) -> Seconds:
    """Load the same rows into the same tables by SQL alone."""
    schema, clock = read_schema(), Clock()
    with duckdb.connect(str(path)) as engine:
        for statement in table_ddl(schema):
            engine.execute(statement)
        for table in (schema.table(name) for name in (*schema.nodes, *schema.edges)):
            paths = manifest.table_paths(layout, table.name)
            if not paths:
                continue
            rows = parquet(paths)
            columns = ", ".join(quoted(column.name) for column in properties(table))
            if isinstance(table, NodeType):
                engine.execute(
                    f"INSERT INTO {quoted(table.name)} SELECT row_number() OVER (), "
                    f"{columns} FROM (FROM {rows} ORDER BY id)"
                )
                continue
            for name, ends in zip(orders(table), ("2, 3", "3, 2"), strict=True):
                engine.execute(
                    f'INSERT INTO {quoted(name)} SELECT 0, s."#nid", d."#nid", '
                    + ", ".join(f"e.{quoted(column.name)}" for column in properties(table))
                    + f' FROM {rows} AS e JOIN {quoted(table.start)} AS s ON s.id = e."from" '
                    f'JOIN {quoted(table.end)} AS d ON d.id = e."to" ORDER BY {ends}'
                )
        engine.execute("CHECKPOINT")
    return clock.seconds


def _report(
    cells: int,
    manifest: Manifest,
    first: tuple[Seconds, dict[str, Seconds]],
    first_bytes: int,
    bare: Seconds,
    added: list[tuple[Seconds, int, dict[str, Seconds]]],
) -> None:
    (wall, cpu), stages = first
    graph_cpu = cpu - stages["Vectors"][1]
    walls = sorted(seconds[0] for seconds, _, _ in added)
    cpus = sorted(seconds[1] for seconds, _, _ in added)
    sizes = sorted(size for _, size, _ in added)
    middle = len(added) // 2
    result = {
        "benchmark": "builds_in_proportion",
        "cells": cells,
        "counts": manifest.counts,
        "first_build_s": wall,
        "first_build_cpu_s": cpu,
        "first_stages_wall_cpu_s": stages,
        "first_build_mb": round(first_bytes / 1e6, 1),
        "bare_load_s": bare[0],
        "bare_load_cpu_s": bare[1],
        "cpu_ratio_without_vectors": round(graph_cpu / bare[1], 2),
        "wall_ratio_without_vectors": round((wall - stages["Vectors"][0]) / bare[0], 2),
        "goal_ratio": 1.5,
        "added_s": walls[middle],
        "added_cpu_s": cpus[middle],
        "added_slowest_s": walls[-1],
        "added_mb": round(sizes[middle] / 1e6, 2),
        "added_stages_wall_cpu_s": added[middle][2],
        "added_time_share": round(walls[middle] / wall, 4),
        "added_cpu_share": round(cpus[middle] / cpu, 4),
        "added_bytes_share": round(sizes[middle] / first_bytes, 4),
        "goal_share": 0.05,
        "builds": 1 + len(added),
        "all_builds_times_the_first_in_bytes": round(1 + sum(sizes) / first_bytes, 2),
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
    }
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / "builds_in_proportion.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for name, value in result.items():
        print(f"{name:>36}  {value}")


if __name__ == "__main__":
    main()
