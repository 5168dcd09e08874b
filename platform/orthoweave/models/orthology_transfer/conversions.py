"""Conversions of several seeds in front of one network, and the mean of what they say of cells."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
import torch
from torch import nn

from orthoweave.errors import InputError
from orthoweave.models.orthology_transfer.conversion import Conversion
from orthoweave.models.orthology_transfer.inputs import Wiring, standard_scores
from orthoweave.models.orthology_transfer.network import freeze
from orthoweave.models.state import State

# cells that are dense at a time
_TOGETHER: Final = 8192


@dataclass(frozen=True, slots=True)
class Conversions:
    """Weights of conversions, and the standardisation that they were learnt with."""

    weights: np.ndarray
    """Weight of each edge, shape ``(n_seeds, n_edges)``, float32."""
    shifts: np.ndarray
    """Shift of each source gene, shape ``(n_seeds, n_source)``, float32."""
    mean: np.ndarray
    """Mean of each target gene over the training cells, shape ``(n_target,)``."""
    sd: np.ndarray
    """Its standard deviation."""

    def probability(
        self,
        network: nn.Module,
        wiring: Wiring,
        values: sp.csr_matrix,
        measured: np.ndarray,
        device: str,
    ) -> np.ndarray:
        """Return the mean probability of each class, shape ``(n_cells, n_classes)``.

        Parameters
        ----------
        values
            log1p of counts per 10 000 of the target genes, shape ``(n_cells, n_target)``.
        measured
            Mask of the target genes that the dataset measures; the others take their mean.
        """
        layers = [self._layer(wiring, seed, device) for seed in range(len(self.weights))]
        network = network.to(device)
        found = []
        for start in range(0, values.shape[0], _TOGETHER):
            part = values[start : start + _TOGETHER].toarray()
            inputs = standard_scores(part, self.mean, self.sd)
            inputs[:, ~measured] = 0
            cells = torch.as_tensor(inputs, device=device)
            with torch.no_grad():
                each = [network(layer(cells)).softmax(dim=1) for layer in layers]
                found.append((sum(each[1:], each[0]) / len(layers)).cpu().numpy())
        return np.concatenate(found)

    def arrays(self, start: str = "") -> dict[str, np.ndarray]:
        """Return the arrays by name, each behind `start`."""
        return {
            f"{start}conversion.weight": self.weights,
            f"{start}conversion.shift": self.shifts,
            f"{start}mean": self.mean,
            f"{start}sd": self.sd,
        }

    def _layer(self, wiring: Wiring, seed: int, device: str) -> Conversion:
        layer = Conversion(wiring, device)
        layer.weight.data = torch.from_numpy(self.weights[seed].copy()).to(device)
        layer.shift.data = torch.from_numpy(self.shifts[seed].copy()).to(device)
        freeze(layer)
        return layer


def restore_conversions(state: State, start: str = "") -> Conversions:
    """Return the conversions of a state.

    Raises
    ------
    InputError
        If an array does not fit the others.
    """
    shifts = state.array(f"{start}conversion.shift", None, None)
    weights = state.array(f"{start}conversion.weight", len(shifts), None)
    n_genes = len(state.vocabulary.genes)
    mean, sd = (state.array(f"{start}{name}", n_genes) for name in ("mean", "sd"))
    if not all(shifts.shape):
        message = (
            f"weights: array '{start}conversion.shift': expected a seed and a source gene at least"
        )
        raise InputError(message)
    if (sd <= 0).any():
        message = f"weights: array '{start}sd': expected standard deviations above 0"
        raise InputError(message)
    return Conversions(weights.astype(np.float32), shifts.astype(np.float32), mean, sd)
