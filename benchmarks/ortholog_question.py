"""Ortholog question by symbol, warm, through the Python API: how long one answer takes.

The knowledge base holds the genes of six species with HCOP's orthology of human and the five
others, made by the ordinary jobs and kept below ``benchmarks/work/``. Symbols of human genes are
drawn from a seed, with or without orthologs, each asked once for a target species drawn likewise,
after a warm-up with others. Usage: ``python -m benchmarks.ortholog_question [FOLDER OF THE REAL
DATA]``.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from benchmarks.six_species import DATA, OTHERS, make

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.settings import Settings

ROOT = Path(__file__).parents[1]
WARM_UP, QUESTIONS, GOAL_MS = 50, 500, 20.0


def main() -> None:
    """Make the knowledge base once, ask, print a table and write the JSON."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    folder = ROOT / "benchmarks" / "work" / "six_species"
    if not (folder / "CURRENT").is_file():
        make(folder, data)
    with open_knowledge_base(folder, Settings(kb=folder)) as kb:
        symbols = _symbols(kb)
        single, cpu = _milliseconds(kb, symbols)
        result = {
            "benchmark": "ortholog_question",
            "genes": kb.manifest.counts["Gene"],
            "pairs": kb.manifest.counts["ORTHOLOGOUS_TO"],
            "questions": len(single),
            "p50_ms": round(statistics.median(single), 2),
            "p95_ms": round(float(np.percentile(single, 95)), 2),
            "max_ms": round(max(single), 2),
            "cpu_p50_ms": round(statistics.median(cpu), 2),
            "cpu_mean_ms": round(statistics.mean(cpu), 2),
            "goal_p95_ms": GOAL_MS,
            "cores": os.cpu_count(),
            "load": [round(value, 1) for value in os.getloadavg()],
        }
    target = ROOT / "benchmarks" / "results" / "ortholog_question.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for name, value in result.items():
        print(f"{name:>14}  {value}")


def _symbols(kb: KnowledgeBase) -> list[str]:
    [path] = kb.manifest.table_paths(kb.layout, "Gene")
    genes = pq.read_table(
        path, columns=["symbol", "species"], filters=[("species", "=", "NCBITaxon:9606")]
    )
    found = sorted({symbol for symbol in genes["symbol"].to_pylist() if symbol})
    chosen = np.random.default_rng(0).choice(found, WARM_UP + QUESTIONS, replace=False)
    return [str(symbol) for symbol in chosen]


def _milliseconds(kb: KnowledgeBase, symbols: list[str]) -> tuple[list[float], list[float]]:
    """Return the time of each answer by the clock, and of the processors."""
    targets = np.random.default_rng(1).choice(OTHERS, len(symbols))
    taken, cpu = [], []
    for symbol, target in zip(symbols, targets, strict=True):
        started, busy = time.perf_counter(), time.process_time()
        kb.orthologs([symbol], "human", str(target))
        taken.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - busy) * 1000)
    return taken[WARM_UP:], cpu[WARM_UP:]


if __name__ == "__main__":
    main()
