"""The toy world with a run of cross_species_gnn from its human to its mouse cells."""

import shutil
from pathlib import Path

from orthoweave.builds.build import build
from orthoweave.progress import Quiet
from orthoweave.runs.run import run_named
from orthoweave.storage.layout import Layout

GNN = "gnn"


def add_gnn_run(folder: Path, toy_kb: Path) -> None:
    """Copy the toy world to ``folder/kb``, run the model with few epochs, and build."""
    layout = Layout(Path(shutil.copytree(toy_kb, folder / "kb")))
    settings = {"source": "toy_human", "target": "toy_mouse", "epochs": 20, "score_seeds": 1}
    run_named(layout, "cross_species_gnn", {**settings, "min_sources": 1}, Quiet(), name=GNN)
    build(layout, Quiet())
