"""Training of the residual on what the linear path leaves of patients that it has not seen.

The samples of a batch share a random number of random visible genes. The linear path answers them
by the other patients alone, so that the network learns what the path leaves of new patients and
not what it leaves of its own. Targets are the hidden genes.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from orthoweave.models.base import Checkpoint
from orthoweave.models.device import resolve_device
from orthoweave.models.gexbert.config import LEAST_PANEL, GexbertConfig
from orthoweave.models.gexbert.linear import LinearPath, fit_linear, fit_scaler
from orthoweave.models.gexbert.network import Residual, make_residual
from orthoweave.models.gexbert.restoring import Restorer, principal_axes
from orthoweave.models.training.data import Shuffled
from orthoweave.models.training.loop import fit
from orthoweave.models.training.plan import Plan
from orthoweave.progress import Progress

_MOST_VISIBLE: Final = 1024
_TARGETS: Final = 512
_DECAY: Final = 0.05


@dataclass(frozen=True, slots=True)
class Batch:
    """Samples that share their visible genes."""

    scores: torch.Tensor
    """z-scores, shape ``(B, n_genes)``."""
    visible: torch.Tensor
    """Numbers of the visible genes."""
    line: torch.Tensor
    """All genes by the linear path of the other patients, shape ``(B, n_genes)``."""
    asked: torch.Tensor
    """Numbers of the hidden genes that are asked for."""


def fit_restorer(
    values: np.ndarray,
    patients: np.ndarray,
    config: GexbertConfig,
    *,
    label: str,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
) -> Restorer:
    """Return a restorer of training samples; no other sample is read.

    Parameters
    ----------
    values
        Expression on the dataset's scale, shape ``(n_samples, n_genes)``.
    patients
        Patient of each sample, shape ``(n_samples,)``.
    label
        Name of the training.
    """
    scaler = fit_scaler(values)
    scores = scaler.scaled(values)
    linear = fit_linear(scores, patients, config.seed)
    device = resolve_device(config.device) if config.epochs else "cpu"
    axes = principal_axes(linear, config.width)
    if not config.epochs:
        return Restorer(scaler, linear, None, axes, device)
    network = make_residual(config, values.shape[1]).to(device)
    maker = _Maker(scores, patients.astype(str), linear, device)
    data = Shuffled(np.arange(len(values)), config.batch, maker.make, config.seed)
    plan = Plan(
        config.epochs,
        config.seed,
        config.rate,
        schedule="cosine",
        warmup=0.05,
        decay=_DECAY,
        clip=1.0,
    )
    fit(
        network,
        data,
        residual_loss,
        plan,
        device=device,
        progress=progress,
        label=label,
        checkpoint=checkpoint,
    )
    return Restorer(scaler, linear, network, axes, device)


def residual_loss(network: Residual, batch: Batch) -> torch.Tensor:
    """Return the mean squared error of the hidden genes that are asked for."""
    found = network(batch.scores, batch.visible, batch.line, batch.asked)
    return ((found - batch.scores[:, batch.asked]) ** 2).mean()


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes batches from numbers of samples, by PyTorch's random numbers."""

    scores: np.ndarray
    patients: np.ndarray
    linear: LinearPath
    device: str

    def make(self, rows: np.ndarray) -> Batch:
        n_genes = self.scores.shape[1]
        low, high = LEAST_PANEL, max(LEAST_PANEL, min(_MOST_VISIBLE, n_genes // 2))
        share = float(torch.rand(()))
        n_visible = round(math.exp(math.log(low) + (math.log(high) - math.log(low)) * share))
        order = torch.randperm(n_genes).numpy()
        visible, asked = order[:n_visible], order[n_visible : n_visible + _TARGETS]
        same = np.isin(self.patients, self.patients[rows])
        scores = self.scores[rows]
        line = self.linear.restore(scores, visible, self.scores[same])
        return Batch(*(self._on_device(one) for one in (scores, visible, line, asked)))

    def _on_device(self, array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)
