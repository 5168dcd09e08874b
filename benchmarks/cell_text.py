"""Gain of gene texts in classifying cells, beside permuted texts, PCA and random vectors.

`python -m benchmarks.cell_text [DATA]`: 10 labelled cells of each type, 20 draws, unseen donors,
20 gene-text permutations; names only and with RefSeq summaries, class names masked; then cells of
one species found by cells of the other, beside one-to-one orthologs. Vectors are made once.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.across_species import nearest_labels, one_to_one_features
from benchmarks.baron_data import read_orthology
from benchmarks.cell_text_data import SOURCES, prominent_genes, read_counts, text_vectors
from benchmarks.paired import paired_bootstrap

from orthoweave.models.base import RunContext
from orthoweave.models.cell_text.baselines import expression_predictions
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.embedding import TextCells, permuted, text_cells
from orthoweave.models.cell_text.evaluation import (
    few_label_predictions,
    few_label_scores,
    few_label_task,
)
from orthoweave.models.cell_text.model import CellText
from orthoweave.models.cell_text.results import Described
from orthoweave.models.evaluation import accuracy, macro_f1, seed_estimate, split_by_donor
from orthoweave.numerics.cell_vectors import Weighting
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import Views
from orthoweave.views.vector import VectorView

HERE = Path(__file__).parent
WORK = HERE / "work" / "cell_text"
RESULT = HERE / "results" / "cell_text.json"
TEXTS = {"names": False, "names and summaries": True}
LABELS = (5, 10, 25, 50, 100)
# by log expression, as the model does by default, and by how unevenly a gene is expressed
WEIGHTINGS: tuple[Weighting, ...] = ("log", "specific")
DEFAULT_ONLY = WEIGHTINGS[:1]


def additivity(cells: TextCells) -> float:
    """Return the largest difference between a cell's inner product and the sum over its genes."""
    direction = np.random.default_rng(0).normal(size=(1, cells.gene_vectors.shape[1]))[0]
    direction /= np.linalg.norm(direction)
    whole = np.asarray(cells.weights @ cells.gene_vectors) @ direction
    parts = cells.weights.multiply(cells.gene_vectors @ direction).sum(axis=1)
    return float(np.abs(whole - np.asarray(parts).ravel()).max())


def few_labels(
    view: ExpressionView,
    genes: VectorView,
    kind: str,
    donors: tuple[str, ...],
    weighting: Weighting = "log",
) -> dict[str, object]:
    """Return the model's own measures on one dataset with one kind of text."""
    config = CellTextConfig(dataset=view.dataset, test_donors=donors, weighting=weighting)
    views = Views({"expression": view, "genes": genes})
    fitted: Described = CellText().fit(views, config, RunContext())
    text, means = fitted.scores["text"], fitted.permuted_scores.mean(axis=1)
    gain = paired_bootstrap(text, np.median(fitted.permuted_scores, axis=0), seed=0)
    row: dict[str, object] = {
        "dataset": view.dataset,
        "texts": kind,
        "weighting": weighting,
        "gain": [gain.value, gain.low, gain.high],
        "percentile": float((means < text.mean()).mean()),
        "permuted": float(np.median(means)),
        "additivity": additivity(fitted.cells),
        "left_out": int((~fitted.cells.usable).sum()),
        "classes": len(fitted.contributions.classes),
    }
    for name, values in fitted.scores.items():
        found = seed_estimate(values.tolist())
        row[name] = [found.value, found.low, found.high]
    return row


def by_labels(
    view: ExpressionView, genes: VectorView, donors: tuple[str, ...]
) -> list[dict[str, object]]:
    """Compare text with PCA as labels grow, five draws each."""
    cells = text_cells(view, genes, top=100, directions=2)
    split = split_by_donor(view.donors, test=donors)
    rows = []
    for size in LABELS:
        try:
            task = few_label_task(
                view.cell_types,
                split.train & cells.usable,
                split.test & cells.usable,
                size,
                range(5),
            )
        except ValueError:
            continue
        text = few_label_predictions(cells.vectors, task)
        plain = expression_predictions(view, split.train, task)
        rows.append(
            {
                "dataset": view.dataset,
                "labels": size,
                "classes": len(set(task.labels[task.test])),
                "text": float(few_label_scores(text, task).mean()),
                "PCA-50": float(few_label_scores(plain["PCA-50"], task).mean()),
            }
        )
    return rows


def across_species(
    data: Path, views: dict[str, ExpressionView], genes: dict[str, VectorView], kind: str
) -> list[dict[str, object]]:
    """Classify cells of one species by the ten nearest cells of the other."""
    cells = {
        name: text_cells(view, genes[name], top=100, directions=2) for name, view in views.items()
    }
    shared = set(views["baron_human"].cell_types) & set(views["baron_mouse"].cell_types)
    rows = []
    for first, second in (("baron_human", "baron_mouse"), ("baron_mouse", "baron_human")):
        source, target = views[first], views[second]
        pairs = read_orthology(data).between(source.species, target.species)
        ours, theirs = (
            np.isin(view.cell_types.astype(str), sorted(shared)) & cells[view.dataset].usable
            for view in (source, target)
        )
        truth = target.cell_types[theirs]
        features = {
            f"text ({kind})": (_centred(cells[first].vectors), _centred(cells[second].vectors)),
            f"permuted text ({kind})": (
                _centred(permuted(cells[first], 1).vectors),
                _centred(permuted(cells[second], 2).vectors),
            ),
            "1:1 orthologs": one_to_one_features(source, target, pairs),
        }
        for name, (left, right) in features.items():
            found = nearest_labels(left[ours], source.cell_types[ours], right[theirs])
            rows.append(
                {
                    "from": first,
                    "to": second,
                    "method": name,
                    "accuracy": accuracy(truth, found),
                    "macro_f1": macro_f1(truth, found),
                }
            )
    return rows


def _centred(vectors: np.ndarray) -> np.ndarray:
    # what all cells of a dataset have in common is the dataset's, not the cells'
    return np.asarray(vectors - vectors.mean(axis=0))


def main() -> None:
    """Measure, print the tables and write the result."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parent.parent / "shared" / "data")
    WORK.mkdir(parents=True, exist_ok=True)
    views = {source.name: read_counts(data, source) for source in SOURCES}
    prominent = {name: prominent_genes(view) for name, view in views.items()}
    few, growing, across = [], [], []
    for kind, summaries in TEXTS.items():
        genes = {}
        for source in SOURCES:
            # genes of all datasets of a species: their mean and directions should not differ
            same = [prominent[other.name] for other in SOURCES if other.species == source.species]
            wanted = np.unique(np.concatenate(same))
            genes[source.name] = text_vectors(
                data, WORK, source.species, wanted, summaries=summaries
            )
            view = views[source.name]
            for weighting in WEIGHTINGS if summaries else DEFAULT_ONLY:
                few.append(
                    few_labels(view, genes[source.name], kind, source.test_donors, weighting)
                )
                print(pd.Series(few[-1]).to_string(), flush=True)
            if source.test_donors and summaries:
                growing += by_labels(view, genes[source.name], source.test_donors)
        baron = {name: views[name] for name in ("baron_human", "baron_mouse")}
        across += across_species(data, baron, genes, kind)
    for rows in (few, growing, across):
        print(pd.DataFrame(rows).to_string(index=False))
    found = {"few_labels": few, "by_labels": growing, "across_species": across}
    RESULT.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
