"""The graph network across species, against strong baselines and controls, on two pairs of species.

`python -m benchmarks.cross_species_gnn [DATA]` reads DATA/baron_pancreas, DATA/pbmc3k,
DATA/zebrafish_blood, DATA/orthology and DATA/cell_ontology (see docs/models/cross_species_gnn.md),
trains on one dataset and names the cells of the other, of which no label is used. It prints
accuracy and macro-F1 with 95 % intervals over seeds, donors and cells, and the paired difference
from the network of one-to-one pairs. Nothing is calibrated here: that is `benchmarks.calibration`.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from benchmarks.baron_data import read_dataset, read_orthology
from benchmarks.evaluate import LEVELS, read_fish, read_human, read_ontology
from benchmarks.evaluate import read_orthology as read_fish_orthology

from orthoweave.models.controls import rewired
from orthoweave.models.cross_species_gnn.baselines import linear_on_markers, one_to_one_predictions
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.fitting import train
from orthoweave.models.cross_species_gnn.task import make_task
from orthoweave.models.levels import common_level
from orthoweave.models.orthology_transfer.inputs import pairs_between
from orthoweave.models.resampling import resample
from orthoweave.models.statistics import ClassMetric, of_classes
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite, OrthologyView

HERE = Path(__file__).parent
RESULT = HERE / "results" / "cross_species_gnn.json"
SEEDS: Final = range(3)
METRICS: tuple[ClassMetric, ...] = ("accuracy", "macro-F1")
NETWORK: Final = "graph network, 1:1 pairs"
CONFIG = CrossSpeciesConfig(device="cpu")
Row = dict[str, object]


def main() -> None:
    """Measure each pair of datasets, print a table for each and write the JSON."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "shared" / "data"
    rows: list[Row] = []
    for name, source, target, orthology in (*blood(data), *pancreas(data)):
        rows += measured(name, source, target, orthology)
        RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def pancreas(data: Path) -> Iterator[tuple[str, ExpressionView, ExpressionView, OrthologyView]]:
    """Yield human and mouse pancreas both ways, with the cell types that both have."""
    human = read_dataset(data, "baron_human", "NCBITaxon:9606")
    mouse = read_dataset(data, "baron_mouse", "NCBITaxon:10090")
    shared = sorted(set(human.cell_types) & set(mouse.cell_types))
    human, mouse = (view.subset(cells=np.isin(view.cell_types, shared)) for view in (human, mouse))
    orthology = read_orthology(data)
    yield "baron_human to baron_mouse", human, mouse, orthology
    yield "baron_mouse to baron_human", mouse, human, orthology


def blood(data: Path) -> Iterator[tuple[str, ExpressionView, ExpressionView, OrthologyView]]:
    """Yield human to zebrafish blood at two levels."""
    human, fish, ontology = read_human(data), read_fish(data), read_ontology(data)
    by_dataset = {view.dataset: view.cell_types for view in (human, fish)}
    for name, given in LEVELS.items():
        level = common_level(by_dataset, ontology, given)
        views = []
        for view in (human, fish):
            types = level.of(view.cell_types)
            there = types != None  # noqa: E711 - element by element
            views.append(replace(view.subset(cells=there), cell_types=types[there]))
        title = f"pbmc3k to zebrafish_blood, {name} level"
        yield title, views[0], views[1], read_fish_orthology(data)


def measured(
    name: str, source: ExpressionView, target: ExpressionView, orthology: OrthologyView
) -> list[Row]:
    """Return a row for each method and print them as a table."""
    pairs = pairs_between(orthology, source, target, "all")
    one = pairs.select(pairs.cardinality == "1:1")
    found = {
        NETWORK: network(source, target, one),
        "graph network, all pairs": network(source, target, pairs),
        "orthology rewired, degrees kept": network(source, target, one, control=True),
    }
    plain = one_to_one_predictions(source, target, pairs)
    plain["logistic on the network's genes, 1:1"] = linear_on_markers(
        make_task(source, target, one, CONFIG)
    )
    plain["logistic on the network's genes, all pairs"] = linear_on_markers(
        make_task(source, target, pairs, CONFIG)
    )
    found |= {method: predicted[None] for method, predicted in plain.items()}
    drawn = {
        metric: resample(
            {key: of_classes(metric, target.cell_types, rows) for key, rows in found.items()},
            target.donors,
            seed=0,
        )
        for metric in METRICS
    }
    print(f"\n### {name}, {target.n_cells} cells; over {drawn['accuracy'].about}\n")
    print("| method | accuracy | macro-F1 | network (1:1) minus it, accuracy |\n|---|---|---|---|")
    rows: list[Row] = []
    for method in found:
        estimates = [drawn[metric].estimate(method) for metric in METRICS]
        lead = drawn["accuracy"].difference(NETWORK, method)
        shown = [f"{e.value:.3f} ({e.low:.3f} to {e.high:.3f})" for e in (*estimates, lead)]
        print(f"| {method} | {' | '.join(shown)} |", flush=True)
        row: Row = {"pair": name, "method": method, "seeds": len(found[method])}
        for metric, e in zip((*METRICS, "lead"), (*estimates, lead), strict=True):
            row[metric] = [e.value, e.low, e.high]
        rows.append(row)
    return rows


def network(
    source: ExpressionView, target: ExpressionView, pairs: Bipartite, *, control: bool = False
) -> np.ndarray:
    """Return types by the network with several seeds, shape ``(n_seeds, n_target_cells)``."""
    rows = []
    for seed in SEEDS:
        task = make_task(source, target, rewired(pairs, seed) if control else pairs, CONFIG)
        found = train(task, replace(CONFIG, seed=seed)).target.argmax(axis=1)
        rows.append(task.classes[found])
    return np.array(rows)


if __name__ == "__main__":
    main()
