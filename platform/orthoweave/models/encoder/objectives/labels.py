"""Label heads: cross-entropy, focal loss, and cross-entropy over the terms of an ontology."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import LabelHead
from orthoweave.models.encoder.objectives.base import (
    UNKNOWN,
    Encoded,
    LabelSet,
    Objective,
    mean_over,
)
from orthoweave.models.encoder.profiles import ProfileBatch, Target


class LabelObjective(Objective):
    """Name a label of each cell from its vector; cells without one cost nothing."""

    def __init__(self, config: LabelHead, labels: LabelSet, width: int) -> None:
        super().__init__()
        self.config, self.name = config, f"label {config.label}"
        self.head = nn.Linear(width, labels.n_classes)
        if (labels.compatible is None) == (config.loss == "hierarchical"):
            message = (
                f"label {config.label!r} with loss {config.loss!r}: expected the classes that fit "
                "each label for a hierarchical loss, and for no other"
            )
            raise UsageError(message)
        if labels.compatible is not None:
            self.register_buffer("compatible", torch.from_numpy(np.array(labels.compatible, bool)))

    def logits(self, cell: torch.Tensor) -> torch.Tensor:
        """Return a score for each class, shape ``(B, n_classes)``, float32."""
        return self.head(cell).float()

    def loss(self, encoded: Encoded, batch: ProfileBatch, target: Target) -> torch.Tensor:
        """Return the mean loss of the cells whose label is known; 0 of none."""
        del batch
        labels = target.labels[self.config.label]
        known = labels != UNKNOWN
        chance = self.logits(encoded.cell).log_softmax(dim=1)
        number = labels.clamp_min(0)
        if self.config.loss == "hierarchical":
            return mean_over(hierarchical(chance, self.compatible[number]), known)
        right = chance.gather(1, number[:, None])[:, 0]
        if self.config.loss == "focal":
            return mean_over(focal(right, self.config.gamma), known)
        return mean_over(-right, known)


def focal(log_chance: torch.Tensor, gamma: float) -> torch.Tensor:
    """Return the focal loss of each cell: cells that are sure already count less.

    Lin et al., Focal loss for dense object detection, 2017, arXiv:1708.02002.

    Parameters
    ----------
    log_chance
        Logarithm of the probability of each cell's own label, shape ``(B,)``.
    """
    return -((1 - log_chance.exp()) ** gamma) * log_chance


def hierarchical(log_chance: torch.Tensor, compatible: torch.Tensor) -> torch.Tensor:
    """Return minus the logarithm of the probability of all classes that fit each cell's label.

    Parameters
    ----------
    log_chance
        Logarithms of probabilities, shape ``(B, n_classes)``.
    compatible
        Mask of the classes that fit each cell's label, shape ``(B, n_classes)``; a label that is
        an inner term of an ontology fits all classes below it.
    """
    # a cell whose label fits no class has no loss, and no gradient that is not a number
    none = ~compatible.any(dim=1, keepdim=True)
    allowed = compatible | none
    fitting = log_chance.masked_fill(~allowed, -1e9)
    return -fitting.logsumexp(dim=1)


def class_weights(labels: np.ndarray, n_classes: int) -> np.ndarray:
    """Return a weight for each class, so that all classes count alike, ``(n_classes,)``, float32.

    Their mean over the labelled cells is 1.

    Parameters
    ----------
    labels
        Number of each cell's class, -100 where it is unknown.
    """
    counts = np.bincount(labels[labels != UNKNOWN], minlength=n_classes)
    there = np.count_nonzero(counts)
    weights = counts.sum() / np.maximum(counts, 1) / max(there, 1)
    return np.asarray(np.where(counts > 0, weights, 0.0), np.float32)


def cross_entropy(
    logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor | None = None
) -> torch.Tensor:
    """Return the mean cross-entropy of the cells with a label, weighted by class."""
    return functional.cross_entropy(logits.float(), labels, weights, ignore_index=UNKNOWN)
