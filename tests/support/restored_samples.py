"""The bulk samples of the toy world with a run that restored INS and LYZ from eight genes."""

from pathlib import Path
from typing import Final

from tests.support.bulk_samples import build_bulk_kb

from orthoweave.builds.build import build
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.model import Gexbert
from orthoweave.progress import Quiet
from orthoweave.runs.run import run_model
from orthoweave.storage.layout import Layout

RUN: Final = "restored"
LINEAR: Final = "linear"
PANEL: Final = ("GCG", "SST", "PPY", "KRT19", "PRSS1", "IAPP", "TTR", "PDX1")
CONFIG: Final = GexbertConfig(
    dataset="bulk",
    panel=PANEL,
    folds=2,
    n_anchors=2,
    hidden=8,
    width=2,
    epochs=2,
    shuffles=1,
    fdr=0.99,
    device="cpu",
)


def build_restored_kb(folder: Path) -> None:
    """Build the bulk samples, and a run on them that also gives a risk."""
    build_bulk_kb(folder)
    layout = Layout(folder / "kb")
    run_model(layout, Gexbert(), CONFIG, Quiet(), name=RUN)
    build(layout, Quiet())
