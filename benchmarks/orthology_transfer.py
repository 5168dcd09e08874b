"""Orthology transfer on Baron pancreas against all its baselines: macro-F1 on unseen animals.

`python -m benchmarks.orthology_transfer [DATA]` reads DATA/baron_pancreas and DATA/orthology
(see docs/models/orthology_transfer.md) and prints tables with 95 % intervals. A row that is in
``work/orthology_transfer.jsonl`` already is not computed again: delete the file to start again.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from benchmarks.baron_data import read_dataset, read_orthology
from benchmarks.orthology_transfer_report import acceptance, summary, table
from benchmarks.transfer_rivals import DenseConversion, choose_strength, pooled

from orthoweave.models.evaluation import accuracy, macro_f1
from orthoweave.models.orthology_transfer import baselines
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.conversion import Adapted, adapt, adapt_layer, split_cells
from orthoweave.models.orthology_transfer.fitting import source_network
from orthoweave.models.orthology_transfer.inputs import Wiring
from orthoweave.models.orthology_transfer.network import (
    Labelled,
    Schedule,
    freeze,
    labelled,
    make_network,
    predict,
)
from orthoweave.models.orthology_transfer.problem import Prepared, prepare
from orthoweave.models.probes.components import expression_components
from orthoweave.views.ontology import no_ontology
from orthoweave.views.requests import Views

HERE = Path(__file__).parent
WORK = HERE / "work" / "orthology_transfer.jsonl"
RESULT = HERE / "results" / "orthology_transfer.json"
SIZES = (50, 25, 10, 100, 250)
STRENGTHS = (0.0, 1e-3, 1e-1)
# draws whose cells choose the strength of the penalty, for each size
TUNING_DRAWS = 2


@dataclass(frozen=True, slots=True)
class Study:
    """One pair of datasets."""

    name: str
    config: TransferConfig
    draws: int
    sizes: tuple[int, ...]
    dense_draws: int = 0
    genes: str = "variable"


TO_MOUSE = TransferConfig(source="baron_human", target="baron_mouse", test_donors=("mouse2",))
STUDIES = (
    Study("human to mouse", TO_MOUSE, 20, SIZES, dense_draws=5),
    Study("human to mouse, genes with several orthologs", TO_MOUSE, 10, (25, 50), genes="several"),
    Study(
        "mouse to human",
        TransferConfig(source="baron_mouse", target="baron_human", test_donors=("human3",)),
        10,
        (25, 50, 250),
    ),
)


class Bench:
    """One study: its network, its draws and its methods."""

    def __init__(self, study: Study, views: Views) -> None:
        self.study = study
        self.prepared = _prepared(study, views)
        self.network = source_network(self.prepared, study.config, "cpu")
        self.random_network = make_network(
            self.prepared.source.shape[1], len(self.prepared.classes), 77, "cpu"
        )
        freeze(self.random_network)
        self.one = baselines.one_to_one(self.prepared.wiring)
        self.components = expression_components(self.prepared.target_logs)
        source = self.prepared
        self.source = labelled(
            source.source,
            source.source_classes,
            np.flatnonzero(source.source_split.train),
            np.flatnonzero(source.source_split.validation),
            "cpu",
        )

    def draw(self, number: int, size: int) -> Labelled:
        """Return labelled target cells; draws with the same number are nested over the sizes."""
        there = np.flatnonzero(self.prepared.target_split.train)
        order = np.random.default_rng((number, 5)).permutation(there)[:size]
        validation, training = split_cells(order)
        return labelled(
            self.prepared.target, self.prepared.target_classes, training, validation, "cpu"
        )

    def strength(self, wiring: Wiring, size: int) -> float:
        """Return the strength that cross-validation on a few draws of labelled cells prefers."""
        chosen = [
            choose_strength(
                self.network, wiring, self.draw(number, size), STRENGTHS, Schedule(number)
            )
            for number in range(TUNING_DRAWS)
        ]
        return float(np.median(chosen))

    def methods(
        self, data: Labelled, number: int, strengths: dict[str, float]
    ) -> dict[str, Callable[[], np.ndarray]]:
        """Return each method as a function that returns a class for every target cell."""
        prepared, schedule = self.prepared, Schedule(number)
        wiring, n_classes = prepared.wiring, len(prepared.classes)

        def adapted(network: torch.nn.Module, edges: Wiring, strength: float) -> np.ndarray:
            return classes(adapt(network, edges, data, strength, schedule))

        def dense() -> np.ndarray:
            layer = DenseConversion(wiring, "cpu")
            return classes(adapt_layer(layer, self.network, data, strengths["TRON"], schedule))

        def classes(found: Adapted) -> np.ndarray:
            return predict(found.module, data.inputs)

        return {
            "TRON": lambda: adapted(self.network, wiring, strengths["TRON"]),
            "(a) no training": lambda: predict(
                baselines.untrained(self.network, wiring, data).module, data.inputs
            ),
            "(b) 1:1 linear": lambda: adapted(self.network, self.one, strengths["1:1"]),
            "(c) from scratch": lambda: baselines.from_scratch(data, n_classes, schedule),
            "(d) ridge": lambda: baselines.ridge(data, n_classes),
            "(e) pooled 1:1": lambda: pooled(self.source, data, wiring, n_classes, schedule),
            "(f) rewired": lambda: adapted(
                self.network, baselines.rewired_edges(wiring, number), strengths["TRON"]
            ),
            "(h) random network": lambda: adapted(self.random_network, wiring, strengths["TRON"]),
            "(i) 1:1 mean and variance": lambda: predict(
                baselines.untrained(self.network, self.one, data).module, data.inputs
            ),
            "(i) 1:1 mutual neighbours": self.by_neighbours,
            "(j) PCA of all target cells": lambda: baselines.by_target_cells(self.components, data),
            "(k) nearest labelled cells": lambda: baselines.by_nearest_cells(self.components, data),
            "(g) dense": dense,
        }

    def by_neighbours(self) -> np.ndarray:
        """Return classes after mutual-nearest-neighbour correction of 1:1 genes without labels.

        Haghverdi et al. 2018, doi:10.1038/nbt.4091, with 20 neighbours in 50 components.
        """
        prepared = self.prepared
        ours = prepared.target[:, self.one.target_index]
        theirs = prepared.source[:, self.one.source_index]
        both = np.concatenate([theirs, ours]) - theirs.mean(axis=0)
        _, _, axes = np.linalg.svd(both, full_matrices=False)
        left, right = (theirs - theirs.mean(axis=0)) @ axes[:50].T, ours @ axes[:50].T
        likeness = _unit(right) @ _unit(left).T
        mutual = _among_nearest(likeness, 20) & _among_nearest(likeness.T, 20).T
        rows, columns = np.nonzero(mutual)
        shifts = theirs[columns] - ours[rows]
        closeness = np.exp(-(1 - _unit(right) @ _unit(right[rows]).T) / 0.1)
        moved = ours + closeness @ shifts / closeness.sum(axis=1, keepdims=True)
        inputs = np.zeros((len(ours), prepared.source.shape[1]), np.float32)
        inputs[:, self.one.source_index] = moved
        return predict(self.network, torch.as_tensor(inputs))

    def rows(self, done: set[tuple[str, int, int, str]]) -> Iterator[dict[str, object]]:
        """Yield a row for each size, draw and method that is not done."""
        test = self.prepared.target_split.test
        truth = self.prepared.target_classes[test]
        constant: dict[str, np.ndarray] = {}
        for size in self.study.sizes:
            strengths: dict[str, float] = {}
            for number in range(self.study.draws):
                data = self.draw(number, size)
                for name, method in self.methods(data, number, strengths).items():
                    dense = name.startswith("(g)")
                    if (self.study.name, size, number, name) in done or (
                        dense and (size != 50 or number >= self.study.dense_draws)
                    ):
                        continue
                    if not strengths:
                        strengths |= {
                            "TRON": self.strength(self.prepared.wiring, size),
                            "1:1": self.strength(self.one, size),
                        }
                    started = time.perf_counter()
                    fixed = name.startswith(("(a)", "(i)"))
                    found = constant.get(name) if fixed else None
                    found = method() if found is None else found
                    if fixed:
                        constant[name] = found
                    yield {
                        "study": self.study.name,
                        "cells": size,
                        "draw": number,
                        "method": name,
                        "macro_f1": macro_f1(truth, found[test]),
                        "accuracy": accuracy(truth, found[test]),
                        "strength": strengths["1:1" if name.startswith("(b)") else "TRON"],
                        "seconds": round(time.perf_counter() - started, 3),
                    }


def _prepared(study: Study, views: Views) -> Prepared:
    if study.genes == "variable":
        return prepare(views, study.config)
    # all source genes in pairs that are not 1:1, and a quarter of those that are
    pairs = views.orthology("orthology").between(
        views.expression("source").species, views.expression("target").species
    )
    several = pairs.source_genes[pairs.source_index[pairs.cardinality != "1:1"]]
    single = pairs.source_genes[pairs.source_index[pairs.cardinality == "1:1"]]
    source = views.expression("source")
    among = np.isin(source.genes, several) | (
        np.isin(source.genes, single) & (np.arange(source.n_genes) % 4 == 0)
    )
    some = Views({**views.by_name, "source": source.subset(genes=np.flatnonzero(among))})
    return prepare(some, study.config)


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def _among_nearest(likeness: np.ndarray, k: int) -> np.ndarray:
    found = np.zeros(likeness.shape, bool)
    found[np.arange(len(found))[:, None], np.argpartition(-likeness, k, axis=1)[:, :k]] = 1
    return found


def main() -> None:
    """Compute what is missing, print the tables and write the result."""
    torch.set_num_threads(1)
    data = Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parent.parent / "shared" / "data")
    datasets = {
        "baron_human": read_dataset(data, "baron_human", "NCBITaxon:9606"),
        "baron_mouse": read_dataset(data, "baron_mouse", "NCBITaxon:10090"),
    }
    orthology = read_orthology(data)
    WORK.parent.mkdir(exist_ok=True)
    known = [json.loads(line) for line in WORK.read_text().splitlines()] if WORK.exists() else []
    done = {(row["study"], row["cells"], row["draw"], row["method"]) for row in known}
    about: dict[str, object] = {}
    for study in STUDIES:
        views = Views(
            {
                "source": datasets[study.config.source],
                "target": datasets[study.config.target],
                "orthology": orthology,
                "ontology": no_ontology(),
            }
        )
        bench = Bench(study, views)
        kinds = dict(
            zip(*np.unique(bench.prepared.wiring.cardinality, return_counts=True), strict=True)
        )
        about[study.name] = {
            "edges": {str(name): int(count) for name, count in kinds.items()},
            "classes": bench.prepared.classes.tolist(),
            "test_cells": int(bench.prepared.target_split.test.sum()),
        }
        with WORK.open("a") as file:
            for row in bench.rows(done):
                file.write(json.dumps(row) + "\n")
                file.flush()
                known.append(row)
        rows = summary(pd.DataFrame(known))
        table(rows, study.name)
    asked = acceptance(rows, STUDIES[0].name)
    found = {"about": about, "rows": rows, "acceptance": asked}
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
