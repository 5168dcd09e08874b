"""The source network and its conversions as weights, and the types that they give to cells."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from orthoweave.errors import InputError
from orthoweave.models.device import resolve_device
from orthoweave.models.named_cells import NamedCells
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.conversion import Conversion
from orthoweave.models.orthology_transfer.inputs import Wiring, standard_scores
from orthoweave.models.orthology_transfer.network import freeze, make_network
from orthoweave.models.orthology_transfer.results import Transferred
from orthoweave.models.state import State, Vocabulary
from orthoweave.views.expression import ExpressionView

_NETWORK = "network."


@dataclass(frozen=True, slots=True)
class KeptTransfer:
    """A source network behind conversions from the genes of a target species."""

    vocabulary: Vocabulary
    """Target genes that feed the conversions."""
    network: nn.Sequential
    conversions: tuple[Conversion, ...]
    """One for each seed."""
    mean: np.ndarray
    """Mean of each target gene over the training cells, shape ``(n_target,)``."""
    sd: np.ndarray
    """Its standard deviation."""
    classes: np.ndarray


def state_of(fitted: Transferred, species: str) -> State:
    """Return the network, a conversion for each seed, and how target genes are standardised."""
    wiring = fitted.prepared.wiring
    return State(
        {
            **{_NETWORK + name: value for name, value in fitted.network.items()},
            "conversion.weight": fitted.weights,
            "conversion.shift": fitted.shifts,
            "conversion.source": wiring.source_index,
            "conversion.target": wiring.target_index,
            "mean": fitted.prepared.target_mean,
            "sd": fitted.prepared.target_sd,
        },
        Vocabulary(species, wiring.target_genes),
        "log1p_cp10k",
        "log1p of counts per 10 000 of the cell's total; each gene in standard deviations from "
        "its mean over the training cells, cut to ten; a gene that was not measured has its mean",
        {"classes": tuple(map(str, fitted.prepared.classes))},
    )


def restore_transfer(state: State) -> KeptTransfer:
    """Return network and conversions of a state.

    Raises
    ------
    InputError
        If an array or a value does not fit the others.
    """
    genes, classes = state.vocabulary.genes, state.texts("classes")
    shifts = state.array("conversion.shift", None, None)
    weights = state.array("conversion.weight", len(shifts), None)
    n_seeds, n_source, n_edges = *shifts.shape, weights.shape[1]
    if not n_seeds or not n_source:
        message = "weights: array 'conversion.shift': expected a seed and a source gene at least"
        raise InputError(message)
    wiring = Wiring(
        np.arange(n_source),
        genes,
        state.numbers("conversion.source", n_edges, n_source),
        state.numbers("conversion.target", n_edges, len(genes)),
        np.full(n_edges, "", object),
    )
    with torch.random.fork_rng(devices=[]):
        network = make_network(n_source, len(classes), 0, "cpu")
    network.load_state_dict(
        {
            name: _tensor(state.array(_NETWORK + name, *value.shape))
            for name, value in network.state_dict().items()
        }
    )
    freeze(network)
    conversions = []
    for weight, shift in zip(weights, shifts, strict=True):
        layer = Conversion(wiring, "cpu")
        layer.weight.data, layer.shift.data = _tensor(weight), _tensor(shift)
        freeze(layer)
        conversions.append(layer)
    mean, sd = (state.array(name, len(genes)) for name in ("mean", "sd"))
    if (sd <= 0).any():
        message = "weights: array 'sd': expected standard deviations above 0"
        raise InputError(message)
    return KeptTransfer(state.vocabulary, network, tuple(conversions), mean, sd, classes)


def name_cells(kept: KeptTransfer, view: ExpressionView, config: TransferConfig) -> NamedCells:
    """Return the types of cells: the mean probability over the conversions of all seeds."""
    there = kept.vocabulary.measured_by(view)
    device = resolve_device(config.device)
    inputs = np.zeros((view.n_cells, len(there)), np.float32)
    values = view.subset(genes=kept.vocabulary.genes[there]).values.toarray()
    inputs[:, there] = standard_scores(values, kept.mean[there], kept.sd[there])
    cells, network = torch.as_tensor(inputs, device=device), kept.network.to(device)
    total = torch.zeros((view.n_cells, len(kept.classes)), device=device)
    with torch.no_grad():
        for layer in kept.conversions:
            total += network(layer.to(device)(cells)).softmax(dim=1)
    return NamedCells(kept.classes, (total / len(kept.conversions)).cpu().numpy(), 0.0)


def _tensor(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.array(values, np.float32))
