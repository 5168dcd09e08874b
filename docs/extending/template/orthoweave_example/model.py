"""A baseline model: it predicts the commonest type of the dataset for every cell."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from orthoweave.errors import UsageError
from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.options import device_option, option, seed_option
from orthoweave.views.requests import ExpressionRequest, ViewRequest, Views


@dataclass(frozen=True, slots=True)
class CommonestConfig:
    """Options of the model."""

    dataset: str = option("", "dataset whose cell types are counted")
    seed: int = seed_option()
    device: str = device_option()


class CommonestType(Model[CommonestConfig, str]):
    """The commonest type of a dataset, and the share of cells of that type."""

    name = "commonest_type"
    card = ModelCard(
        title="The commonest cell type",
        paper="none: a baseline",
        doi="",
        question="How well does one do without looking at any gene?",
        reads=("cell types of a dataset",),
        writes=(),
        limits=("it predicts a single type",),
    )
    config_class = CommonestConfig

    def views(self, config: CommonestConfig) -> Mapping[str, ViewRequest]:
        """Request the expression of the dataset, which includes the cell types."""
        if not config.dataset:
            message = "expected a dataset, such as --set dataset=baron_human"
            raise UsageError(message)
        return {"cells": ExpressionRequest(config.dataset)}

    def fit(self, views: Views, config: CommonestConfig, context: RunContext) -> str:
        """Find the commonest type."""
        del config, context
        types = [str(key) for key in views.expression("cells").cell_types if key is not None]
        names, counts = np.unique(types, return_counts=True)
        return str(names[counts.argmax()])

    def apply(
        self, fitted: str, views: Views, config: CommonestConfig, context: RunContext
    ) -> ModelResult:
        """Return the type and its share; no facts for the graph."""
        del config, context
        types = views.expression("cells").cell_types
        share = float(np.mean([str(key) == fitted for key in types]))
        return ModelResult({}, measures={"type": fitted, "share": round(share, 4)})
