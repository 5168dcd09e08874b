"""The toy world with three runs whose predictions are known cell by cell.

``pooled`` names beta and alpha cells by a coarser type, ``texts`` gives labels other than cell
types, ``numbers`` predicts numbers only.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.support.output_model import OutputConfig, OutputModel

from orthoweave.builds.build import build
from orthoweave.models.base import ModelResult
from orthoweave.models.outputs import Predictions
from orthoweave.progress import Quiet
from orthoweave.runs.run import run_model
from orthoweave.storage.layout import Layout

N_CELLS = 40
ENDOCRINE, DUCTAL, BETA = "CL:0008024", "CL:0002079", "CL:0000169"
CELLS = np.array([f"toy_human:human-{n:03d}" for n in range(N_CELLS)], object)


def pooled_predictions() -> Predictions:
    """Ten cells each that the authors call beta, alpha, ductal and unknown.

    Of the first twenty, called endocrine with 0.85, the first is called ductal with 0.95, and the
    last two are abstained on. Of the ductal ones, the last two are abstained on, with 0.45. The
    unknown ones have no label.
    """
    label = np.array([ENDOCRINE] * 20 + [DUCTAL] * 10 + [None] * 10, object)
    probability = np.array([0.85] * 20 + [0.95] * 8 + [0.45] * 2 + [np.nan] * 10)
    label[0], probability[0] = DUCTAL, 0.95
    abstained = np.zeros(N_CELLS, bool)
    abstained[[18, 19, 28, 29, *range(30, 40)]] = True
    verdict = np.array(["near"] * 20 + ["far"] * 10 + ["outside"] * 10, object)
    return Predictions("toy_human", CELLS, label, probability, abstained, verdict)


def text_predictions() -> Predictions:
    """All cells are called ``beta``, the word of the authors for ten of them; without verdict."""
    label = np.array(["beta"] * N_CELLS, object)
    return Predictions("toy_human", CELLS, label, np.full(N_CELLS, np.nan), np.zeros(N_CELLS, bool))


def number_predictions() -> Predictions:
    """Each cell has a number and no label."""
    label = np.full(N_CELLS, None, object)
    unknown, none = np.full(N_CELLS, np.nan), np.zeros(N_CELLS, bool)
    return replace(
        Predictions("toy_human", CELLS, label, unknown, none), value=np.arange(N_CELLS) / 2
    )


def add_predicted_runs(folder: Path, toy_kb: Path) -> None:
    """Copy the toy world to ``folder/kb``, and add the three runs."""
    layout = Layout(Path(shutil.copytree(toy_kb, folder / "kb")))
    for name, found in (
        ("pooled", pooled_predictions()),
        ("texts", text_predictions()),
        ("numbers", number_predictions()),
    ):
        result = ModelResult({}, predictions=(found,))
        run_model(layout, OutputModel(result), OutputConfig(), Quiet(), name=name)
    build(layout, Quiet())
