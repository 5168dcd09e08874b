"""Profiles as sets of gene-value pairs; observed zero, masked and not measured are three states."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import torch

OBSERVED: Final = 0
"""The value was measured and is shown; it may be zero."""
MASKED: Final = 1
"""The value was measured and is hidden from the network."""
MISSING: Final = 2
"""The gene was not measured."""
PAD: Final = 3
"""No pair: the place fills the row, or its pair was dropped."""
N_STATES: Final = 4


@dataclass(frozen=True, slots=True)
class ProfileBatch:
    """Profiles as an encoder sees them, with B cells and L pairs of each."""

    gene: torch.Tensor
    """Number of each pair's gene in the vocabulary, shape ``(B, L)``, int64."""
    value: torch.Tensor
    """Expression, shape ``(B, L)``, float32; 0 unless the state is `OBSERVED`, and never NaN."""
    state: torch.Tensor
    """`OBSERVED`, `MASKED`, `MISSING` or `PAD`, shape ``(B, L)``, uint8."""
    depth: torch.Tensor
    """log1p of the counts of the input and of the target, shape ``(B, 2)``; 0 if unknown."""
    asked: torch.Tensor | None = None
    """Mask of pairs whose value is to be recovered, shape ``(B, L)``; None for none."""

    @property
    def pad(self) -> torch.Tensor:
        """Mask of places without a pair, shape ``(B, L)``, bool."""
        return self.state == PAD

    @property
    def observed(self) -> torch.Tensor:
        """Mask of pairs whose value is shown, shape ``(B, L)``, bool."""
        return self.state == OBSERVED

    def hide(self, mask: torch.Tensor, state: int = MASKED) -> "ProfileBatch":
        """Return the profiles with the observed pairs of a mask in another state.

        Their values become 0, so that no network can read them.

        Parameters
        ----------
        mask
            Shape ``(B, L)``, bool.
        state
            `MASKED`, or `PAD` to drop the pairs.
        """
        gone = mask & self.observed
        return replace(
            self, value=self.value.masked_fill(gone, 0.0), state=self.state.masked_fill(gone, state)
        )

    def to(self, device: str) -> "ProfileBatch":
        """Return the profiles on a device."""
        asked = None if self.asked is None else self.asked.to(device)
        return ProfileBatch(
            self.gene.to(device),
            self.value.to(device),
            self.state.to(device),
            self.depth.to(device),
            asked,
        )


@dataclass(frozen=True, slots=True)
class Target:
    """The whole profiles that are to be recovered, and what else is known of the cells."""

    y: torch.Tensor
    """Expression of all G genes of the vocabulary, shape ``(B, G)``, float32; 0 if not measured."""
    known: torch.Tensor
    """Mask of the genes that were measured, shape ``(B, G)``; no other is ever penalised."""
    labels: Mapping[str, torch.Tensor] = field(default_factory=dict)
    """Number of each cell's label by the name of its kind, shape ``(B,)``, int64; -100 if unknown.
    """

    def to(self, device: str) -> "Target":
        """Return the targets on a device."""
        labels = {name: value.to(device) for name, value in self.labels.items()}
        return Target(self.y.to(device), self.known.to(device), labels)


def whole_profiles(target: Target, depth: torch.Tensor | None = None) -> ProfileBatch:
    """Return all genes of the vocabulary as pairs, in its order: B cells and L = G pairs.

    Parameters
    ----------
    depth
        As `ProfileBatch` has it; zeros if None.
    """
    n_cells, n_genes = target.y.shape
    gene = torch.arange(n_genes, device=target.y.device).expand(n_cells, n_genes)
    state = torch.where(target.known, OBSERVED, MISSING).to(torch.uint8)
    value = target.y.masked_fill(~target.known, 0.0)
    if depth is None:
        depth = torch.zeros((n_cells, 2), device=target.y.device)
    return ProfileBatch(gene, value, state, depth)
