"""Encoder, classifier and held-out donors as weights, and the way back."""

from typing import Final

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.bmfm_rna.annotation import Annotator, Head
from orthoweave.models.bmfm_rna.config import BmfmConfig, check_numbers, encoder_config
from orthoweave.models.bmfm_rna.fitting import Learnt
from orthoweave.models.bmfm_rna.held_out import HeldOut
from orthoweave.models.calibration.known import restore_known
from orthoweave.models.encoder.kept import encoder_arrays, restore_encoder
from orthoweave.models.encoder.network import ExpressionNetwork
from orthoweave.models.state import Plain, State

_SIZES: Final = ("width", "hidden", "layers", "heads", "length")
_CHOICES: Final = ("network", "objective", "annotate")
# arrays of the annotators without each fold
_FOLD: Final = "fold_{}."


def state_of(learnt: Learnt) -> State:
    """Return the encoder, its classifier, and all else that naming other cells takes."""
    config = learnt.config
    values: dict[str, Plain] = {name: getattr(config, name) for name in (*_SIZES, *_CHOICES)}
    arrays: dict[str, np.ndarray] = {}
    if learnt.annotator is None:
        arrays |= encoder_arrays(learnt.network)
    else:
        arrays |= encoder_arrays(learnt.annotator.network) | _head_arrays(learnt.annotator.head)
        values |= {
            "classes": tuple(map(str, learnt.classes)),
            "threshold": float(config.threshold or 0.0),
        }
    held_out = learnt.held_out
    if held_out is not None and learnt.annotator is not None:
        values["precision"] = float(held_out.known.precision)
        arrays |= held_out.known.arrays()
        for number, one in enumerate(held_out.annotators):
            start = _FOLD.format(number)
            arrays |= _head_arrays(one.head, start)
            if one.network is not learnt.annotator.network:
                arrays |= encoder_arrays(one.network, start)
    return State(
        arrays,
        learnt.vocabulary,
        "log1p_cp10k",
        "log1p of counts per 10 000 of the cell's total over all measured genes; genes that were "
        "not measured are missing, not zero",
        values,
    )


def restore(state: State) -> Learnt:
    """Return the encoder and its classifier of a state.

    Raises
    ------
    InputError
        If an array or a value does not fit the others.
    """
    config = _config(state)
    n_genes = len(state.vocabulary.genes)
    encoder = encoder_config(config)
    network = restore_encoder(state, encoder, n_genes)
    if "classes" not in state.values:
        return Learnt(state.vocabulary, config, network, None, np.array([], object), None)
    classes = state.texts("classes")
    annotator = Annotator(network, _head(state, network, len(classes)))
    held_out = None
    if "precision" in state.values:
        known = restore_known(state, classes, n_genes)
        own = config.annotate == "tuned" or config.objective == "multitask"
        annotators = []
        for number in range(known.reference.n_folds):
            start = _FOLD.format(number)
            one = restore_encoder(state, encoder, n_genes, start) if own else network
            annotators.append(Annotator(one, _head(state, one, len(classes), start)))
        held_out = HeldOut(known, tuple(annotators))
    return Learnt(state.vocabulary, config, network, annotator, classes, held_out)


def _config(state: State) -> BmfmConfig:
    """Return the options that describe the network."""
    found = {name: state.values.get(name) for name in (*_SIZES, *_CHOICES)}
    threshold = state.share("threshold") if "threshold" in state.values else None
    sizes = {name: found[name] for name in _SIZES}
    wrong = [name for name, value in sizes.items() if type(value) is not int]
    wrong += [name for name in _CHOICES if not isinstance(found[name], str)]
    if wrong:
        message = f"weights: value {wrong[0]!r}: expected a size or a choice, found others"
        raise InputError(message)
    config = BmfmConfig(**found, threshold=threshold)  # type: ignore[arg-type]
    check_numbers(config)
    return config


def _head_arrays(head: Head, start: str = "") -> dict[str, np.ndarray]:
    return {
        f"{start}head.coefficients": head.coefficients,
        f"{start}head.intercepts": head.intercepts,
    }


def _head(state: State, network: ExpressionNetwork, n_classes: int, start: str = "") -> Head:
    return Head(
        state.array(f"{start}head.coefficients", n_classes, network.width).astype(np.float32),
        state.array(f"{start}head.intercepts", n_classes).astype(np.float32),
    )
