"""Bulk samples restored from small panels: restoration, classes, missing values and survival.

`python -m benchmarks.gexbert [PART ...]`: on three cancer types of TCGA (1,016 patients, 1,577
genes), in five parts by patient. Choices were made on `restoration` of these; `other` repeats it on
cancer types and a breast cancer study that no choice was made on. `learners`, `chained` and
`attention` are in `benchmarks.gexbert_rivals`. Each part of the result is written by itself, so
that parts can be measured apart.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from benchmarks.gexbert_data import breast, pan_cancer, three_types
from benchmarks.gexbert_rivals import Kind, attended, chained, classified, restored

from orthoweave.models.base import Estimate, RunContext
from orthoweave.models.gexbert.classification import EMBEDDING, PANEL, classify_parts
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.imputation import impute_parts
from orthoweave.models.gexbert.model import Gexbert
from orthoweave.models.gexbert.parts import Part, fit_parts
from orthoweave.models.gexbert.prepared import Prepared, prepare
from orthoweave.models.gexbert.restoration import restore_parts
from orthoweave.models.gexbert.survival import RESTORED, RIDGE, survival_resampled, survive_parts
from orthoweave.models.probes.classifiers import logistic
from orthoweave.models.statistics import of_classes
from orthoweave.views.requests import Views
from orthoweave.views.samples import SamplesView

RESULT = Path(__file__).parent / "results" / "gexbert.json"
SIZES = (16, 32, 64, 128, 256, 512)
PANELS = 5
CLASS_PANELS = 20
SHARES = (
    *(("mcar", share) for share in (0.1, 0.3, 0.5, 0.7, 0.9)),
    *(("mnar", 0.5), ("block", 0.5)),
)
REPEATS = 5
LEARNER_PANELS = 10
CHAINED_GENES = 300
BASE = GexbertConfig(dataset="tcga_three_types", device="cpu")


def fitted(view: SamplesView, config: GexbertConfig) -> tuple[Prepared, tuple[Part, ...]]:
    """Return the samples and a restorer for each part; it serves every panel."""
    prepared = prepare(view, config)
    return prepared, fit_parts(prepared, config)


def with_panel(prepared: Prepared, size: int, seed: int) -> Prepared:
    """Return the samples with another random panel."""
    order = np.random.default_rng(seed).permutation(len(prepared.columns))
    return replace(prepared, panel=np.sort(order[:size]))


def restoration(
    prepared: Prepared, parts: Sequence[Part], sizes: Sequence[int] = SIZES
) -> list[dict[str, object]]:
    """Return R2 by method for panels of some sizes, mean over random panels."""
    rows: list[dict[str, object]] = []
    for size in sizes:
        found = []
        for seed in range(PANELS):
            restored = restore_parts(with_panel(prepared, size, seed), parts, BASE)
            total = restored.total.sum()
            found.append({name: 1 - each.sum() / total for name, each in restored.errors.items()})
        row: dict[str, object] = {"visible": size}
        row |= {name: float(np.mean([one[name] for one in found])) for name in found[0]}
        gain = [one["model"] - one["ridge"] for one in found]
        row |= {"minus_ridge": [float(min(gain)), float(np.mean(gain)), float(max(gain))]}
        rows.append(row)
        print(row, flush=True)
    return rows


def classes(prepared: Prepared, parts: Sequence[Part]) -> list[dict[str, object]]:
    """Return accuracy and macro-F1 from panels of some sizes, mean over random panels."""
    rows: list[dict[str, object]] = []
    for size in SIZES[:5]:
        found: list[dict[str, float]] = []
        for seed in range(CLASS_PANELS):
            own = with_panel(prepared, size, 100 + seed)
            classified = classify_parts(own, parts, BASE)
            if classified is None:
                continue
            predicted = dict(classified.predicted) | {"restored profile": _profile(own, parts)}
            truth = own.labels[classified.rows].astype(str)
            ones = np.ones(len(truth))
            values: dict[str, float] = {}
            for name, labels in predicted.items():
                values[name] = float(of_classes("accuracy", truth, labels[None])(ones)[0])
                values[f"{name}, F1"] = float(of_classes("macro-F1", truth, labels[None])(ones)[0])
            found.append(values)
        row: dict[str, object] = {"visible": size}
        row |= {name: float(np.mean([one[name] for one in found])) for name in found[0]}
        gain = np.array([one[EMBEDDING] - one[PANEL] for one in found])
        drawn = np.random.default_rng(0).choice(gain, (2000, len(gain))).mean(axis=1)
        low, high = np.quantile(drawn, [0.025, 0.975])
        row["embedding_minus_genes"] = [float(gain.mean()), float(low), float(high)]
        rows.append(row)
        print(row, flush=True)
    return rows


def _profile(prepared: Prepared, parts: Sequence[Part]) -> np.ndarray:
    """Return labels by logistic regression on the whole restored profile, penalised more."""
    labels = np.full(len(prepared.labels), "", object)
    every = np.arange(len(prepared.columns))
    for part in parts:
        scores = part.restorer.scores(prepared.values, prepared.panel, every)
        train = part.train
        known = prepared.labels[train].astype(str)
        labels[part.test] = logistic(scores[train], known, scores[part.test], strength=0.01)
    return labels


def imputation(prepared: Prepared, parts: Sequence[Part]) -> list[dict[str, object]]:
    """Return R2 and RMSE of missing values by method, on the first part's test patients."""
    rows: list[dict[str, object]] = []
    for kind, share in SHARES:
        found = impute_parts(prepared, parts[:1], kind, share, seed=0)
        row: dict[str, object] = {"kind": kind, "share": share}
        row |= {name: float(1 - e.sum() / found.total.sum()) for name, e in found.errors.items()}
        row["rmse"] = {name: found.rmse(name) for name in found.errors}
        rows.append(row)
        print(row, flush=True)
    return rows


def learners(prepared: Prepared, parts: Sequence[Part]) -> list[dict[str, object]]:
    """Return R2, accuracy and macro-F1 from random panels and from genes that vary most."""
    rows: list[dict[str, object]] = []
    kinds: tuple[tuple[Kind, int], ...] = (("random", LEARNER_PANELS), ("variance", 1))
    for kind, n_panels in kinds:
        for size in SIZES[:5]:
            found = [
                classified(prepared, parts, BASE, size, kind, 100 + seed)
                for seed in range(n_panels)
            ]
            row: dict[str, object] = {"panels": kind, "visible": size, "number": n_panels}
            row["R2"] = restored(prepared, parts, BASE, size, kind)
            for at, metric in enumerate(("accuracy", "macro-F1")):
                row[metric] = {
                    name: float(np.mean([one[name][at] for one in found])) for name in found[0]
                }
            rows.append(row)
            print(row, flush=True)
    return rows


def chained_equations(view: SamplesView) -> list[dict[str, object]]:
    """Return R2 of missing values over fewer genes, those that vary most, MICE beside the rest."""
    config = replace(BASE, genes=CHAINED_GENES, panel_size=8)
    prepared, parts = fitted(view, config)
    rows: list[dict[str, object]] = []
    for kind, share in SHARES:
        row: dict[str, object] = {"kind": kind, "share": share}
        row |= chained(prepared, parts[0], kind, share, seed=0)
        rows.append(row)
        print(row, flush=True)
    return rows


def survival(view: SamplesView, groups: Sequence[str]) -> list[dict[str, object]]:
    """Return concordance by method for each group, five folds, several panels and foldings."""
    rows: list[dict[str, object]] = []
    for group in groups:
        for seed in range(REPEATS):
            config = replace(BASE, dataset=view.dataset, groups=(group,), seed=seed)
            prepared, parts = fitted(view, config)
            survived = survive_parts(prepared, parts, config)
            if survived is None:
                continue
            row: dict[str, object] = {"group": group, "seed": seed, "n": len(survived.rows)}
            for metric, uno in (("Harrell", False), ("Uno", True)):
                found = survival_resampled(prepared, survived, config, uno=uno)
                row[metric] = {name: round(value, 4) for name, value in found.values.items()}
                row[f"{metric}_minus_ridge"] = _three(found.difference(RESTORED, RIDGE))
            row["integrated_brier"] = dict(survived.brier)
            rows.append(row)
            print(row, flush=True)
    return rows


def other() -> list[dict[str, object]]:
    """Return restoration on data that no choice was made on."""
    rows: list[dict[str, object]] = []
    for view, sizes in (
        (pan_cancer("BRCA"), (16, 128)),
        (pan_cancer("KIRC"), (16, 128)),
        (breast(), (8, 16, 32)),
    ):
        prepared, parts = fitted(view, replace(BASE, dataset=view.dataset, panel_size=8))
        about = {"dataset": view.dataset, "n": view.n_cells}
        rows += [about | row for row in restoration(prepared, parts, sizes)]
    return rows


def as_it_runs(view: SamplesView) -> dict[str, object]:
    """Return the scores of the model by default options, and the time that it took."""
    start, model = time.process_time(), Gexbert()
    views, context = Views({"samples": view}), RunContext()
    result = model.apply(model.fit(views, BASE, context), views, BASE, context)
    return {
        "processor_seconds": time.process_time() - start,
        "scores": [
            {
                "metric": one.metric,
                "context": one.context,
                "model": _three(one.estimate),
                "control": _three(one.control),
                "baselines": {name: _three(each) for name, each in one.baselines.items()},
                "differences": {name: _three(each) for name, each in one.differences.items()},
            }
            for one in result.scores
        ],
        "measures": dict(result.measures),
        "notes": list(result.judged().notes),
    }


def _three(found: Estimate) -> list[float]:
    return [found.value, found.low, found.high]


def main(wanted: Sequence[str]) -> None:
    """Measure some parts, all if none are named, and write them beside the others."""
    names = tuple(wanted) or (
        *("restoration", "classes", "learners", "imputation", "chained", "survival", "attention"),
        *("other", "run"),
    )
    view = three_types()
    needs = {"restoration", "classes", "learners", "imputation"} & set(names)
    prepared, parts = fitted(view, BASE) if needs else (prepare(view, BASE), ())
    measures: dict[str, Callable[[], object]] = {
        "restoration": lambda: restoration(prepared, parts),
        "classes": lambda: classes(prepared, parts),
        "learners": lambda: learners(prepared, parts),
        "imputation": lambda: imputation(prepared, parts),
        "chained": lambda: chained_equations(view),
        "attention": lambda: attended(prepare(view, BASE), BASE),
        "survival": lambda: survival(view, ("BLCA", "STAD", "COADREAD")),
        "other": other,
        "run": lambda: as_it_runs(view),
    }
    for name in names:
        if name in measures:
            found = measures[name]()
            kept = json.loads(RESULT.read_text()) if RESULT.exists() else {}
            kept[name] = found
            RESULT.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
