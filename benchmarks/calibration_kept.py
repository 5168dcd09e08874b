"""Kept weights on a donor that nothing was learnt from: how many cells are named, and rightly.

`python -m benchmarks.calibration_kept [DATA]`: each donor of DATA/baron_pancreas' human cells is
left out in turn, as it is and as three simulated laboratories would have measured it. Text
classifiers learn from the other donors; orthology transfer from mouse and 100 of their cells.
The first figure is that of all cells, as weights named them before they were calibrated.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from benchmarks.baron_data import read_dataset, read_orthology
from benchmarks.calibration import SIMULATED
from benchmarks.cell_text_data import prominent_genes, text_vectors

from orthoweave.models.base import ModelResult, RunContext
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.model import CellText
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.model import OrthologyTransfer
from orthoweave.views.expression import ExpressionView
from orthoweave.views.ontology import no_ontology
from orthoweave.views.requests import Views

HERE = Path(__file__).parent
RESULT = HERE / "results" / "calibration_kept.json"
HUMAN, MOUSE = "NCBITaxon:9606", "NCBITaxon:10090"
Row = dict[str, object]


def main() -> None:
    """Measure, print the table and write the JSON."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "shared" / "data"
    human = read_dataset(data, "baron_human", HUMAN)
    rows = []
    for donor in sorted(set(human.donors)):
        others = human.subset(cells=human.donors != donor)
        asked = human.subset(cells=human.donors == donor)
        rows += list(text(data, others, asked, str(donor)))
        rows += list(transfer(data, others, asked, str(donor)))
    for row in rows:
        print(
            f"| {row['model']} | {row['donor']} | {row['laboratory']} | {row['all']:.3f} | "
            f"{row['named']:.3f} | {row['right']:.3f} | {row['verdict']} |"
        )
    for name in dict.fromkeys(row["model"] for row in rows):
        ours = [row for row in rows if row["model"] == name]
        reached = sum(float(str(row["right"])) >= 0.95 for row in ours)
        print(f"{name}: 95 % or more of the named cells are right in {reached} of {len(ours)}")
    RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def text(data: Path, others: ExpressionView, asked: ExpressionView, donor: str) -> Iterator[Row]:
    """Yield the rows of text classifiers."""
    model, config = CellText(), CellTextConfig(dataset="baron_human", permutations=2)
    counts = as_counts(others)
    work = HERE / "work" / "cell_text"
    work.mkdir(parents=True, exist_ok=True)
    genes = text_vectors(data, work, "human", prominent_genes(counts), summaries=False)
    views = Views({"expression": counts, "genes": genes})
    kept = model.restore(model.state(model.fit(views, config, RunContext()), views, config))
    for name, there in laboratories(asked):
        view = Views({"expression": as_counts(there)})
        found = model.apply_kept(kept, view, config, RunContext())
        yield row_of("cell_text", donor, name, found, there)


def transfer(
    data: Path, others: ExpressionView, asked: ExpressionView, donor: str
) -> Iterator[Row]:
    """Yield the rows of orthology transfer from mouse."""
    model = OrthologyTransfer()
    config = TransferConfig(source="baron_mouse", target="baron_human", n_seeds=3, n_null=2)
    views = Views(
        {
            "source": read_dataset(data, "baron_mouse", MOUSE),
            "target": others,
            "orthology": read_orthology(data),
            "ontology": no_ontology(),
        }
    )
    kept = model.restore(model.state(model.fit(views, config, RunContext()), views, config))
    for name, there in laboratories(asked):
        found = model.apply_kept(kept, Views({"target": there}), config, RunContext())
        yield row_of("orthology_transfer", donor, name, found, there)


def laboratories(asked: ExpressionView) -> Iterator[tuple[str, ExpressionView]]:
    """Yield a donor's cells as they are, and as other laboratories measure them."""
    yield "as it is", asked
    for name, change in SIMULATED.items():
        yield name, change(asked)


def as_counts(view: ExpressionView) -> ExpressionView:
    """Return the counts behind log1p of counts per 10 000."""
    values = view.values.copy()
    total = np.repeat(view.totals, np.diff(values.indptr))
    values.data = np.rint(np.expm1(values.data) * total / 1e4).astype(np.float32)
    values.eliminate_zeros()
    return replace(view, values=values, scale="counts")


def row_of(
    model: str, donor: str, laboratory: str, found: ModelResult, there: ExpressionView
) -> Row:
    """Return the figures of one application; cells that could not be described count as unnamed."""
    [cells] = found.predictions
    right, named = np.asarray(cells.label == there.cell_types), ~cells.abstained
    return {
        "model": model,
        "donor": donor,
        "laboratory": laboratory,
        "cells": there.n_cells,
        "all": float(right.mean()),
        "named": float(named.mean()),
        "right": float(right[named].mean()) if named.any() else float("nan"),
        "verdict": found.measures["verdict"],
        "named_by": found.measures["named_by"],
        "calibration_error": found.measures.get("calibration_error"),
    }


if __name__ == "__main__":
    main()
