"""A model that gives back vectors, predictions and an array of a dataset, and the world with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orthoweave.builds.build import build
from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.options import device_option, option, seed_option
from orthoweave.models.outputs import Array, Predictions, Vectors
from orthoweave.progress import Quiet
from orthoweave.runs.run import Ran, run_model
from orthoweave.storage.layout import Layout
from orthoweave.testing.toy import build_toy_kb
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import ExpressionRequest, ViewRequest, Views

RUN = "outputs-of-human"
CELLS = f"{RUN}:cells"
GENES = f"{RUN}:genes"


@dataclass(frozen=True, slots=True)
class OutputConfig:
    """Settings of the model below."""

    dataset: str = option("toy_human", "dataset")
    seed: int = seed_option()
    device: str = device_option()


def outputs_of(view: ExpressionView, seed: int = 0) -> ModelResult:
    """Return vectors of all cells but the last, and of genes; predictions; imputed values."""
    random = np.random.default_rng(seed)
    values = view.values.toarray()
    axes = random.normal(size=(view.n_genes, 5))
    genes = np.flatnonzero(values.any(axis=0))
    near = np.array(["near", "far", "outside", ""], object)
    predictions = Predictions(
        view.dataset,
        view.cells,
        view.cell_types,
        np.where(np.arange(view.n_cells) % 3, 0.75, np.nan),
        np.arange(view.n_cells) % 4 == 0,
        near[np.arange(view.n_cells) % 4],
        np.where(np.arange(view.n_cells) % 2, 1.5, np.nan),
    )
    return ModelResult(
        {},
        vectors=(
            Vectors(
                "cells",
                "Cell",
                view.dataset,
                view.cells[:-1],
                np.asarray(values @ axes, np.float32)[:-1],
            ),
            Vectors(
                "genes",
                "Gene",
                view.dataset,
                view.genes[genes],
                np.asarray(values.T @ random.normal(size=(view.n_cells, 4)), np.float32)[genes],
            ),
        ),
        predictions=(predictions,),
        arrays=(
            Array(
                "imputed",
                "Cell",
                view.dataset,
                view.cells[::-1],
                view.genes[1:],
                np.asarray(values[::-1, 1:] + 0.5, np.float32),
            ),
            Array(
                "places",
                "Cell",
                view.dataset,
                view.cells,
                np.array(["x", "y"], object),
                random.random((view.n_cells, 2), np.float32),
            ),
        ),
    )


class OutputModel(Model[OutputConfig, ModelResult]):
    """Gives back `result`, or what `outputs_of` returns."""

    name = "outputs"
    card = ModelCard("Outputs", "none", "", "Which?", ("expression",), (), ("a toy",))
    config_class = OutputConfig

    def __init__(self, result: ModelResult | None = None) -> None:
        self.result = result

    def views(self, config: OutputConfig) -> Mapping[str, ViewRequest]:
        """Request expression of the dataset."""
        return {"cells": ExpressionRequest(config.dataset, "log1p_cp10k")}

    def fit(self, views: Views, config: OutputConfig, context: RunContext) -> ModelResult:
        """Make the outputs."""
        return self.result or outputs_of(views.expression("cells"), config.seed)

    def apply(
        self, fitted: ModelResult, views: Views, config: OutputConfig, context: RunContext
    ) -> ModelResult:
        """Return them."""
        return fitted


def run_outputs(layout: Layout, result: ModelResult | None = None, seed: int = 0) -> Ran:
    """Run the model under the name `RUN`."""
    return run_model(layout, OutputModel(result), OutputConfig(seed=seed), Quiet(), name=RUN)


def build_outputs_kb(folder: Path) -> None:
    """Make the toy world with text vectors and the outputs of a run, built and published."""
    build_toy_kb(folder, vectors=True)
    layout = Layout(folder / "kb")
    run_outputs(layout)
    build(layout, Quiet())
