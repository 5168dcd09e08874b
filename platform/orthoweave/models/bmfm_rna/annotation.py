"""Annotators: an encoder with a linear classifier of its vectors, frozen or trained on."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from orthoweave.models.base import RunContext
from orthoweave.models.bmfm_rna.config import BmfmConfig, encoder_config
from orthoweave.models.bmfm_rna.inputs import Cells, Labelled
from orthoweave.models.encoder.embedding import embed
from orthoweave.models.encoder.network import ExpressionNetwork
from orthoweave.models.encoder.objectives.labels import class_weights, cross_entropy
from orthoweave.models.encoder.profiles import Target
from orthoweave.models.encoder.tokens import chosen_profiles
from orthoweave.models.probes.classifiers import Linear, fit_logistic
from orthoweave.models.training.data import Shuffled
from orthoweave.models.training.loop import fit
from orthoweave.models.training.plan import Plan

# score of a class that a classifier did not learn: its probability is nothing beside the others
_NEVER = -50.0


@dataclass(frozen=True, slots=True)
class Head:
    """A linear classifier of vectors."""

    coefficients: np.ndarray
    """Shape ``(n_classes, width)``, float32."""
    intercepts: np.ndarray
    """Shape ``(n_classes,)``, float32."""

    def probability(self, vectors: np.ndarray) -> np.ndarray:
        """Return the probability of each class, shape ``(n_cells, n_classes)``; rows sum to one."""
        scores = vectors @ self.coefficients.T
        scores += self.intercepts
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        return np.asarray(scores / scores.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Annotator:
    """An encoder and the classifier of its vectors."""

    network: ExpressionNetwork
    head: Head

    def vectors(self, cells: Cells, device: str) -> np.ndarray:
        """Return the vector of each cell, shape ``(n_cells, width)``, float32."""
        return vectors_of(self.network, cells, device)


def vectors_of(network: ExpressionNetwork, cells: Cells, device: str) -> np.ndarray:
    """Return the vector of each cell, shape ``(n_cells, width)``, float32."""
    found = np.empty((cells.n_cells, network.width), np.float32)
    for number, known in enumerate(cells.known):
        rows = np.flatnonzero(cells.dataset == number)
        part = cells.values if len(rows) == cells.n_cells else cells.values[rows]
        found[rows] = embed(network, part, known, totals=cells.totals[rows], device=device)
    return found


def frozen_head(vectors: np.ndarray, labels: np.ndarray, n_classes: int) -> Head:
    """Fit logistic regression to vectors of labelled cells.

    They are centred and divided by one number, so that the penalty means the same for all; the
    coefficients are those of the vectors as they were.

    Parameters
    ----------
    labels
        Number of each cell's class, shape ``(n_cells,)``.
    """
    centre = vectors.mean(axis=0, dtype=np.float64)
    spread = float(np.sqrt(((vectors - centre) ** 2).mean())) or 1.0
    # class numbers of one width, so that their order as texts is their order
    names = np.char.zfill(labels.astype(str), len(str(n_classes)))
    if len(set(names)) < 2:
        return _spread_out(
            Linear(names[:1], np.zeros((1, vectors.shape[1])), np.zeros(1)), n_classes
        )
    linear = fit_logistic((vectors - centre) / spread, names, balanced=True)
    scaled = linear.coefficients / spread
    moved = Linear(linear.classes, scaled, linear.intercepts - scaled @ centre)
    return _spread_out(moved, n_classes)


def _spread_out(linear: Linear, n_classes: int) -> Head:
    """Return the classifier of all classes, of which it may not have learnt some."""
    coefficients = np.zeros((n_classes, linear.coefficients.shape[1]), np.float32)
    intercepts = np.full(n_classes, _NEVER, np.float32)
    numbers = linear.classes.astype(np.int64)
    coefficients[numbers], intercepts[numbers] = linear.coefficients, linear.intercepts
    return Head(coefficients, intercepts)


class TunedNetwork(nn.Module):
    """An encoder with a linear layer that names the class of a cell."""

    def __init__(self, network: ExpressionNetwork, n_classes: int) -> None:
        super().__init__()
        self.network = network
        self.head = nn.Linear(network.width, n_classes)


def tune(
    network: ExpressionNetwork,
    labelled: Labelled,
    config: BmfmConfig,
    context: RunContext,
    *,
    device: str,
    label: str,
) -> Annotator:
    """Train an encoder on by the labels of cells, and return it with its classifier.

    The classifier starts from logistic regression on the frozen vectors, and all classes weigh the
    same. The network that is given is changed.
    """
    cells, n_classes = labelled.cells, len(labelled.classes)
    start = frozen_head(vectors_of(network, cells, device), labelled.labels, n_classes)
    weights = torch.from_numpy(class_weights(labelled.labels, n_classes)).to(device)
    truth = torch.from_numpy(labelled.labels)
    with torch.random.fork_rng(devices=[]):
        tuned = TunedNetwork(network, n_classes)
    with torch.no_grad():
        tuned.head.weight.copy_(torch.from_numpy(start.coefficients))
        tuned.head.bias.copy_(torch.from_numpy(start.intercepts))
    tuned.to(device)
    batch = _Drawn(cells, truth, device)

    def loss(tuned: TunedNetwork, batch: tuple[Target, torch.Tensor]) -> torch.Tensor:
        target, labels = batch
        pairs = chosen_profiles(network.tokens, target, training=True)
        return cross_entropy(tuned.head(tuned.network.encode(pairs).cell), labels, weights)

    plan = Plan(config.tuning, config.seed, config.rate / 10, decay=0.01, clip=1.0)
    # objectives other than the classifier have no part in it
    for value in tuned.network.objectives.parameters():
        value.requires_grad = False
    fit(
        tuned,
        Shuffled(np.arange(cells.n_cells), encoder_config(config).batch, batch, config.seed),
        loss,
        plan,
        device=device,
        progress=context.progress,
        label=label,
        checkpoint=context.checkpoint,
    )
    head = Head(
        tuned.head.weight.detach().cpu().numpy().copy(),
        tuned.head.bias.detach().cpu().numpy().copy(),
    )
    return Annotator(tuned.network, head)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Labelled cells by number, on a device."""

    cells: Cells
    labels: torch.Tensor
    device: str

    def __call__(self, rows: np.ndarray) -> tuple[Target, torch.Tensor]:
        y = torch.from_numpy(self.cells.values[rows].toarray()).to(self.device)
        known = torch.from_numpy(self.cells.known[self.cells.dataset[rows]]).to(self.device)
        return Target(y, known), self.labels[torch.from_numpy(rows)].to(self.device)
