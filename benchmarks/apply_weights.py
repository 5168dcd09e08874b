"""Kept weights applied to 100,000 cells: cells for each second of processor time, by model.

The models are trained on the demo's cells, and applied to as many of these, drawn with
replacement. Reading the view is not in the time: see ``benchmarks.view_size``. Usage:
``python -m benchmarks.apply_weights [CELLS]``; results: results/apply_weights.json.
"""

import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from benchmarks.synthetic import RESULTS, WORK

from orthoweave.cli.demo import build_demo
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.models.base import RunContext
from orthoweave.models.registry import find_model
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import View, Views

GOAL: Final = 20_000
PAIR: Final = {"source": "baron_human", "target": "baron_mouse"}
MODELS: Final[dict[str, dict[str, Any]]] = {
    "cell_text": {"dataset": "baron_human"},
    "orthology_transfer": {**PAIR, "n_seeds": 3, "n_null": 2},
    "cross_species_gnn": PAIR,
}


def main() -> None:
    """Train and apply each model, print a line for each and write the JSON."""
    n_cells = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    WORK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        build_demo(Path(folder) / "kb", Quiet())
        with open_knowledge_base(Path(folder) / "kb", store="") as kb:
            found = {name: measured(kb, name, n_cells) for name in MODELS}
    result = {
        "cells": n_cells,
        "goal_cells_per_cpu_s": GOAL,
        "models": found,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
    path = RESULTS / "apply_weights.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def measured(kb: KnowledgeBase, name: str, n_cells: int) -> dict[str, dict[str, float]]:
    """Train a model, apply its weights to so many cells in two ways, and return the times."""
    model = find_model(name)
    config = model.config_class(**MODELS[name])
    views = Views({key: kb.view(request) for key, request in model.views(config).items()})
    context = RunContext()
    state = model.state(model.fit(views, config, context), views, config)
    kept = model.restore(state)
    asked = {key: kb.view(request) for key, request in model.kept_views(kept, config).items()}
    many = Views({key: repeated(view, n_cells) for key, view in asked.items()})
    found = {}
    for way, given in {"by held-out donors": None, "by a threshold": 0.0}.items():
        options = replace(config, threshold=given)
        began = time.process_time()
        model.apply_kept(kept, many, options, context)
        spent = time.process_time() - began
        found[way] = {"cpu_s": round(spent, 2), "cells_per_cpu_s": round(n_cells / spent)}
        print(f"{name:20} {way:20} {spent:8.2f} CPU s {n_cells / spent:10,.0f} cells for each")
    return found


def repeated(view: View, n_cells: int) -> View:
    """Return so many cells of an expression view, each drawn at random; other views as they are."""
    if not isinstance(view, ExpressionView):
        return view
    drawn = np.random.default_rng(0).integers(0, view.n_cells, n_cells)
    return replace(
        view,
        cells=np.array([f"{view.dataset}:{number}" for number in range(n_cells)], object),
        values=view.values[drawn],
        **{
            name: getattr(view, name)[drawn]
            for name in ("cell_types", "labels", "donors", "totals")
        },
    )


if __name__ == "__main__":
    main()
