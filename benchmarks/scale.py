"""Cost of questions about many cells: 200,000 cells with 10 million genes that they express.

One gene is in every cell of its species. Each question is asked in its own process, which
opens the knowledge base, asks once, and then five times warm; counted are the median wall time and
the most memory that the process ever held. Usage: ``python -m benchmarks.scale``.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.synthetic import RESULTS, WORK
from tests.support.large_world import Size, build_large_kb

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base

SIZE = Size(genes=20_000, cells=50_000, types=120, per_cell=55, per_gene=20, neighbours=1)
TURNS = 5
GOAL_MS, GOAL_MB, GOAL_EXPRESSION_MS = 300.0, 500.0, 60.0
COMMONEST = """
MATCH (c:Cell)-[:EXPRESSES]->(g:Gene)
RETURN g.id AS gene, count(*) AS n ORDER BY n DESC, gene LIMIT 10
"""
GENES = [f"GN{number}" for number in range(0, 4_000, 40)]
QUESTIONS: dict[str, Callable[[KnowledgeBase], object]] = {
    "nothing": lambda _: None,
    "top_cells": lambda kb: kb.ask("top_cells", {"gene": "GN0"}),
    "genes_in_the_same_cells": lambda kb: kb.ask("genes_in_the_same_cells", {"gene": "GN0"}),
    "genes_with_a_rare_gene": lambda kb: kb.ask("genes_in_the_same_cells", {"gene": "GN19000"}),
    "markers": lambda kb: kb.ask("markers", {"cell_type": "CL:0000001"}),
    "commonest_gene": lambda kb: kb.gateway.ask(COMMONEST),
    "expression_of_100_genes": lambda kb: kb.expression(GENES),
}


def main() -> None:
    """Ask every question in its own process, print a table and write the JSON."""
    if len(sys.argv) > 2:
        _ask(Path(sys.argv[1]), sys.argv[2])
        return
    folder = WORK / "scale"
    root = folder / "kb"
    if not (root / "CURRENT").is_file():
        build_large_kb(folder, SIZE)
    with open_knowledge_base(root, store="") as kb:
        counts = kb.store.counts()
    rows = {name: _measured(root, name) for name in QUESTIONS}
    result = {
        "benchmark": "scale",
        "cells": counts["Cell"],
        "expresses": counts["EXPRESSES"],
        "goal_ms": GOAL_MS,
        "goal_expression_ms": GOAL_EXPRESSION_MS,
        "goal_mb": GOAL_MB,
        "questions": rows,
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "scale.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for name, value in result.items():
        print(f"{name:>22}  {value}")


def _measured(root: Path, name: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.scale", str(root), name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(name, found, flush=True)
    return found


def _ask(root: Path, name: str) -> None:
    """Ask one question in this process; print time and memory."""
    ask = QUESTIONS[name]
    started = time.perf_counter()
    with open_knowledge_base(root, store="") as kb:
        opened = time.perf_counter()
        ask(kb)
        first = time.perf_counter()
        walls, worked = [], []
        for _ in range(TURNS):
            wall, cpu = time.perf_counter(), time.process_time()
            ask(kb)
            walls.append((time.perf_counter() - wall) * 1000)
            worked.append((time.process_time() - cpu) * 1000)
        most = _peak_mb()
    print(
        json.dumps(
            {
                "ms": round(statistics.median(walls), 1),
                "cpu_ms": round(statistics.median(worked), 1),
                "first_ms": round((first - opened) * 1000, 1),
                "open_ms": round((opened - started) * 1000, 1),
                "peak_mb": round(most),
            }
        )
    )


def _peak_mb() -> float:
    """Return the sum of the peak memory of this process and of its children, in MiB.

    It does not use `getrusage`, whose value for a process starts with that of its parent.
    """
    own = Path("/proc/self")
    if not own.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = [
        Path("/proc", one)
        for path in own.glob("task/*/children")
        for one in path.read_text(encoding="ascii").split()
    ]
    lines = [
        line.split()
        for process in (own, *started)
        for line in (process / "status").read_text(encoding="utf-8").splitlines()
    ]
    return sum(int(line[1]) for line in lines if line[0] == "VmHWM:") / 1024


if __name__ == "__main__":
    main()
