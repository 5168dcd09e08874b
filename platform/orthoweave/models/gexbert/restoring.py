"""A fitted restoration: z-scores, the linear path and the network of what it leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from orthoweave.models.gexbert.linear import LinearPath, Scaler
from orthoweave.models.gexbert.network import Residual

_ROWS: Final = 256


@dataclass(frozen=True, slots=True)
class Restorer:
    """Restores genes of samples from any visible ones."""

    scaler: Scaler
    linear: LinearPath
    network: Residual | None
    """None for the linear path alone."""
    axes: np.ndarray
    """Principal axes of the training samples, shape ``(width, n_genes)``, float32."""
    device: str = "cpu"

    def line(self, values: np.ndarray, visible: np.ndarray) -> np.ndarray:
        """Return all genes by the linear path alone, on the scale of z-scores.

        Parameters
        ----------
        values
            Expression on the dataset's scale, shape ``(n, n_genes)``; only the visible genes are
            read.
        visible
            Numbers of the visible genes, which all samples share.
        """
        return self.linear.restore(self.scaler.scaled(values), visible)

    def scores(self, values: np.ndarray, visible: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Return z-scores of the genes asked for, shape ``(n, n_asked)``, float32; see `line`."""
        line = self.line(values, visible)
        if self.network is None:
            return line[:, asked]
        network, genes = self.network, self._on_device(asked)
        with torch.no_grad():
            parts = [network(*three, genes) for three in self._batches(values, visible, line)]
        return np.concatenate([part.float().cpu().numpy() for part in parts])

    def restored(self, values: np.ndarray, visible: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Return the genes asked for on the dataset's scale, float32; see `line`."""
        found = self.scores(values, visible, asked)
        scale = Scaler(self.scaler.mean[asked], self.scaler.sd[asked])
        return scale.unscaled(found)

    def filled(self, values: np.ndarray, visible: np.ndarray) -> np.ndarray:
        """Return z-scores of all genes of samples that have visible genes of their own, float32.

        Parameters
        ----------
        values
            Expression on the dataset's scale, shape ``(n, n_genes)``.
        visible
            Mask, shape ``(n, n_genes)``; values elsewhere are not read.
        """
        found = np.zeros(values.shape, np.float32)
        everything = np.arange(values.shape[1])
        for row, mask in enumerate(visible):
            if mask.any():
                own = values[[row]]
                found[row] = self.scores(own, np.flatnonzero(mask), everything)[0]
        return np.where(visible, self.scaler.scaled(values), found)

    def vectors(self, values: np.ndarray, visible: np.ndarray) -> np.ndarray:
        """Return the vector of each sample, float32, from its visible genes.

        It is the components of the completed profile and, where there is a network, the vector of
        that; shape ``(n, width)`` or ``(n, 2 * width)``.
        """
        line = self.line(values, visible)
        parts = [line @ self.axes.T]
        if self.network is not None:
            network = self.network
            with torch.no_grad():
                found = [
                    network.vector(network.encode(*three)).float().cpu().numpy()
                    for three in self._batches(values, visible, line)
                ]
            parts.append(np.concatenate(found))
        return np.asarray(np.concatenate(parts, axis=1), np.float32)

    def _batches(
        self, values: np.ndarray, visible: np.ndarray, line: np.ndarray
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        scores, numbers = self.scaler.scaled(values), self._on_device(visible)
        for start in range(0, len(values), _ROWS):
            rows = slice(start, start + _ROWS)
            yield self._on_device(scores[rows]), numbers, self._on_device(line[rows])

    def _on_device(self, array: np.ndarray) -> torch.Tensor:
        # in memory of its own, which PyTorch aligns: the last digits depend on that
        return torch.from_numpy(np.ascontiguousarray(array)).clone().to(self.device)


def principal_axes(linear: LinearPath, width: int) -> np.ndarray:
    """Return the first axes of training samples, each times the inverse of its spread, float32."""
    n_genes = len(linear.products)
    count = min(width, n_genes)
    values, axes = np.linalg.eigh(linear.products.astype(np.float64))
    values, axes = values[::-1][:count], axes[:, ::-1][:, :count]
    # the sign of an axis is arbitrary: its largest part is positive
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(count)]
    scale = np.sign(largest) / np.sqrt(np.maximum(values[0] / max(linear.n_samples, 1), 1e-12))
    return np.asarray((axes * scale).T, np.float32)
