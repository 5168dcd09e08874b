"""hypergraph_clusters as it is run: its own score on published builds of real cells.

Five datasets are ingested and built, and the model runs on each with its default options (Leiden),
with as many clusters as there are labels, and with sampled walks in place of the closed form. The
intervals are those of a run, over seeds, donors and cells; the difference from PCA is paired. No
option was chosen on three of the datasets (pbmc3k, zheng, chcl). Usage:
``python -m benchmarks.hypergraph_runs [FOLDER OF THE REAL DATA]``.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks.synthetic import RESULTS, WORK
from tests.support.real_genes import ingest_real_genes

from orthoweave.builds.build import build
from orthoweave.jobs.discover import discover_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.models.base import Estimate, Score
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout

DATA: Final = Path(__file__).parents[2] / "shared" / "data"
# file, column of the labels, and their number
DATASETS: Final = {
    "pbmc3k": ("pbmc3k/pbmc3k.h5ad", "cell_type", 9),
    "zheng": ("pbmc_zheng_sorted/zheng_sorted_500.h5ad", "cell_type", 3),
    "chcl": ("chcl_doublets/chcl_2000.h5ad", "cell_line", 4),
    "baron_human": ("baron_pancreas/baron_human.h5ad", "cell_type", 14),
    "baron_mouse": ("baron_pancreas/baron_mouse.h5ad", "cell_type", 13),
}
PCA: Final = "PCA, clustered alike"


def main() -> None:
    """Print a row for each run and write the JSON."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    WORK.mkdir(exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        layout = make(Path(folder), data)
        print("| dataset | clusters | ARI | PCA, clustered alike | difference | permuted genes |")
        print("|---|---|---|---|---|---|")
        for dataset, (_, _, n_labels) in DATASETS.items():
            for name, options in variants(n_labels).items():
                row = {"dataset": dataset, "clusters": name, **measured(layout, dataset, options)}
                rows.append(row)
                print(" | ".join(["", *(str(value) for value in row.values()), ""]).strip())
    path = RESULTS / "hypergraph_runs.json"
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def variants(n_labels: int) -> dict[str, dict[str, Any]]:
    """Return the options of each run, by its name in the table."""
    given, walked = {"n_clusters": n_labels}, {"embedding": "skip_gram"}
    return {
        "Leiden": {},
        "Leiden, sampled walks": walked,
        f"k-means, {n_labels}": given,
        f"k-means, {n_labels}, sampled walks": {**given, **walked},
    }


def make(folder: Path, data: Path) -> Layout:
    """Return a knowledge base with the datasets, built."""
    ingest_real_genes(folder, data)
    layout = Layout(folder / "kb")
    job = discover_jobs(Settings(kb=layout.root))["cell_gene"]
    for dataset, (file, column, _) in DATASETS.items():
        given = {"dataset": dataset, "cell_type_column": column, "match_labels": "false"}
        ingest(layout, job, [data / file], given, Quiet())
    build(layout, Quiet())
    return layout


def measured(layout: Layout, dataset: str, options: dict[str, Any]) -> dict[str, Any]:
    """Run the model; return its score with what stands beside it, as texts."""
    with open_knowledge_base(layout.root, store="") as kb:
        done = kb.run("hypergraph_clusters", dataset=dataset, **options)
    if done.result is None or not done.result.scores:
        message = f"{dataset}: the run has no score"
        raise SystemExit(message)
    [score] = done.result.scores
    return {
        "ari": _text(score.estimate),
        "pca": _text(score.baselines[PCA]),
        "difference": _difference(score),
        "permuted": _text(score.control),
    }


def _text(value: Estimate) -> str:
    return f"{value.value:.3f} ({value.low:.3f} to {value.high:.3f})"


def _difference(score: Score) -> str:
    sign = "above" if score.beats(PCA) else "not above"
    return f"{_text(score.differences[PCA])}: {sign}"


if __name__ == "__main__":
    main()
