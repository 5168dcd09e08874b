"""Orthology transfer on Baron pancreas against all its baselines: macro-F1 on unseen animals.

`python benchmarks/orthology_transfer.py [DATA]` reads DATA/baron_pancreas and DATA/orthology
(see docs/models/orthology_transfer.md) and prints tables with 95 % intervals. A row that is in
``work/orthology_transfer.jsonl`` already is not computed again: delete the file to start anew.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd
import torch

from orthoweave.data.expression_view import ExpressionView, expression_view
from orthoweave.data.orthology_view import OrthologyView, orthology_view
from orthoweave.data.view_requests import Views
from orthoweave.models.evaluation import accuracy, macro_f1, paired_bootstrap, seed_estimate
from orthoweave.models.orthology_transfer import baselines
from orthoweave.models.orthology_transfer.conversion import (
    Conversion,
    DenseConversion,
    adapt,
    choose_strength,
    split_cells,
)
from orthoweave.models.orthology_transfer.fitting import source_network
from orthoweave.models.orthology_transfer.inputs import Wiring
from orthoweave.models.orthology_transfer.model import Prepared, TransferConfig, prepare
from orthoweave.models.orthology_transfer.network import (
    Labelled,
    Schedule,
    freeze,
    labelled,
    make_network,
    predict,
)

HERE = Path(__file__).parent
WORK = HERE / "work" / "orthology_transfer.jsonl"
RESULT = HERE / "results" / "orthology_transfer.json"
SIZES = (50, 25, 10, 100, 250)
STRENGTHS = (0.0, 1e-3, 1e-1)
KINDS = {"one2one": "1:1", "one2many": "1:many", "many2one": "many:1", "many2many": "many:many"}
# what TRON must lead by: method, labelled cells, macro-F1
ASKED = (("(b)", 25, 0.02), ("(b)", 50, 0.02), ("(c)", 25, 0.05), ("(c)", 50, 0.05),
         ("(f)", 50, 0.05))  # fmt: skip
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
    Study("human to mouse, genes with several orthologs", TO_MOUSE, 10, (25, 50),
          genes="several"),
    Study("mouse to human",
          TransferConfig(source="baron_mouse", target="baron_human", test_donors=("human3",)),
          10, (25, 50, 250)),
)  # fmt: skip


def read_dataset(data: Path, name: str, species: str) -> ExpressionView:
    """A Baron dataset whose genes are keyed by NCBI gene."""
    table = anndata.read_h5ad(data / "baron_pancreas" / f"{name}.h5ad")
    number = table.var["ncbi_gene_id"].astype(str)
    kept = ((number != "") & ~number.duplicated(keep=False)).to_numpy()
    counts = table.X.tocsr()
    return expression_view(
        name, species, np.array([f"{name}:{cell}" for cell in table.obs_names], object),
        np.array([f"NCBIGene:{key}" for key in number[kept]], object), counts[:, kept],
        scale="counts", totals=np.asarray(counts.sum(axis=1)).ravel(),
        cell_types=table.obs["cell_type_ontology_term_id"].astype(str).to_numpy(object),
        donors=table.obs["donor"].astype(str).to_numpy(object),
    ).log1p_cp10k()  # fmt: skip


def read_orthology(data: Path) -> OrthologyView:
    """HCOP's human and mouse pairs that three resources or more support."""
    table = pd.read_csv(data / "orthology" / "hcop_human_mouse.tsv.gz", sep="\t", dtype=str)
    table = table[table["support_n"].astype(int) >= 3]
    table = table.dropna(subset=["human_ncbi", "target_ncbi", "relation_support3"])
    table = table.drop_duplicates(["human_ncbi", "target_ncbi"])
    n_pairs = len(table)
    return orthology_view(
        ("NCBIGene:" + table["human_ncbi"]).to_numpy(object),
        ("NCBIGene:" + table["target_ncbi"]).to_numpy(object),
        np.full(n_pairs, "NCBITaxon:9606", object), np.full(n_pairs, "NCBITaxon:10090", object),
        cardinality=table["relation_support3"].map(KINDS).to_numpy(object),
        support=table["support_n"].astype(int).to_numpy(), covering=np.full(n_pairs, 12),
    )  # fmt: skip


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
        source = self.prepared
        self.source = labelled(
            source.source, source.source_classes, np.flatnonzero(source.source_split.train),
            np.flatnonzero(source.source_split.validation), "cpu",
        )  # fmt: skip

    def draw(self, number: int, size: int) -> Labelled:
        """Labelled target cells; draws of one number are nested over the sizes."""
        there = np.flatnonzero(self.prepared.target_split.train)
        order = np.random.default_rng((number, 5)).permutation(there)[:size]
        validation, training = split_cells(order)
        return labelled(
            self.prepared.target, self.prepared.target_classes, training, validation, "cpu"
        )

    def strength(self, wiring: Wiring, size: int) -> float:
        """Strength that cross-validation on the labelled cells of a few draws chooses most."""
        chosen = [
            choose_strength(self.network, wiring, self.draw(number, size), STRENGTHS,
                            Schedule(number))
            for number in range(TUNING_DRAWS)
        ]  # fmt: skip
        return float(np.median(chosen))

    def methods(
        self, data: Labelled, number: int, strengths: dict[str, float]
    ) -> dict[str, Callable[[], np.ndarray]]:
        """Each method as a function that gives a class for every target cell."""
        prepared, schedule = self.prepared, Schedule(number)
        wiring, n_classes = prepared.wiring, len(prepared.classes)

        def adapted(
            network: torch.nn.Module, edges: Wiring, strength: float,
            layer_class: type[Conversion] | type[DenseConversion] = Conversion,
        ) -> np.ndarray:  # fmt: skip
            found = adapt(network, edges, data, strength, schedule, layer_class=layer_class)
            return predict(found.module, data.inputs)

        return {
            "TRON": lambda: adapted(self.network, wiring, strengths["TRON"]),
            "(a) no training": lambda: predict(
                baselines.untrained(self.network, wiring, data).module, data.inputs
            ),
            "(b) 1:1 linear": lambda: adapted(self.network, self.one, strengths["1:1"]),
            "(c) from scratch": lambda: baselines.from_scratch(data, n_classes, schedule),
            "(d) ridge": lambda: baselines.ridge(data, n_classes),
            "(e) pooled 1:1": lambda: baselines.pooled(
                self.source, data, wiring, n_classes, schedule
            ),
            "(f) rewired": lambda: adapted(
                self.network, baselines.rewired_edges(wiring, number), strengths["TRON"]
            ),
            "(h) random network": lambda: adapted(self.random_network, wiring, strengths["TRON"]),
            "(i) 1:1 mean and variance": lambda: predict(
                baselines.untrained(self.network, self.one, data).module, data.inputs
            ),
            "(i) 1:1 mutual neighbours": self.by_neighbours,
            "(g) dense": lambda: adapted(self.network, wiring, strengths["TRON"], DenseConversion),
        }

    def by_neighbours(self) -> np.ndarray:
        """Classes after mutual-nearest-neighbour correction of 1:1 genes, labels unseen.

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
        """One row for each size, draw and method that is not done."""
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
                        strengths |= {"TRON": self.strength(self.prepared.wiring, size),
                                      "1:1": self.strength(self.one, size)}  # fmt: skip
                    started = time.perf_counter()
                    fixed = name.startswith(("(a)", "(i)"))
                    found = constant.get(name) if fixed else None
                    found = method() if found is None else found
                    if fixed:
                        constant[name] = found
                    yield {
                        "study": self.study.name, "cells": size, "draw": number, "method": name,
                        "macro_f1": macro_f1(truth, found[test]),
                        "accuracy": accuracy(truth, found[test]),
                        "strength": strengths["1:1" if name.startswith("(b)") else "TRON"],
                        "seconds": round(time.perf_counter() - started, 3),
                    }  # fmt: skip


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


def summary(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Mean with interval over draws for each study, size and method."""
    rows: list[dict[str, Any]] = []
    for (study, cells, method), group in table.groupby(["study", "cells", "method"], sort=False):
        scores = group.sort_values("draw")["macro_f1"].to_numpy()
        spread = np.ptp(scores) > 0 and len(scores) > 1
        found = seed_estimate(scores.tolist()) if spread else None
        reference = table[(table["study"] == study) & (table["cells"] == cells)
                          & (table["method"] == "TRON")].sort_values("draw")  # fmt: skip
        ours = reference["macro_f1"].to_numpy()[: len(scores)]
        lead = paired_bootstrap(ours, scores, seed=0) if method != "TRON" else None
        rows.append({
            "study": study, "cells": int(str(cells)), "method": method, "draws": len(scores),
            "macro_f1": float(scores.mean()),
            "low": found.low if found else float(scores.mean()),
            "high": found.high if found else float(scores.mean()),
            "tron_ahead": [lead.value, lead.low, lead.high] if lead else None,
            "accuracy": float(group["accuracy"].mean()),
            "strength": float(group["strength"].iloc[0]),
            "seconds": float(group["seconds"].median()),
        })  # fmt: skip
    return rows


def acceptance(rows: list[dict[str, Any]]) -> list[dict[str, object]]:
    """What was asked of transfer between human and mouse beforehand, and what it did."""
    found = []
    for against, cells, least in ASKED:
        lead = next(
            row["tron_ahead"] for row in rows
            if (row["study"], row["cells"]) == (STUDIES[0].name, cells)
            and row["method"].startswith(against)
        )  # fmt: skip
        met = lead[0] >= least and lead[1] > 0
        found.append({"against": against, "cells": cells, "least": least, "lead": lead, "met": met})
        print(f"TRON - {against} at {cells} cells: {lead[0]:+.3f} ({lead[1]:+.3f} to "
              f"{lead[2]:+.3f}), asked for {least}: {'met' if met else 'not met'}")  # fmt: skip
    return found


def table(rows: list[dict[str, Any]], study: str) -> None:
    """Print macro-F1 with its interval, methods by numbers of labelled cells."""
    here = [row for row in rows if row["study"] == study]
    sizes = sorted({row["cells"] for row in here})
    print(f"\n### {study}\n\n| method | {' | '.join(map(str, sizes))} |\n"
          f"|---|{'---|' * len(sizes)}")  # fmt: skip
    for method in dict.fromkeys(row["method"] for row in here):
        cells = []
        for size in sizes:
            row = next((r for r in here if (r["method"], r["cells"]) == (method, size)), None)
            spread = row and row["high"] > row["low"]
            cells.append("" if row is None else f"{row['macro_f1']:.3f}" + (
                f" ({row['low']:.3f} to {row['high']:.3f})" if spread else ""))  # fmt: skip
        print(f"| {method} | {' | '.join(cells)} |")


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
        views = Views({
            "source": datasets[study.config.source], "target": datasets[study.config.target],
            "orthology": orthology,
        })  # fmt: skip
        bench = Bench(study, views)
        kinds = dict(zip(*np.unique(bench.prepared.wiring.cardinality, return_counts=True),
                         strict=True))  # fmt: skip
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
    asked = acceptance(rows)
    found = {"about": about, "rows": rows, "acceptance": asked}
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
