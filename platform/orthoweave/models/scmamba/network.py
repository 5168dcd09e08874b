"""Networks of scMamba: training with hidden values, training for a task, and what they give."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
import torch

from orthoweave.models.base import RunContext
from orthoweave.models.device import mixed_precision, resolve_device
from orthoweave.models.encoder.config import LabelHead, ObjectiveConfig
from orthoweave.models.encoder.network import ExpressionNetwork, Start, make_network
from orthoweave.models.encoder.objectives.base import LabelSet
from orthoweave.models.encoder.objectives.labels import LabelObjective
from orthoweave.models.encoder.profiles import Target, whole_profiles
from orthoweave.models.encoder.statistics import GeneStatistics
from orthoweave.models.scmamba.config import ScMambaConfig, encoder_config
from orthoweave.models.scmamba.inputs import Profiles
from orthoweave.models.training.data import Shuffled
from orthoweave.models.training.loop import fit

LABEL: Final = "class"
"""Name of the kind of label that a task learns."""
_CELLS: Final = 64
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Examples:
    """Cells with what a network is to learn of them."""

    values: sp.csr_matrix
    """Log expression over the vocabulary, shape ``(n_cells, n_genes)``."""
    known: np.ndarray
    """Mask of the measured genes, shape ``(n_genes,)``."""
    labels: np.ndarray | None = None
    """Number of each cell's class, -100 if unknown; None for no classes."""

    @classmethod
    def of(cls, profiles: Profiles, labels: np.ndarray | None = None) -> "Examples":
        """Return the examples of profiles."""
        return cls(profiles.values, profiles.known, labels)

    def target(self, rows: np.ndarray) -> Target:
        """Return the profiles and labels of some cells."""
        y = torch.from_numpy(self.values[rows].toarray().astype(np.float32))
        known = torch.from_numpy(self.known).expand(len(rows), -1)
        if self.labels is None:
            return Target(y, known)
        return Target(y, known, {LABEL: torch.from_numpy(self.labels[rows].astype(np.int64))})


def pretrained(
    examples: Examples, genes: GeneStatistics, config: ScMambaConfig, context: RunContext
) -> Arrays | None:
    """Return the encoder's parameters after training with hidden values; None without epochs."""
    if not config.pretrain_epochs:
        return None
    network = make_network(encoder_config(config), Start(genes), config.seed)
    _train(
        network,
        examples,
        config.pretrain_epochs,
        config=config,
        context=context,
        name="hidden values",
    )
    return arrays_of(network.encoder)


def classifier(
    n_classes: int, genes: GeneStatistics, config: ScMambaConfig, seed: int
) -> ExpressionNetwork:
    """Return an untrained network that tells classes apart."""
    objectives: tuple[ObjectiveConfig, ...] = (LabelHead(LABEL),)
    start = Start(genes, {LABEL: LabelSet(n_classes)})
    return make_network(encoder_config(config, objectives), start, seed)


def trained_classifier(
    examples: Examples,
    n_classes: int,
    genes: GeneStatistics,
    encoder: Arrays | None,
    *,
    config: ScMambaConfig,
    context: RunContext,
    name: str,
) -> ExpressionNetwork:
    """Return a network that was trained to tell classes apart, from pretrained parameters.

    Parameters
    ----------
    encoder
        Parameters of the encoder to begin with; random ones if None.
    name
        Name of the training, of which each of a run has its own.
    """
    network = classifier(n_classes, genes, config, config.seed)
    if encoder is not None:
        load_arrays(network.encoder, encoder)
    _train(network, examples, config.epochs, config=config, context=context, name=name)
    return network


def _train(
    network: ExpressionNetwork,
    examples: Examples,
    epochs: int,
    *,
    config: ScMambaConfig,
    context: RunContext,
    name: str,
) -> None:
    device = resolve_device(config.device)
    network.to(device)

    def loss(network: ExpressionNetwork, target: Target) -> torch.Tensor:
        target = target.to(device)
        return network.loss(whole_profiles(target), target)

    fit(
        network,
        Shuffled(np.arange(examples.values.shape[0]), config.batch, examples.target, config.seed),
        loss,
        encoder_config(config, epochs=epochs).plan,
        device=device,
        progress=context.progress,
        label=name,
        checkpoint=context.checkpoint,
    )


def class_chances(
    network: ExpressionNetwork, examples: Examples, config: ScMambaConfig
) -> tuple[np.ndarray, np.ndarray]:
    """Return class probabilities and vectors of cells.

    Returns
    -------
    tuple of ndarray
        Shapes ``(n_cells, n_classes)``, float64, and ``(n_cells, width)``, float32.
    """
    device = resolve_device(config.device)
    network.to(device).eval()
    [head] = [one for one in network.objectives if isinstance(one, LabelObjective)]
    chances, vectors = [], []
    with torch.no_grad(), mixed_precision(device):
        for first in range(0, examples.values.shape[0], _CELLS):
            rows = np.arange(first, min(first + _CELLS, examples.values.shape[0]))
            target = examples.target(rows).to(device)
            cell = network.encode(whole_profiles(target)).cell
            vectors.append(cell.float().cpu().numpy())
            chances.append(head.logits(cell).double().softmax(dim=1).cpu().numpy())
    return np.concatenate(chances), np.concatenate(vectors)


def arrays_of(module: torch.nn.Module) -> dict[str, np.ndarray]:
    """Return parameters and buffers by name."""
    return {name: value.detach().cpu().numpy() for name, value in module.state_dict().items()}


def load_arrays(module: torch.nn.Module, arrays: Arrays) -> None:
    """Put arrays in place of a module's parameters and buffers."""
    module.load_state_dict(
        {name: torch.from_numpy(np.array(value)) for name, value in arrays.items()}
    )
