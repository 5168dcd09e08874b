"""scMamba on real cells: doublets, types, imputation, false positives and the order of genes.

`python -m benchmarks.scmamba PART [DATA]` computes one part (doublets, types, imputation,
expression or order) from DATA, prints a table and adds to results/scmamba.json; `all` computes all.
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
from benchmarks.scmamba_data import DOUBLETS, WithDoublets, baron, pbmc
from benchmarks.scrublet import scrublet_scores
from sklearn.metrics import average_precision_score, roc_auc_score

from orthoweave.models.base import RunContext
from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.models.scmamba.differential import compared
from orthoweave.models.scmamba.doublets import find_doublets
from orthoweave.models.scmamba.fitting import fit_task
from orthoweave.models.scmamba.inputs import prepare
from orthoweave.models.scmamba.network import Examples, pretrained

RESULT = Path(__file__).parent / "results" / "scmamba.json"
HERE = Path(__file__).parents[2] / "shared" / "data"
MAMBA = ScMambaConfig(
    genes=256, width=32, layers=1, pretrain_epochs=1, epochs=3, rate=2e-3, device="cpu"
)
SET = ScMambaConfig(
    mixer="set", genes=1000, batch=128, pretrain_epochs=2, epochs=8, rate=2e-3, device="cpu"
)
ENCODERS = {"set": SET, "mamba": MAMBA}
# datasets of up to 2,000 cells, which a Mamba takes minutes for
SMALL = ("four cell lines, hashtags", "three cell lines, genotypes", "sorted blood, added")
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


def doublets(data: Path) -> Table:
    """Return areas of each method on each dataset: ours by both encoders, beside plain ones."""
    table: Table = {}
    for name, read in DOUBLETS.items():
        found = read(data)
        view = found.view
        rows = {
            "Scrublet": scrublet_scores(view.values),
            "counts of the cell": view.totals,
            "genes detected": np.diff(view.values.indptr),
            "set": _judged(view, replace(SET, dataset=view.dataset)),
        }
        table[name] = {method: areas(one, found) for method, one in rows.items()}
        table[name]["means of logarithms, an artefact"] = averaged_logs(found)
        _show(name, table[name])
        _keep({"doublets": table})
    for name in SMALL:
        found = DOUBLETS[name](data)
        scores = _judged(found.view, replace(MAMBA, dataset=found.view.dataset))
        table[name]["mamba"] = areas(scores, found)
        _show(f"{name}, mamba", {"mamba": table[name]["mamba"]})
        _keep({"doublets": table})
    return table


def _judged(view: Any, config: ScMambaConfig) -> np.ndarray:
    prepared = prepare(view, np.ones(view.n_cells, bool), config)
    encoder = pretrained(Examples.of(prepared.profiles), prepared.genes, config, RunContext())
    return find_doublets(prepared, encoder, config, RunContext(), name="doublets").cells


def types(data: Path) -> Table:
    """Return macro-F1 of ten labels a type on a held-out donor: pretrained, not, and plain."""
    table: Table = {}
    view = baron(data)
    for encoder, config in ENCODERS.items():
        base = replace(
            config,
            dataset="baron",
            task="annotate",
            labels_per_type=10,
            epochs=40,
            test_donors=("human3",),
        )
        runs: dict[str, list[float]] = {"pretrained": [], "random weights": []}
        plain: dict[str, list[float]] = {}
        for seed in range(5):
            for name, epochs in (("pretrained", config.pretrain_epochs), ("random weights", 0)):
                fitted = fit_task(
                    view, replace(base, seed=seed, pretrain_epochs=epochs), RunContext()
                )
                [score] = fitted.scores
                runs[name].append(score.estimate.value)
                if name == "pretrained":
                    for other, estimate in score.baselines.items():
                        plain.setdefault(other, []).append(estimate.value)
        difference = np.array(runs["pretrained"]) - runs["random weights"]
        table[encoder] = {
            **{name: _spread(values) for name, values in runs.items()},
            "paired difference": _spread(list(difference)),
            **{name: _spread(values) for name, values in plain.items()},
        }
        _show(f"types, {encoder}", table[encoder])
        _keep({"types": table})
    return table


def imputation(data: Path) -> Table:
    """Return errors and correlations of withheld counts by each method."""
    table: Table = {}
    for name, read in (("Baron human pancreas", baron), ("PBMC 3k", pbmc)):
        view = read(data)
        for encoder, config in ENCODERS.items():
            fitted = fit_task(
                view, replace(config, dataset=view.dataset, task="impute"), RunContext()
            )
            [score] = fitted.scores
            table[f"{name}, {encoder}"] = {
                "R2": {
                    "own": str(score.estimate),
                    "control": str(score.control),
                    **{key: str(value) for key, value in score.baselines.items()},
                },
                **dict(fitted.measures),
            }
            _show(f"imputation, {name}, {encoder}", table[f"{name}, {encoder}"])
            _keep({"imputation": table})
    return table


def expression(data: Path) -> Table:
    """Return genes called different between permuted donors, before and after imputation."""
    view = baron(data)
    view = view.subset(cells=view.cell_types == "CL:0000169")
    config = replace(SET, dataset="baron", task="impute")
    prepared = prepare(view, np.ones(view.n_cells, bool), config)
    fitted = fit_task(view, config, RunContext())
    counted = prepared.profiles.values.toarray()
    table = {
        "before imputation": compared(counted, view.donors).found,
        "after imputation": compared(fitted.found, view.donors).found,
        "genes": counted.shape[1],
    }
    _show("false positives under permuted donors, beta cells of Baron", table)
    _keep({"expression": table})
    return table


def order(data: Path) -> Table:
    """Return the AUROC of doublets and the macro-F1 of types under three orders of the genes."""
    found = DOUBLETS["four cell lines, hashtags"](data)
    scores = [
        areas(_judged(found.view, replace(MAMBA, dataset="chcl", order=number)), found)["AUROC"]
        for number in range(3)
    ]
    table = {"AUROC of doublets, four cell lines": _spread(scores)}
    _show("order of genes", table)
    _keep({"order": table})
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


PARTS: Mapping[str, Callable[[Path], Table]] = {
    "doublets": doublets,
    "types": types,
    "imputation": imputation,
    "expression": expression,
    "order": order,
}


def main() -> None:
    """Compute the parts that are asked for."""
    chosen = sys.argv[1] if len(sys.argv) > 1 else "all"
    data = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE
    for name, part in PARTS.items():
        if chosen in ("all", name):
            start = time.process_time()
            part(data)
            print(f"{name}: {time.process_time() - start:.0f} s of processor time", flush=True)


if __name__ == "__main__":
    main()
