"""Cells of laboratories that were not trained on: how many are named, and rightly.

`python -m benchmarks.calibration [DATA [OTHERS]]` reads DATA/baron_pancreas, DATA/orthology and the
like, and OTHERS, cells of other laboratories (see `benchmarks.laboratories`; pairs whose file is
missing are left out and named). Settings of calibration were chosen on the pairs of the part
"chosen on"; those of the part "reported" are in docs/models/cross_species_gnn.md. Each row is
written to ``work/calibration.jsonl`` when it is measured and not measured again: delete the
file to start anew.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from benchmarks.baron_data import read_dataset, read_orthology
from benchmarks.evaluate import LEVELS, read_fish, read_human, read_ontology
from benchmarks.evaluate import read_orthology as read_fish_orthology
from benchmarks.laboratories import (
    HUMAN,
    MOUSE,
    OTHER_HUMAN,
    as_other_species,
    fewer_genes,
    other_composition,
    read_blood,
    read_pancreas,
    shallow,
    with_parts,
)

from orthoweave.models.base import RunContext
from orthoweave.models.calibration.thresholds import threshold
from orthoweave.models.calibration.trials import run_trials
from orthoweave.models.cross_species_gnn.baselines import linear_on_markers, one_to_one_predictions
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.kept import name_cells
from orthoweave.models.cross_species_gnn.model import CrossSpeciesNetwork
from orthoweave.models.cross_species_gnn.results import Named
from orthoweave.models.cross_species_gnn.task import make_task, prepare
from orthoweave.models.levels import common_level
from orthoweave.models.resampling import resample
from orthoweave.models.statistics import of_means
from orthoweave.numerics.reliability import reliability
from orthoweave.views.expression import ExpressionView
from orthoweave.views.ontology import no_ontology
from orthoweave.views.orthology import OrthologyView, orthology_view
from orthoweave.views.requests import Views

HERE = Path(__file__).parent
WORK = HERE / "work" / "calibration.jsonl"
RESULT = HERE / "results" / "calibration.json"
MODEL = CrossSpeciesNetwork()
OLD_PRECISION = 0.99
BEFORE = "all pairs, before"
Row = dict[str, object]
Pair = tuple[str, ExpressionView, ExpressionView, OrthologyView]


def main() -> None:
    """Measure the pairs that are missing, print the tables and write the JSON."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "shared" / "data"
    others = Path(sys.argv[2]) if len(sys.argv) > 2 else data / "other_laboratories"
    rows = [json.loads(line) for line in WORK.read_text().splitlines()] if WORK.exists() else []
    done = {str(row["pair"]) for row in rows}
    pairs = (*blood(data, others), *pancreas(data, others), *zebrafish(data))
    for part, source, target, orthology in pairs:
        name = f"{source.dataset} to {target.dataset}"
        if name in done:
            continue
        found = list(measured(source, target, orthology))
        rows += [{"part": part, "pair": name, **row} for row in found]
        WORK.parent.mkdir(exist_ok=True)
        WORK.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for part in dict.fromkeys(str(row["part"]) for row in rows):
        show(part, [row for row in rows if row["part"] == part])
    RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def blood(data: Path, others: Path) -> Iterator[Pair]:
    """Yield the pairs that settings were chosen on: human blood of three laboratories."""
    names = [name for name in ("pbmc3k", "zheng", "pbmc68k") if _there(others, name)]
    views = [read_blood(data, others, name) for name in names]
    genes = np.unique(np.concatenate([view.genes for view in views]))
    count = len(genes)
    same = orthology_view(
        genes,
        np.array([f"{gene}0000000" for gene in genes], object),
        np.full(count, HUMAN, object),
        np.full(count, OTHER_HUMAN, object),
        cardinality=np.full(count, "1:1", object),
        support=np.full(count, 12),
        covering=np.full(count, 12),
    )
    for source in views:
        for target in views:
            if source is not target:
                yield "chosen on", source, as_other_species(target), same


def pancreas(data: Path, others: Path) -> Iterator[Pair]:
    """Yield the pairs that are reported: pancreas of two species and four laboratories."""
    orthology = read_orthology(data)
    human, mouse = (
        read_dataset(data, name, species)
        for name, species in (("baron_human", HUMAN), ("baron_mouse", MOUSE))
    )
    for name in ("wang", "xin", "embryo"):
        if _there(others, name):
            source = human if name == "embryo" else mouse
            yield "reported", source, read_pancreas(data, others, name), orthology
    yield "reported", mouse, human, orthology
    yield "reported", human, mouse, orthology
    ductal = mouse.cell_types == "CL:0002079"
    without = replace(mouse.subset(cells=~ductal), dataset="baron_mouse without ductal cells")
    yield "reported", without, human, orthology


def zebrafish(data: Path) -> Iterator[Pair]:
    """Yield human to zebrafish blood at two levels, with random parts in place of donors."""
    human, fish, ontology = read_human(data), read_fish(data), read_ontology(data)
    by_dataset = {view.dataset: view.cell_types for view in (human, fish)}
    for name, given in LEVELS.items():
        level = common_level(by_dataset, ontology, given)
        types = level.of(human.cell_types)
        known = types != None  # noqa: E711 - element by element
        source = replace(human.subset(cells=known), cell_types=types[known])
        source = replace(with_parts(source), dataset=f"pbmc3k, {name} level,")
        target = replace(fish, cell_types=level.of(fish.cell_types))
        yield "reported", source, target, read_fish_orthology(data)


def _there(others: Path, name: str) -> bool:
    if name in ("pbmc3k", "zheng") or (others / f"{name}.h5ad").exists():
        return True
    print(f"{name}: left out, because {others / name}.h5ad is not there")
    return False


SIMULATED: dict[str, Callable[[ExpressionView], ExpressionView]] = {
    "a fifth of the molecules": lambda view: shallow(view, 0.2),
    "70 % of the genes": lambda view: fewer_genes(view, 0.7),
    "a tenth of the two commonest types": lambda view: other_composition(view, 0.1),
}


def measured(
    source: ExpressionView, target: ExpressionView, orthology: OrthologyView
) -> Iterator[Row]:
    """Yield rows of a pair: as before, as now, and as now in simulated laboratories."""
    config = CrossSpeciesConfig(source=source.dataset, target=target.dataset, device="cpu")
    views = Views(
        {"source": source, "target": target, "orthology": orthology, "ontology": no_ontology()}
    )
    every = replace(config, kinds="all")
    _, _, pairs = prepare(views, every)
    fitted = MODEL.fit(views, config, RunContext())
    # blood has no other pairs than one-to-one
    first = MODEL.fit(views, every, RunContext()) if (pairs.cardinality != "1:1").any() else fitted
    yield row_of(BEFORE, before(first, views, every), target)
    baseline = linear_on_markers(make_task(*prepare(views, config), config))
    yield row_of("now", fitted, target, markers=baseline) | {"probes": probes(views, config)}
    if not target.dataset.startswith("baron"):
        return
    kept = MODEL.restore(MODEL.state(fitted, views, config))
    for name, change in SIMULATED.items():
        changed = change(target)
        elsewhere = Views({"target": changed, "orthology": orthology})
        yield row_of(name, name_cells(kept, elsewhere, config), changed)


def probes(views: Views, config: CrossSpeciesConfig) -> dict[str, float]:
    """Return the accuracy of each plain probe on one-to-one genes; none of them was chosen."""
    source, target, pairs = prepare(views, config)
    types, counts = np.unique(source.cell_types.astype(str), return_counts=True)
    source = source.subset(cells=np.isin(source.cell_types, types[counts >= config.min_cells]))
    known = np.isin(target.cell_types, source.cell_types)
    return {
        name: float((found == target.cell_types)[known].mean())
        for name, found in one_to_one_predictions(source, target, pairs).items()
    }


def before(fitted: Named, views: Views, config: CrossSpeciesConfig) -> Named:
    """Return cells as they were named before: by the network, from one threshold on.

    It is the lowest probability from which on 99 % of the named cells of held-out donors are right.
    """
    _, target, pairs = prepare(views, config)
    found, held_out = fitted.calibrated, fitted.held_out
    if found is None or held_out is None:
        message = "expected a fit with held-out donors"
        raise TypeError(message)
    asked = held_out.asked(target, pairs)
    n_classes = held_out.reference.n_classes
    folds = [one.classifier(asked.found, n_classes, "cpu") for one in held_out.networks]
    trials = run_trials(held_out.reference, asked, found.asked.own, folds, seed=0, draws=1)
    own = np.concatenate([trial.opinions.own for trial in trials.unchanged])
    truth = np.concatenate([held_out.reference.labels[trial.rows] for trial in trials.unchanged])
    ones = np.ones(len(truth))
    bound = threshold(own.max(axis=1), own.argmax(axis=1) == truth, ones, ones, OLD_PRECISION)
    return replace(fitted, probability=found.asked.own, threshold=bound, calibrated=None)


def row_of(
    name: str, found: Named, target: ExpressionView, *, markers: np.ndarray | None = None
) -> Row:
    """Return the figures of named cells, with intervals over the target's donors and cells."""
    right = np.asarray(found.predicted == target.cell_types)
    known, named = np.isin(target.cell_types, found.classes), found.is_named
    row: Row = {
        "method": name,
        "cells": target.n_cells,
        "named": int(named.sum()),
        "coverage": _interval(named, target.donors),
        "others": int((~known).sum()),
        "others_named": int((named & ~known).sum()),
        "accuracy": _interval(right[known], target.donors[known]),
    }
    if named.any():
        row["right"] = _interval(right[named], target.donors[named])
    if markers is not None:
        row["logistic on markers"] = _interval(
            (markers == target.cell_types)[known], target.donors[known]
        )
    if found.calibrated is None:
        return row
    calibrated = found.calibrated
    own, plain = (
        found.classes[one.argmax(axis=1)] == target.cell_types
        for one in (calibrated.asked.own, calibrated.asked.plain)
    )
    row |= {
        "network": _interval(own[known], target.donors[known]),
        "logistic": _interval(plain[known], target.donors[known]),
        "minus logistic": _interval((right.astype(float) - plain)[known], target.donors[known]),
        "named_by": calibrated.choice,
        "verdict": calibrated.dataset_verdict,
        "outside": float(np.mean(calibrated.verdict == "outside")),
        "others_outside": float(np.mean(calibrated.verdict[~known] == "outside"))
        if (~known).any()
        else None,
        "shift": str(calibrated.shift),
        "expected_right": calibrated.named_right,
    }
    inside = ~np.isnan(calibrated.certainty)
    curve = reliability(calibrated.certainty[inside], right[inside])
    return row | {"reliability": json.loads(str(curve)), "calibration_error": curve.error}


def _interval(values: np.ndarray, donors: np.ndarray) -> list[float]:
    found = resample({"it": of_means(values.astype(float)[None])}, donors, seed=0).estimate("it")
    return [found.value, found.low, found.high]


def show(part: str, rows: list[Row]) -> None:
    """Print the rows of a part as a table."""
    columns = ("accuracy", "logistic", "logistic on markers", "coverage", "right")
    print(f"\n### {part}\n\n| pair | | {' | '.join(columns)} | others named | named by | verdict |")
    print("|---" * (len(columns) + 5) + "|")
    for row in rows:
        cells = [_shown(row.get(name)) for name in columns]
        others = f"{row['others_named']} of {row['others']}"
        ends = [others, str(row.get("named_by", "")), str(row.get("verdict", ""))]
        print(f"| {row['pair']} | {row['method']} | {' | '.join(cells + ends)} |")


def _shown(value: object) -> str:
    if not isinstance(value, list):
        return ""
    middle, low, high = value
    return f"{middle:.3f} ({low:.3f} to {high:.3f})"


if __name__ == "__main__":
    main()
