"""The contrastive loss with soft targets, and that of the reconstruction."""

import torch
from torch.nn import functional


def soft_targets(
    images: torch.Tensor, spots: torch.Tensor, temperature: float = 1.0
) -> torch.Tensor:
    """Return how much each spot of a batch is like each patch, rows sum to one, ``(n, n)``.

    The softmax of the mean of the likenesses among patches and among spots: Xie et al., BLEEP,
    2023. Embeddings have LayerNorm and a long norm, so that with temperature 1 it is nearly 1 on
    the diagonal.
    """
    likeness = (images @ images.T + spots @ spots.T) / 2
    return torch.softmax(likeness * temperature, dim=1)


def contrastive_loss(
    images: torch.Tensor, spots: torch.Tensor, temperature: float = 1.0
) -> torch.Tensor:
    """Return the mean of log(1 + mean cross-entropy from spots to patches and back)."""
    logits = spots @ images.T / temperature
    targets = soft_targets(images, spots, temperature)
    there = -(targets * functional.log_softmax(logits, dim=1)).sum(1)
    back = -(targets.T * functional.log_softmax(logits.T, dim=1)).sum(1)
    return torch.log1p((there + back) / 2).mean()


def reconstruction_loss(rebuilt: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    """Return log(1 + mean squared difference of reconstructed and own embeddings)."""
    return torch.log1p(functional.mse_loss(rebuilt, images))
