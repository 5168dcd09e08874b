"""Small made bulk samples: three latent programmes drive all genes, the groups and survival."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from orthoweave.models.base import RunContext
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitted import Fitted, fit_samples
from orthoweave.views.samples import SamplesView

N_SAMPLES, N_GENES = 120, 48
MakeSamples = Callable[..., SamplesView]


def _samples(seed: int = 0, **changed: Any) -> SamplesView:
    """Return samples of three groups; the first programme shortens the time to death."""
    random = np.random.default_rng(seed)
    group = np.arange(N_SAMPLES) % 3
    hidden = random.normal(size=(N_SAMPLES, 3)) + 2.0 * np.eye(3)[group]
    loadings = np.random.default_rng(1).normal(size=(3, N_GENES))
    values = 6 + hidden @ loadings + 0.4 * random.normal(size=(N_SAMPLES, N_GENES))
    time = random.exponential(30 * np.exp(-1.2 * (hidden[:, 0] - hidden[:, 0].mean())))
    end = random.uniform(20, 150, N_SAMPLES)
    genes = np.array([f"NCBIGene:{number}" for number in range(N_GENES)], object)
    cells = np.array([f"d:{number}" for number in range(N_SAMPLES)], object)
    none = np.full(N_SAMPLES, None, object)
    given: dict[str, Any] = {
        "dataset": "d",
        "species": "NCBITaxon:9606",
        "cells": cells,
        "genes": genes,
        "symbols": np.array([f"G{number}" for number in range(N_GENES)], object),
        "scale": "log2_tpm",
        "totals": np.full(N_SAMPLES, np.nan),
        "cell_types": none,
        "labels": np.array(["alpha", "beta", "gamma"], object)[group],
        "donors": none,
        "values": np.maximum(values, 0).astype(np.float32),
        "patients": np.array([f"d:p{number}" for number in range(N_SAMPLES)], object),
        "text_names": ("site",),
        "texts": np.array(["north", "south"], object)[group % 2][:, None],
        "number_names": (),
        "numbers": np.zeros((N_SAMPLES, 0)),
        "months": np.minimum(time, end) + 0.1,
        "event": time <= end,
        "endpoint": "death",
        "panels": np.zeros((0, N_GENES), bool),
    }
    return SamplesView(**(given | changed))


@pytest.fixture(scope="session")
def samples() -> MakeSamples:
    """Maker of the samples."""
    return _samples


@pytest.fixture(scope="session")
def config() -> GexbertConfig:
    """Options of a small fit."""
    return GexbertConfig(
        dataset="d",
        panel_size=10,
        n_anchors=6,
        hidden=16,
        width=4,
        epochs=2,
        batch=40,
        folds=3,
        missing=("mcar",),
        shuffles=1,
        device="cpu",
    )


@pytest.fixture(scope="session")
def fitted(samples: MakeSamples, config: GexbertConfig) -> Fitted:
    """A fit of the samples, made once."""
    return fit_samples(samples(), config, RunContext())
