"""Profiles of a few cells over a few genes, one of which one cell did not measure."""

import numpy as np
import pytest
import torch

from orthoweave.models.encoder.network import Start
from orthoweave.models.encoder.objectives.base import LabelSet
from orthoweave.models.encoder.profiles import Target
from orthoweave.models.encoder.statistics import GeneStatistics

N_CELLS, N_GENES = 6, 20


@pytest.fixture
def target() -> Target:
    """Six cells over twenty genes, about half of them zero; the last gene is missing in cell 0."""
    random = np.random.default_rng(0)
    values = random.gamma(2.0, 1.0, (N_CELLS, N_GENES)) * (random.random((N_CELLS, N_GENES)) < 0.5)
    known = np.ones((N_CELLS, N_GENES), bool)
    known[0, -1] = False
    values[0, -1] = 0
    labels = torch.tensor([0, 1, 2, 0, -100, 3])
    return Target(
        torch.from_numpy(values.astype(np.float32)),
        torch.from_numpy(known),
        {"cell_type": labels, "donor": torch.tensor([0, 0, 0, 1, 1, 1]), "tissue": labels},
    )


@pytest.fixture
def genes() -> GeneStatistics:
    """Statistics of twenty genes."""
    random = np.random.default_rng(1)
    share = random.uniform(0.2, 0.8, N_GENES).astype(np.float32)
    mean = random.gamma(2.0, 1.0, N_GENES).astype(np.float32)
    return GeneStatistics(mean * (1 - share), mean, share)


@pytest.fixture
def start(genes: GeneStatistics) -> Start:
    """Three classes, and a fourth label that the first two are kinds of."""
    compatible = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], bool)
    return Start(
        genes, {"cell_type": LabelSet(3, compatible), "donor": LabelSet(2), "tissue": LabelSet(4)}
    )
