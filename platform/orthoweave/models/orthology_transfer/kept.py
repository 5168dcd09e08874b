"""The source network and its conversions as weights, and the types that they give to cells."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import nn

from orthoweave.models.aligned import values_of
from orthoweave.models.calibration.known import restore_known
from orthoweave.models.calibration.named import CalibratedCells, least_certain
from orthoweave.models.device import resolve_device
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.conversions import Conversions, restore_conversions
from orthoweave.models.orthology_transfer.held_out import HeldOut
from orthoweave.models.orthology_transfer.inputs import Wiring
from orthoweave.models.orthology_transfer.network import freeze, make_network
from orthoweave.models.orthology_transfer.results import Transferred
from orthoweave.models.state import Plain, State, Vocabulary
from orthoweave.views.expression import ExpressionView

_NETWORK: Final = "network."
_FOLD: Final = "fold_{}."


@dataclass(frozen=True, slots=True)
class KeptTransfer:
    """A source network behind conversions from the genes of a target species."""

    vocabulary: Vocabulary
    """Target genes that feed the conversions."""
    network: nn.Sequential
    wiring: Wiring
    conversions: Conversions
    classes: np.ndarray
    held_out: HeldOut | None
    """Held-out donors; None where the target did not tell donors apart."""


def state_of(fitted: Transferred, species: str) -> State:
    """Return the network, the conversions of all seeds, and held-out donors."""
    prepared, wiring, held_out = fitted.prepared, fitted.prepared.wiring, fitted.held_out
    conversions = Conversions(
        fitted.weights, fitted.shifts, prepared.target_mean, prepared.target_sd
    )
    arrays = {
        **{_NETWORK + name: value for name, value in fitted.network.items()},
        "conversion.source": wiring.source_index,
        "conversion.target": wiring.target_index,
        **conversions.arrays(),
    }
    values: dict[str, Plain] = {"classes": tuple(map(str, prepared.classes))}
    if held_out is not None:
        values["precision"] = float(held_out.known.precision)
        arrays |= held_out.known.arrays()
        for number, one in enumerate(held_out.folds):
            arrays |= one.arrays(_FOLD.format(number))
    return State(
        arrays,
        Vocabulary(species, wiring.target_genes),
        "log1p_cp10k",
        "log1p of counts per 10 000 of the cell's total; each gene in standard deviations from "
        "its mean over the training cells, cut to ten; a gene that was not measured has its mean",
        values,
    )


def restore_transfer(state: State) -> KeptTransfer:
    """Return network and conversions of a state.

    Raises
    ------
    InputError
        If an array or a value does not fit the others.
    """
    genes, classes = state.vocabulary.genes, state.texts("classes")
    conversions = restore_conversions(state)
    n_source, n_edges = conversions.shifts.shape[1], conversions.weights.shape[1]
    wiring = Wiring(
        np.arange(n_source),
        genes,
        state.numbers("conversion.source", n_edges, n_source),
        state.numbers("conversion.target", n_edges, len(genes)),
        np.full(n_edges, "", object),
    )
    held_out = None
    if "precision" in state.values:
        known = restore_known(state, classes, len(genes))
        folds = range(known.reference.n_folds)
        held_out = HeldOut(
            known, tuple(restore_conversions(state, _FOLD.format(one)) for one in folds)
        )
        for number, one in enumerate(held_out.folds):
            # of the same edges and source genes
            state.array(f"fold_{number}.conversion.weight", len(one.weights), n_edges)
            state.array(f"fold_{number}.conversion.shift", len(one.weights), n_source)
    return KeptTransfer(
        state.vocabulary,
        _network(state, n_source, len(classes)),
        wiring,
        conversions,
        classes,
        held_out,
    )


def _network(state: State, n_source: int, n_classes: int) -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        network = make_network(n_source, n_classes, 0, "cpu")
    network.load_state_dict(
        {
            name: torch.from_numpy(np.array(state.array(_NETWORK + name, *value.shape), np.float32))
            for name, value in network.state_dict().items()
        }
    )
    freeze(network)
    return network


def name_cells(kept: KeptTransfer, view: ExpressionView, config: TransferConfig) -> CalibratedCells:
    """Return the types of cells, calibrated by held-out donors where there are any.

    A cell's probability of a type is the mean over the conversions of all seeds.
    """
    kept.vocabulary.measured_by(view)
    values, measured = values_of(view.values, view.genes, kept.vocabulary.genes)
    device = resolve_device(config.device)
    own = kept.conversions.probability(kept.network, kept.wiring, values, measured, device)
    if kept.held_out is None or config.threshold is not None:
        return CalibratedCells(kept.classes, own, config.threshold or 0.0)
    found = kept.held_out.calibrated(
        own, kept.network, kept.wiring, values, measured, seed=config.seed, device=device
    )
    return CalibratedCells(kept.classes, found.probability, least_certain(found), calibrated=found)
