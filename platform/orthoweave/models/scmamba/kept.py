"""The networks of a task as weights, and what they make of the cells of another dataset."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from orthoweave.errors import InputError
from orthoweave.models.encoder.statistics import GeneStatistics
from orthoweave.models.scmamba.config import TASKS, ScMambaConfig
from orthoweave.models.scmamba.doublets import expected_chance
from orthoweave.models.scmamba.fitting import Fitted
from orthoweave.models.scmamba.imputation import imputed, imputer
from orthoweave.models.scmamba.inputs import Profiles
from orthoweave.models.scmamba.network import (
    Examples,
    arrays_of,
    class_chances,
    classifier,
    load_arrays,
)
from orthoweave.models.state import Plain, State, Vocabulary

_SHAPE = ("task", "mixer", "width", "layers", "states", "simulated")
"""Options that say what the arrays are of."""


@dataclass(frozen=True, slots=True)
class KeptScMamba:
    """Networks of a task, from weights."""

    vocabulary: Vocabulary
    options: Mapping[str, Plain]
    """The options that say what the arrays are of."""
    classes: np.ndarray
    networks: tuple[Mapping[str, np.ndarray], ...]

    @property
    def task(self) -> str:
        """The task that the networks were trained for."""
        return str(self.options["task"])

    def config(self, own: ScMambaConfig) -> ScMambaConfig:
        """Return options with those that the arrays are of."""
        options: dict[str, Any] = dict(self.options)
        return replace(own, **options)


def state_of(fitted: Fitted, species: str, config: ScMambaConfig) -> State:
    """Return the networks of a fit as arrays, with the order of their genes."""
    vocabulary = Vocabulary(species, fitted.genes)
    values: dict[str, Plain] = {name: getattr(config, name) for name in _SHAPE}
    return State(
        {
            f"network{number}.{name}": value
            for number, arrays in enumerate(fitted.networks)
            for name, value in arrays.items()
        },
        vocabulary,
        "counts",
        "log1p of counts per 10 000 of the cell's total, in the order of the vocabulary; a gene "
        "that was not measured has a state of its own",
        {
            **values,
            "networks": len(fitted.networks),
            "classes": tuple(map(str, fitted.classes)),
            "order": vocabulary.digest,
        },
    )


def restore_kept(state: State) -> KeptScMamba:
    """Return the networks of a state.

    Raises
    ------
    InputError
        If an array or a value does not fit the others, or the genes have another order than those
        that the networks were trained on.
    """
    options = {name: _checked(name, state.values.get(name)) for name in _SHAPE}
    if state.values.get("order") != state.vocabulary.digest:
        message = (
            "weights: the genes of the vocabulary have another order than those that the network "
            "was trained on: expected the same, as the order is a part of what it has learnt"
        )
        raise InputError(message)
    n_networks = state.values.get("networks")
    if n_networks not in (1, 2):
        message = f"weights: value 'networks': expected 1 or 2, found {n_networks!r}"
        raise InputError(message)
    imputes = options["task"] == "impute"
    classes = np.array([], object) if imputes else state.texts("classes")
    kept = KeptScMamba(state.vocabulary, options, classes, ())
    shapes = {name: value.shape for name, value in arrays_of(_network(kept)).items()}
    networks = tuple(
        {name: state.array(f"network{number}.{name}", *shape) for name, shape in shapes.items()}
        for number in range(int(n_networks))
    )
    return replace(kept, networks=networks)


def applied(kept: KeptScMamba, profiles: Profiles, config: ScMambaConfig) -> np.ndarray:
    """Return class probabilities or imputed values of cells: the mean over the networks.

    Parameters
    ----------
    profiles
        Over the genes of the vocabulary, in its order.
    """
    options = kept.config(config)
    found = []
    for arrays in kept.networks:
        network = _network(kept)
        load_arrays(network, arrays)
        if kept.task == "impute":
            found.append(imputed(network, profiles, options))
        else:
            found.append(class_chances(network, Examples.of(profiles), options)[0])
    mean = np.mean(found, axis=0)
    if kept.task != "doublets":
        return np.asarray(mean)
    chance = expected_chance(mean[:, 1], options.simulated, options.doublet_rate)
    return np.stack([1 - chance, chance], axis=1)


def _network(kept: KeptScMamba) -> torch.nn.Module:
    n_genes = len(kept.vocabulary.genes)
    nothing = np.zeros(n_genes, np.float32)
    genes = GeneStatistics(nothing, nothing, nothing)
    config = kept.config(ScMambaConfig(genes=n_genes))
    if kept.task == "impute":
        return imputer(genes, config)
    return classifier(len(kept.classes), genes, config, 0)


def _checked(name: str, value: object) -> Plain:
    known: dict[str, tuple[str, ...]] = {"task": TASKS, "mixer": ("mamba", "bissd", "set")}
    fits = value in known[name] if name in known else _is_number(value)
    if not fits:
        expected = ", ".join(known[name]) if name in known else "a number above 0"
        message = f"weights: value {name!r}: expected {expected}, found {value!r}"
        raise InputError(message)
    found: Plain = value  # type: ignore[assignment]
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 100_000
