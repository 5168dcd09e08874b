"""A small dataset of counts: three types that markers tell apart, and three donors."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.requests import Views

N_CELLS, N_GENES = 120, 30
TYPES = np.array(["CL:1", "CL:2", "CL:3"], object)


def dataset(seed: int = 0) -> ExpressionView:
    """120 cells of 3 donors; gene i is a marker of type i mod 3."""
    random = np.random.default_rng(seed)
    kinds = np.arange(N_CELLS) % 3
    rate = 0.3 + 8 * (np.arange(N_GENES)[None, :] % 3 == kinds[:, None])
    counts = random.poisson(rate * random.uniform(0.7, 1.4, (N_CELLS, 1))).astype(np.float32)
    return expression_view(
        "toy",
        "NCBITaxon:9606",
        np.array([f"toy:{i}" for i in range(N_CELLS)], object),
        np.array([f"NCBIGene:{i}" for i in range(N_GENES)], object),
        counts,
        scale="counts",
        cell_types=TYPES[kinds],
        labels=np.full(N_CELLS, "singlet", object),
        donors=np.array([f"toy:{1 + i // 40}" for i in range(N_CELLS)], object),
    )


@pytest.fixture(scope="session")
def make_views() -> Callable[..., Views]:
    """Maker of the view of counts, with any of its parts replaced."""

    def make(**others: Any) -> Views:
        return Views({"cells": replace(dataset(), **others)})

    return make


@pytest.fixture(scope="session")
def config() -> ScMambaConfig:
    """Options for a fit of a second."""
    return ScMambaConfig(
        dataset="toy",
        genes=24,
        width=8,
        layers=1,
        states=4,
        pretrain_epochs=1,
        epochs=8,
        rate=5e-2,
        batch=40,
        device="cpu",
    )
