"""Training of the pair network, and prediction by the most similar reference spots."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from orthoweave.models.base import RunContext
from orthoweave.models.device import resolve_device
from orthoweave.models.histology.config import HistologyConfig
from orthoweave.models.histology.losses import contrastive_loss, reconstruction_loss
from orthoweave.models.histology.network import PairNetwork
from orthoweave.models.histology.prepared import Prepared, standardised
from orthoweave.models.training.data import Shuffled
from orthoweave.models.training.loop import fit
from orthoweave.models.training.plan import Plan

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Predictor:
    """A network with the spots that predictions are means of."""

    network: PairNetwork
    bank: np.ndarray
    """Embeddings of the reference spots, of length 1, shape ``(n_reference, dimension)``."""
    values: np.ndarray
    """Their expression, shape ``(n_reference, n_genes)``, float32."""
    neighbours: int
    colours: str
    device: str = "cpu"

    def embed(self, pixels: np.ndarray) -> np.ndarray:
        """Return embeddings of all patches of a section, of length 1, float32."""
        ready = standardised(pixels, self.colours)
        return _embedded(self.network, ready, self.device, images=True)

    def predict(self, pixels: np.ndarray) -> np.ndarray:
        """Return the expression of all patches of a section, ``(n_spots, n_genes)``, float32."""
        likeness = self.embed(pixels) @ self.bank.T
        count = min(self.neighbours, len(self.bank))
        # stable: equal likeness goes to the lower number
        nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :count]
        return np.stack([self.values[row].mean(0) for row in nearest]).astype(np.float32)


def train(
    sections: Sequence[Prepared], config: HistologyConfig, context: RunContext, label: str
) -> Predictor:
    """Train on the spots of some sections, which become the reference.

    Parameters
    ----------
    label
        Name of this training among those of the run: its state is kept under it.
    """
    device = resolve_device(config.device)
    patches = np.concatenate([standardised(one.pixels, config.colours) for one in sections])
    values = np.concatenate([one.values for one in sections])
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(config.seed)
        network = PairNetwork(values.shape[1], config).to(device)
    images, genes = torch.from_numpy(patches), torch.from_numpy(values)

    def make(rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        chosen = torch.from_numpy(rows)
        return turned(images[chosen]).to(device), genes[chosen].to(device)

    def loss(network: PairNetwork, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        embedded, spots, rebuilt = network(*batch)
        found = contrastive_loss(embedded, spots, config.temperature)
        if rebuilt is None:
            return found
        goal = embedded.detach() if config.detach else embedded
        return found + reconstruction_loss(rebuilt, goal)

    plan = Plan(config.epochs, config.seed, config.rate, "cosine", floor=0.1, decay=1e-3)
    data = Shuffled(np.arange(len(values)), config.batch, make, config.seed)
    network.train()
    fit(
        network,
        data,
        loss,
        plan,
        device=device,
        progress=context.progress,
        label=label,
        checkpoint=context.checkpoint,
    )
    network.eval()
    bank = _embedded(network, values, device, images=False)
    return Predictor(network, bank, values, config.neighbours, config.colours, device)


def turned(patches: torch.Tensor) -> torch.Tensor:
    """Return patches that were each turned by right angles and flipped at random."""
    kinds = torch.randint(0, 8, (len(patches),))
    found = torch.empty_like(patches)
    for kind in range(8):
        chosen = kinds == kind
        part = torch.rot90(patches[chosen], kind % 4, (2, 3))
        found[chosen] = part.flip(3) if kind >= 4 else part
    return found


def permuted(section: Prepared, seed: int) -> Prepared:
    """Return a section in which each patch has the expression of a random other spot.

    Both training and reference see the same permuted spots.
    """
    order = np.random.default_rng(seed).permutation(len(section.values))
    return replace(section, values=section.values[order])


def _embedded(network: PairNetwork, rows: np.ndarray, device: str, *, images: bool) -> np.ndarray:
    """Return embeddings of patches or of spots, of length 1, float32."""
    encode = network.images if images else network.spots
    network.eval()
    with torch.no_grad():
        parts = [
            encode(torch.from_numpy(rows[at : at + _BATCH]).to(device)).float().cpu().numpy()
            for at in range(0, len(rows), _BATCH)
        ]
    found = np.concatenate(parts)
    length = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return np.asarray(found / length, np.float32)
