"""scMamba on real cells: doublets, types, imputation, false positives and the order of genes.

`python -m benchmarks.scmamba PART ENCODER [DATA]` computes one part (doublets, types, imputation,
expression or order; or all) by one encoder (set or mamba) from DATA, prints a table and adds to
results/scmamba.json.
Sizes are those of a CPU: a Mamba over 256 genes of width 32, and the additive encoder over 2,000.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.paired import paired_bootstrap
from benchmarks.scmamba_data import DOUBLETS, WithDoublets, baron, pbmc
from benchmarks.scrublet import scrublet_scores
from sklearn.metrics import average_precision_score, roc_auc_score

from orthoweave.models.base import RunContext
from orthoweave.models.evaluation import macro_f1
from orthoweave.models.probes.expression import EXPRESSION_PROBES
from orthoweave.models.scmamba.annotation import annotate, labelled_cells
from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.models.scmamba.differential import compared
from orthoweave.models.scmamba.doublets import find_doublets
from orthoweave.models.scmamba.fitting import fit_task
from orthoweave.models.scmamba.inputs import prepare
from orthoweave.models.scmamba.network import Examples, pretrained

RESULT = Path(__file__).parent / "results" / "scmamba.json"
HERE = Path(__file__).parents[2] / "shared" / "data"
MAMBA = ScMambaConfig(
    genes=256, width=32, layers=1, pretrain_epochs=1, epochs=2, rate=2e-3, device="cpu"
)
SET = ScMambaConfig(
    mixer="set", genes=1000, batch=128, pretrain_epochs=2, epochs=8, rate=2e-3, device="cpu"
)
ENCODERS = {"set": SET, "mamba": MAMBA}
# datasets of up to 2,000 cells, which a Mamba takes minutes for
SMALL = ("sorted blood, added", "three cell lines, genotypes", "four cell lines, hashtags")
PROBES = ("logistic on 50 components", "logistic on 2,000 variable genes")
SEEDS = 5
Table = dict[str, Any]


def areas(scores: np.ndarray, found: WithDoublets) -> dict[str, float]:
    """Return AUROC and AUPRC of all doublets, and the AUROC of each kind apart."""
    single = ~found.doublets
    rows = {
        "AUROC": roc_auc_score(found.doublets, scores),
        "AUPRC": average_precision_score(found.doublets, scores),
    }
    for kind in ("two types", "one type"):
        some = single | (found.kinds == kind)
        if (found.kinds == kind).sum() > 4:
            rows[f"AUROC {kind}"] = roc_auc_score(found.doublets[some], scores[some])
    return {name: round(float(value), 4) for name, value in rows.items()}


def averaged_logs(found: WithDoublets) -> dict[str, float]:
    """Return how plain features tell cells from means of two log profiles: an artefact's measure.

    Means of logarithms have more genes detected, and a sum of counts that no cell has.
    """
    view = found.view.subset(cells=~found.doublets).log1p_cp10k()
    random = np.random.default_rng(0)
    pairs = random.integers(0, view.n_cells, (view.n_cells, 2))
    made = (view.values[pairs[:, 0]] + view.values[pairs[:, 1]]) / 2
    truth = np.repeat([0, 1], [view.n_cells, len(pairs)])
    sums = [np.asarray(one.expm1().sum(axis=1)).ravel() for one in (view.values, made)]
    detected = [np.diff(one.tocsr().indptr) for one in (view.values, made)]
    return {
        "genes detected": round(float(roc_auc_score(truth, np.concatenate(detected))), 4),
        "sum of expm1, less is a doublet": round(
            float(roc_auc_score(truth, -np.concatenate(sums))), 4
        ),
    }


def doublets(data: Path, encoder: str) -> Table:
    """Return areas of ours and of plain methods on each dataset."""
    table: Table = {}
    for name in DOUBLETS if encoder == "set" else SMALL:
        found = DOUBLETS[name](data)
        view = found.view
        rows = {
            "Scrublet": scrublet_scores(view.values),
            "counts of the cell": view.totals,
            "genes detected": np.diff(view.values.indptr),
            encoder: _judged(view, replace(ENCODERS[encoder], dataset=view.dataset)),
        }
        table[name] = {method: areas(one, found) for method, one in rows.items()}
        table[name]["means of logarithms, an artefact"] = averaged_logs(found)
        _show(name, table[name])
        _keep({f"doublets, {encoder}": table})
    return table


def _judged(view: Any, config: ScMambaConfig) -> np.ndarray:
    prepared = prepare(view, np.ones(view.n_cells, bool), config)
    encoder = pretrained(Examples.of(prepared.profiles), prepared.genes, config, RunContext())
    return find_doublets(prepared, encoder, config, RunContext(), name="doublets").cells


def types(data: Path, encoder: str) -> Table:
    """Return macro-F1 of ten labels a type on a held-out donor: pretrained, not, and plain."""
    view = baron(data)
    base = replace(
        ENCODERS[encoder],
        dataset="baron",
        task="annotate",
        labels_per_type=10,
        # a Mamba takes minutes for 128 genes
        genes=1000 if encoder == "set" else 128,
        epochs=400 if encoder == "set" else 15,
        test_donors=("human3",),
    )
    rows: dict[str, list[float]] = {}
    for seed in range(SEEDS):
        config = replace(base, seed=seed)
        known = labelled_cells(view, config)
        prepared = prepare(view, known.training, config)
        examples = Examples.of(prepared.profiles.rows(known.training))
        found = {
            "pretrained": pretrained(examples, prepared.genes, config, RunContext()),
            "random weights": None,
        }
        truth = known.classes[known.labels[known.tested]]
        for name, start in found.items():
            made = annotate(prepared, known, start, config, RunContext(), name="types")
            named = known.classes[made.chances[known.tested].argmax(axis=1)]
            rows.setdefault(name, []).append(macro_f1(truth, named))
        values, labels = prepared.whole.values, known.classes[known.labels[known.learnt]]
        for name in PROBES if encoder == "set" else PROBES[:1]:
            named = EXPRESSION_PROBES[name](values[known.learnt], labels, values[known.tested])
            rows.setdefault(name, []).append(macro_f1(truth, named))
        print(seed, {name: round(found[-1], 3) for name, found in rows.items()}, flush=True)
    table: Table = {name: _spread(found) for name, found in rows.items()}
    for other in ("random weights", PROBES[0]):
        difference = paired_bootstrap(np.array(rows["pretrained"]), np.array(rows[other]), seed=0)
        table[f"pretrained minus {other}"] = str(difference)
    _show(f"types, {encoder}", table)
    _keep({f"types, {encoder}": table})
    return table


def imputation(data: Path, encoder: str) -> Table:
    """Return errors and correlations of withheld counts by each method."""
    table: Table = {}
    for name, read in (("Baron human pancreas", baron), ("PBMC 3k", pbmc)):
        view = read(data)
        config = replace(ENCODERS[encoder], dataset=view.dataset, task="impute", epochs=20)
        fitted = fit_task(view, config, RunContext())
        [score] = fitted.scores
        table[name] = {
            "R2 of ours": str(score.estimate),
            "R2 of the control": str(score.control),
            **{f"R2 of {key}": str(value) for key, value in score.baselines.items()},
            **dict(fitted.measures),
        }
        _show(f"imputation, {name}, {encoder}", table[name])
        _keep({f"imputation, {encoder}": table})
    return table


def expression(data: Path, encoder: str) -> Table:
    """Return genes called different between random groups of donors, counted and imputed."""
    view = baron(data)
    view = view.subset(cells=view.cell_types == "CL:0000169")
    config = replace(ENCODERS[encoder], dataset="baron", task="impute", epochs=20)
    prepared = prepare(view, np.ones(view.n_cells, bool), config)
    fitted = fit_task(view, config, RunContext())
    place = {key: number for number, key in enumerate(view.genes)}
    own = np.array([place[key] for key in fitted.genes])
    counted = prepared.whole.over(own).values.toarray()
    table = {
        "counted": compared(counted, view.donors).found,
        "imputed": compared(fitted.found, view.donors).found,
        "genes": counted.shape[1],
    }
    _show("false positives between random groups of donors, beta cells of Baron", table)
    _keep({f"expression, {encoder}": table})
    return table


def order(data: Path, encoder: str) -> Table:
    """Return the AUROC of doublets under three orders of the genes."""
    found = DOUBLETS["sorted blood, added"](data)
    config = replace(ENCODERS[encoder], dataset="zheng")
    scores = [
        areas(_judged(found.view, replace(config, order=number)), found)["AUROC"]
        for number in range(3)
    ]
    table = {"AUROC of doublets, sorted blood": _spread(scores)}
    _show(f"order of genes, {encoder}", table)
    _keep({f"order, {encoder}": table})
    return table


def _spread(values: list[float]) -> str:
    return f"{np.mean(values):.3f} (sd {np.std(values, ddof=1):.3f}, n={len(values)})"


def _show(name: str, rows: Mapping[str, Any]) -> None:
    print(f"\n{name}")
    for method, row in rows.items():
        print(f"  {method}: {row}", flush=True)


def _keep(table: Table) -> None:
    kept = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    RESULT.write_text(json.dumps(kept | table, indent=2) + "\n", encoding="utf-8")


PARTS: Mapping[str, Callable[[Path, str], Table]] = {
    "doublets": doublets,
    "types": types,
    "imputation": imputation,
    "expression": expression,
    "order": order,
}


def main() -> None:
    """Compute the parts that are asked for."""
    chosen = sys.argv[1] if len(sys.argv) > 1 else "all"
    encoder = sys.argv[2] if len(sys.argv) > 2 else "set"
    data = Path(sys.argv[3]) if len(sys.argv) > 3 else HERE
    for name, part in PARTS.items():
        if chosen in ("all", name):
            start = time.process_time()
            part(data, encoder)
            print(f"{name}: {time.process_time() - start:.0f} s of processor time", flush=True)


if __name__ == "__main__":
    main()
