"""A package of another lab with a model that keeps weights, written to a folder and installed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orthoweave.models.code import forget
from orthoweave.plugins import declared

MODEL = '''
from dataclasses import dataclass

import numpy as np

from lab_model.helper import nearness
from orthoweave.models.base import Estimate, Model, ModelCard, ModelResult, Score
from orthoweave.models.named_cells import NamedCells, named_measures, type_rows
from orthoweave.models.options import device_option, option, seed_option
from orthoweave.models.state import State, Vocabulary
from orthoweave.views.requests import ExpressionRequest


@dataclass(frozen=True, slots=True)
class Config:
    cells: str = option("toy_human", "dataset with typed cells")
    width: float = option(1.0, "width of the kernel")
    seed: int = seed_option()
    device: str = device_option()


class Centres(Model[Config, tuple]):
    """Nearest mean expression."""

    name = "lab_centres"
    card = ModelCard("Centres", "none", "", "Which type?", ("expression",), ("HAS_TYPE",), ("toy",))
    config_class = Config
    kept_options = ("cells", "device")

    def views(self, config):
        return {"cells": ExpressionRequest(config.cells, "log1p_cp10k")}

    def fit(self, views, config, context):
        context.checkpoint.save({"step": np.array(1)})
        view = views.expression("cells")
        classes = sorted({key for key in view.cell_types if key is not None})
        values = view.values.toarray()
        return classes, np.stack([values[view.cell_types == key].mean(axis=0) for key in classes])

    def apply(self, fitted, views, config, context):
        view = views.expression("cells")
        named = self.named(*fitted, view.values.toarray(), config)
        right = float(np.mean(named.predicted == view.cell_types))
        score = Score(
            "accuracy", "toy", Estimate(right, right, right),
            {"none": Estimate(0.1, 0.1, 0.1)}, Estimate(0.0, 0.0, 0.0), "nothing",
        )
        table = {"HAS_TYPE": type_rows(named, view.cells, context.run)}
        return ModelResult(table, (score,), notes=("A toy.",))

    def state(self, fitted, views, config):
        view = views.expression("cells")
        return State(
            {"centres": fitted[1]}, Vocabulary(view.species, view.genes), "log1p_cp10k", "none",
            {"classes": tuple(fitted[0])},
        )

    def restore(self, state):
        classes = state.texts("classes")
        return state, state.array("centres", len(classes), len(state.vocabulary.genes))

    def kept_views(self, kept, config):
        return self.views(config)

    def vocabulary_found(self, kept, views, config):
        return np.isin(kept[0].vocabulary.genes, views.expression("cells").genes)

    def apply_kept(self, kept, views, config, context):
        state, centres = kept
        view = views.expression("cells")
        there = self.vocabulary_found(kept, views, config)
        values = view.subset(genes=state.vocabulary.genes[there]).values.toarray()
        named = self.named(state.texts("classes"), centres[:, there], values, config)
        measures = named_measures(named, view.cell_types)
        return ModelResult({"HAS_TYPE": type_rows(named, view.cells, context.run)}, (), measures)

    def named(self, classes, centres, values, config):
        return NamedCells(np.array(classes, object), nearness(values, centres, config.width), 0.0)


class Forgetful(Centres):
    """A model that keeps nothing."""

    name = "lab_forgetful"
    kept_options = ()
    not_kept = "it has nothing to keep"
'''
HELPER = '''
import numpy as np


def nearness(values, centres, width):
    """Return a soft choice of the nearest centre."""
    apart = ((values[:, None, :] - centres[None]) ** 2).mean(axis=2)
    found = np.exp(-(apart - apart.min(axis=1, keepdims=True)) / width)
    return (found / found.sum(axis=1, keepdims=True)).astype(np.float32)
'''
ENTRIES = """[orthoweave.models]
lab_centres = lab_model.model:Centres
lab_forgetful = lab_model.model:Forgetful
"""


def write_package(folder: Path) -> Path:
    """Write the package and its metadata below a folder; return the path of its helper module."""
    package, about = folder / "lab_model", folder / "lab_model-1.0.dist-info"
    for path in (package, about):
        path.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "model.py").write_text(MODEL)
    (package / "helper.py").write_text(HELPER)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: lab_model\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(ENTRIES)
    return package / "helper.py"


@contextmanager
def installed(folder: Path) -> Iterator[Path]:
    """Install the package for the length of a block; yield the path of its helper module."""
    helper = write_package(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        load_anew()
        yield helper
    load_anew()


def load_anew() -> None:
    """Let the package be imported and read again, as in a new process."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "lab_model"]:
        del sys.modules[name]
    declared.cache_clear()
    forget()
