"""Cost of a knowledge base of six species: ingest of genes and orthologs, and the build.

Genes of human, mouse, rat, zebrafish, fly and worm with HCOP's orthology of human and the five
others, by the ordinary jobs. Processor time counts all threads. Beside it, in the same run, the
gene tables are read and joined row by row, as rows that lack the usual form are. Usage:
``python -m benchmarks.six_species [FOLDER OF THE REAL DATA]``; results: results/six_species.json.
"""

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
from benchmarks.synthetic import RESULTS, WORK

from orthoweave.builds.build import build
from orthoweave.genes.combine import Combined, add_genes
from orthoweave.genes.plain_rows import SCHEMA
from orthoweave.genes.reading import GeneRows, detect_format, read_descriptions, read_genes
from orthoweave.jobs.discover import discover_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout

HUB, OTHERS = "human", ("mouse", "rat", "zebrafish", "fly", "worm")
SPECIES = (HUB, *OTHERS)
DATA = Path(__file__).parents[2] / "shared" / "data"
GOAL_CPU_S, GOAL_MB = 34.0, 1600


def main() -> None:
    """Ingest and build once, print a table and write the JSON."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    WORK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        stages = make(Path(folder) / "kb", data)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tables = [data / "gene_info" / f"{species}.tsv.gz" for species in SPECIES]
    by_columns = _cpu(lambda: _join(tables, _columns))
    by_rows = _cpu(lambda: _join(tables, _rows))
    result = {
        "benchmark": "six_species",
        "cpu_s": round(sum(stages.values()), 1),
        "goal_cpu_s": GOAL_CPU_S,
        **{f"{name}_cpu_s": round(seconds, 1) for name, seconds in stages.items()},
        "peak_mb": round(peak),
        "goal_mb": GOAL_MB,
        "gene_tables_by_columns_cpu_s": round(by_columns, 2),
        "gene_tables_row_by_row_cpu_s": round(by_rows, 2),
        "columns_to_rows": round(by_columns / by_rows, 2),
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
    }
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / "six_species.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for name, value in result.items():
        print(f"{name:>28}  {value}")


def make(folder: Path, data: Path) -> dict[str, float]:
    """Make the knowledge base; return the processor time of each stage in seconds."""
    layout, jobs, progress = Layout(folder), discover_jobs(Settings()), Quiet()

    def genes() -> None:
        for species in SPECIES:
            given = {"source": f"genes_{species}", "on_duplicate": "separate"}
            path = data / "gene_info" / f"{species}.tsv.gz"
            ingest(layout, jobs["gene_descriptions"], [path], given, progress)

    def orthology() -> None:
        for species in OTHERS:
            path = data / "orthology" / f"hcop_human_{species}.tsv.gz"
            ingest(layout, jobs["orthology"], [path], {}, progress)

    return {
        "genes": _cpu(genes),
        "orthology": _cpu(orthology),
        "build": _cpu(lambda: build(layout, progress)),
    }


def _join(tables: list[Path], read: Callable[[Path], GeneRows]) -> None:
    for path in tables:
        combined = Combined()
        add_genes(combined, path.name, read(path), separate=True)
        combined.genes.rows()


def _columns(path: Path) -> GeneRows:
    return read_genes(path, detect_format(path), None, {})


def _rows(path: Path) -> GeneRows:
    rows = read_descriptions(path, detect_format(path), None, {})
    return GeneRows(pl.DataFrame(schema=SCHEMA), list(enumerate(rows)), {})


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
