"""Fits over seeds and over permuted labels; finished fits survive an interruption."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from orthoweave.errors import InputError
from orthoweave.models.base import RunContext
from orthoweave.models.device import resolve_device
from orthoweave.models.orthology_transfer.baselines import (
    by_nearest_cells,
    by_target_cells,
    from_scratch,
    one_to_one,
    rewired_edges,
    ridge,
    untrained,
)
from orthoweave.models.orthology_transfer.config import LEAST_COVERAGE, TransferConfig
from orthoweave.models.orthology_transfer.conversion import Adapted, adapt, split_cells
from orthoweave.models.orthology_transfer.held_out import hold_out
from orthoweave.models.orthology_transfer.importance import coverage, edge_importance, tied_edges
from orthoweave.models.orthology_transfer.inputs import Wiring
from orthoweave.models.orthology_transfer.network import (
    Labelled,
    Schedule,
    freeze,
    labelled,
    make_network,
    predict,
    train,
)
from orthoweave.models.orthology_transfer.problem import Prepared
from orthoweave.models.orthology_transfer.results import Transferred
from orthoweave.models.probes.components import expression_components

METHODS = (
    "transfer",
    "1:1 linear",
    "no training",
    "from scratch",
    "ridge",
    "logistic on PCA-50 of all target cells",
    "nearest labelled cells in PCA-50",
    "rewired",
)


def source_network(prepared: Prepared, config: TransferConfig, device: str) -> nn.Module:
    """Return the source species' network, trained on all but the validation donor, and frozen."""
    network = make_network(prepared.source.shape[1], len(prepared.classes), config.seed, device)
    data = labelled(
        prepared.source,
        prepared.source_classes,
        np.flatnonzero(prepared.source_split.train),
        np.flatnonzero(prepared.source_split.validation),
        device,
    )
    train(network, data, Schedule(config.seed, epochs=config.epochs, patience=10))
    freeze(network)
    return network


def fit_transfer(prepared: Prepared, config: TransferConfig, context: RunContext) -> Transferred:
    """Run all fits in a fixed order; continue after the last one in the checkpoint.

    Raises
    ------
    InputError
        If under 60 % of the network's attribution lies on genes with an ortholog.
    """
    device = resolve_device(config.device)
    with context.progress.task("source network"):
        network = source_network(prepared, config, device)
    share = coverage(
        network,
        torch.as_tensor(prepared.source[prepared.source_split.train], device=device),
        prepared.wiring,
    )
    if share < LEAST_COVERAGE:
        message = (
            f"only {share:.0%} of the network's attribution is on genes with an ortholog: expected "
            f"{LEAST_COVERAGE:.0%} at least; ingest a fuller orthology or lower min_sources"
        )
        raise InputError(message)
    fits = _Fits(prepared, config, network, device, expression_components(prepared.target_logs))
    state = context.checkpoint.load()
    # an earlier version kept other arrays
    if state is None or set(state) != set(fits.empty()):
        state = fits.empty()
    done = len(state["predicted"])
    with context.progress.task("fits over seeds", config.n_seeds) as task:
        task.advance(done)
        for seed in range(done, config.n_seeds):
            state = _with(state, fits.seed(seed))
            context.checkpoint.save(state)
            task.advance()
    done = len(state["null"])
    with context.progress.task("fits to permuted labels", config.n_null) as task:
        task.advance(done)
        for number in range(done, config.n_null):
            state = _with(state, {"null": fits.permuted(number)})
            context.checkpoint.save(state)
            task.advance()
    held_out = hold_out(
        prepared,
        config,
        lambda data, seed: fits.fit(prepared.wiring, data, seed),
        device=device,
        progress=context.progress,
    )
    return Transferred(
        prepared,
        state["weights"],
        state["importance"],
        state["null"],
        tied_edges(prepared.wiring, prepared.target[prepared.target_split.train]),
        share,
        dict(zip(METHODS, state["predicted"].swapaxes(0, 1), strict=True)),
        state["shifts"],
        {name: value.cpu().numpy() for name, value in network.state_dict().items()},
        held_out,
    )


@dataclass(frozen=True, slots=True)
class _Fits:
    """Single fits of one prepared problem."""

    prepared: Prepared
    config: TransferConfig
    network: nn.Module
    device: str
    components: np.ndarray
    """Principal components of all target cells, shape ``(n_target_cells, 50)``."""

    def empty(self) -> dict[str, np.ndarray]:
        """State before the first fit."""
        n_edges = self.prepared.wiring.n_edges
        edges = np.zeros((0, n_edges))
        return {
            "weights": edges.astype(np.float32),
            "shifts": np.zeros((0, len(self.prepared.wiring.source_genes)), np.float32),
            "importance": edges,
            "null": edges,
            "predicted": np.zeros((0, len(METHODS), self.test.sum()), np.int64),
        }

    @property
    def test(self) -> np.ndarray:
        """Mask of the target cells to test on."""
        return self.prepared.target_split.test

    def seed(self, seed: int) -> dict[str, np.ndarray]:
        """Adapt one draw of labelled cells by every method."""
        data, wiring = self.draw(seed), self.prepared.wiring
        transfer = self.fit(wiring, data, seed)
        n_classes = len(self.prepared.classes)
        found = {
            "transfer": self.classes(transfer, data),
            "1:1 linear": self.by_one_to_one(data, seed),
            "no training": self.classes(untrained(self.network, wiring, data), data),
            "from scratch": from_scratch(data, n_classes, self.schedule(seed)),
            "ridge": ridge(data, n_classes),
            METHODS[5]: by_target_cells(self.components, data),
            METHODS[6]: by_nearest_cells(self.components, data),
            "rewired": self.classes(self.fit(rewired_edges(wiring, seed), data, seed), data),
        }
        return {
            "weights": transfer.weights,
            "shifts": transfer.shifts,
            "importance": edge_importance(transfer, wiring, self.learnt_from(data)),
            "predicted": np.array([found[method][self.test] for method in METHODS]),
        }

    def permuted(self, number: int) -> np.ndarray:
        """Return each edge's importance in a fit to labels in a random order."""
        seed = self.config.n_seeds + number
        data = self.draw(seed)
        cells = np.concatenate([data.validation, data.training])
        classes = data.classes.clone()
        order = np.random.default_rng((self.config.seed, seed, 1)).permutation(cells)
        classes[torch.as_tensor(cells)] = data.classes[torch.as_tensor(order)]
        shuffled = Labelled(data.inputs, classes, data.training, data.validation)
        fitted = self.fit(self.prepared.wiring, shuffled, seed)
        return edge_importance(fitted, self.prepared.wiring, self.learnt_from(data))

    def draw(self, seed: int) -> Labelled:
        """Draw target cells; `n_target` cells of the training donors are labelled."""
        there = np.flatnonzero(self.prepared.target_split.train)
        random = np.random.default_rng((self.config.seed, seed))
        n_labelled = min(self.config.n_target, len(there)) or len(there)
        validation, training = split_cells(random.choice(there, n_labelled, replace=False))
        return labelled(
            self.prepared.target, self.prepared.target_classes, training, validation, self.device
        )

    def schedule(self, seed: int) -> Schedule:
        """Return length and pace of one training."""
        return Schedule(seed, epochs=self.config.epochs)

    def fit(self, wiring: Wiring, data: Labelled, seed: int) -> Adapted:
        """Fit a conversion with these edges."""
        return adapt(self.network, wiring, data, self.config.strength, self.schedule(seed))

    def by_one_to_one(self, data: Labelled, seed: int) -> np.ndarray:
        """Return classes by one-to-one edges only; without any, the network's own guess."""
        return self.classes(self.fit(one_to_one(self.prepared.wiring), data, seed), data)

    def classes(self, adapted: Adapted, data: Labelled) -> np.ndarray:
        """Return the class of each target cell."""
        return predict(adapted.module, data.inputs)

    def learnt_from(self, data: Labelled) -> torch.Tensor:
        """Return the inputs of the labelled cells."""
        return data.inputs[torch.as_tensor(np.concatenate([data.validation, data.training]))]


def _with(state: dict[str, np.ndarray], more: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return state | {
        name: np.concatenate([state[name], value[None]]) for name, value in more.items()
    }
