"""The state of a fit: the network, the embeddings of the reference and its expression."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.device import resolve_device
from orthoweave.models.histology.config import HistologyConfig
from orthoweave.models.histology.fitting import Predictor
from orthoweave.models.histology.network import PairNetwork
from orthoweave.models.histology.results import Fitted
from orthoweave.models.state import Plain, State, Vocabulary
from orthoweave.models.training.state import load

_NET = "network."
_NUMBERS = ("patch", "width", "blocks", "heads", "vit_patch", "dimension", "neighbours")


@dataclass(frozen=True, slots=True)
class Kept:
    """A predictor without the sections that it was fitted to."""

    vocabulary: Vocabulary
    predictor: Predictor
    patch: int
    width_um: float


def state_of(fitted: Fitted, config: HistologyConfig) -> State:
    """Return all that the prediction of another section takes."""
    predictor = fitted.predictor
    arrays = {
        f"{_NET}{name}": np.ascontiguousarray(value.detach().cpu().numpy())
        for name, value in predictor.network.state_dict().items()
    }
    arrays |= {"bank": predictor.bank, "values": predictor.values}
    values: dict[str, Plain] = {name: getattr(config, name) for name in _NUMBERS}
    values |= {"encoder": config.encoder, "colours": config.colours, "width_um": config.width_um}
    values["reconstruction"] = config.reconstruction
    return State(
        arrays,
        Vocabulary(fitted.species, fitted.genes),
        "counts",
        "log1p of counts scaled to the median total of the section's spots",
        values,
    )


def restore_kept(state: State) -> Kept:
    """Return the predictor of a state.

    Raises
    ------
    InputError
        If an array or a value does not fit the others.
    """
    numbers: dict[str, Any] = {name: _count(state, name) for name in _NUMBERS}
    width_um, encoder = state.values.get("width_um"), state.values.get("encoder")
    colours, arm = state.values.get("colours"), state.values.get("reconstruction")
    known = encoder in ("cnn", "vit") and colours in ("section", "imagenet")
    if not known or not isinstance(width_um, float) or not isinstance(arm, bool):
        message = (
            f"weights: expected an encoder, colours, width_um and reconstruction, found {encoder!r}"
            f", {colours!r}, {width_um!r} and {arm!r}"
        )
        raise InputError(message)
    config = replace(HistologyConfig(encoder=str(encoder), reconstruction=arm), **numbers)
    n_genes = len(state.vocabulary.genes)
    network = PairNetwork(n_genes, config)
    found = {
        name: state.array(f"{_NET}{name}", *value.shape).astype(np.float32)
        for name, value in network.state_dict().items()
    }
    load(network, found)
    network.eval()
    bank = state.array("bank", None, config.dimension).astype(np.float32)
    values = state.array("values", len(bank), n_genes).astype(np.float32)
    predictor = Predictor(network, bank, values, config.neighbours, str(colours))
    return Kept(state.vocabulary, predictor, config.patch, width_um)


def on_device(kept: Kept, config: HistologyConfig) -> Predictor:
    """Return the predictor on the device of a configuration."""
    device = resolve_device(config.device)
    kept.predictor.network.to(device)
    return replace(kept.predictor, device=device)


def _count(state: State, name: str) -> int:
    found = state.values.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        message = f"weights: value {name!r}: expected a whole number from 1, found {found!r}"
        raise InputError(message)
    return found
