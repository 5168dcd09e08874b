"""A package with a model that takes as long as it is asked to, written to a folder and installed.

Processes of runs find it too: its folder is put into ``PYTHONPATH``.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orthoweave.background.state import RunState
from orthoweave.plugins import declared

MODEL = '''
import time
from dataclasses import dataclass

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.base import Model, ModelCard, ModelResult
from orthoweave.models.cost import Cost
from orthoweave.models.options import device_option, option, seed_option
from orthoweave.models.outputs import Predictions
from orthoweave.views.requests import ExpressionRequest


@dataclass(frozen=True, slots=True)
class Config:
    dataset: str = option("", "dataset whose cells are named")
    steps: int = option(1, "steps of 20 ms, each estimated at a minute")
    fail: str = option("no", "how it fails", choices=("no", "told", "unforeseen"))
    polite: bool = option(True, "end when interrupted")
    seed: int = seed_option()
    device: str = device_option()


class Patient(Model[Config, object]):
    """Names each cell as the authors do."""

    name = "patient"
    card = ModelCard("Patient", "none", "", "How long?", ("expression",), (), ("toy",))
    config_class = Config

    def views(self, config):
        return {"cells": ExpressionRequest(config.dataset)}

    def cost(self, n_cells, n_genes, config):
        return Cost(float(config.steps), 0.1)

    def fit(self, views, config, context):
        with context.progress.task("waiting", config.steps) as task:
            for _ in range(config.steps):
                try:
                    time.sleep(0.02)
                except KeyboardInterrupt:
                    if config.polite:
                        raise
                task.advance()
        if config.fail == "told":
            raise InputError("the cells are not as expected")
        if config.fail == "unforeseen":
            raise ZeroDivisionError("secret")
        return views.expression("cells")

    def apply(self, fitted, views, config, context):
        n_cells = fitted.n_cells
        sure, named = np.full(n_cells, 0.9), np.zeros(n_cells, bool)
        found = Predictions(config.dataset, fitted.cells, fitted.cell_types, sure, named)
        return ModelResult({}, notes=("All cells are named.",), predictions=(found,))
'''
LONG = 100_000
"""Steps of a run that ends only if it is ended."""


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """Install the package below a folder for the length of a block."""
    package, about = folder / "patient_model", folder / "patient_model-1.0.dist-info"
    for path in (package, about):
        path.mkdir(parents=True)
    (package / "__init__.py").write_text(MODEL)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: patient_model\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[orthoweave.models]\npatient = patient_model:Patient\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
        patch.setenv("PYTHONPATH", os.pathsep.join(paths))
        declared.cache_clear()
        yield
    declared.cache_clear()


def state_when(
    read: Callable[[], RunState | None], is_so: Callable[[RunState], bool], *, most: int = 6000
) -> RunState:
    """Return the state of a run as soon as it is so; fail if it does not come about."""
    for _ in range(most):
        state = read()
        if state is not None and is_so(state):
            return state
        threading.Event().wait(0.02)
    pytest.fail(f"the run did not get there: {read()}")


def waits(state: RunState) -> bool:
    """Return whether the model is at work and has said so."""
    return state.label == "waiting" and state.done > 0
