"""Baselines: simpler ways from target expression to a cell type."""

import numpy as np
import torch

from orthoweave.models.controls import rewired
from orthoweave.models.orthology_transfer.conversion import Adapted, adapt
from orthoweave.models.orthology_transfer.inputs import Wiring
from orthoweave.models.orthology_transfer.network import (
    Labelled,
    Schedule,
    make_network,
    predict,
    train,
)
from orthoweave.models.probes.classifiers import logistic, nearest_neighbours
from orthoweave.views.orthology import Bipartite


def one_to_one(wiring: Wiring) -> Wiring:
    """Return only one-to-one edges: with learned weights and shifts, a scale and a shift a gene."""
    return wiring.select(wiring.cardinality == "1:1")


def rewired_edges(wiring: Wiring, seed: int) -> Wiring:
    """Return edges exchanged at random; every gene keeps its number of edges."""
    pairs = Bipartite(
        "",
        "",
        wiring.source_genes,
        wiring.target_genes,
        wiring.source_index,
        wiring.target_index,
        wiring.cardinality,
        np.ones(wiring.n_edges, np.int64),
    )
    return Wiring(
        wiring.source_genes,
        wiring.target_genes,
        wiring.source_index,
        rewired(pairs, seed).target_index,
        wiring.cardinality,
    )


def untrained(network: torch.nn.Module, wiring: Wiring, data: Labelled) -> Adapted:
    """Return the untrained conversion: the mean of co-orthologs in front of the network."""
    nothing = Labelled(data.inputs, data.classes, np.array([], int), np.array([], int))
    return adapt(network, wiring, nothing, 0.0, Schedule())


def from_scratch(data: Labelled, n_classes: int, schedule: Schedule) -> np.ndarray:
    """Return classes of all cells by a network of that size that knows the target cells only."""
    device = data.inputs.device.type
    network = make_network(data.inputs.shape[1], n_classes, schedule.seed, device)
    train(network, data, schedule)
    return predict(network, data.inputs)


def by_target_cells(components: np.ndarray, data: Labelled) -> np.ndarray:
    """Return classes of all cells by balanced logistic regression on the labelled ones.

    Parameters
    ----------
    components
        Principal components of all target cells, which need no label, ``(n_cells, 50)``.
    """
    cells, classes = _labelled(data)
    return logistic(components[cells], classes, components, balanced=True).astype(np.int64)


def by_nearest_cells(components: np.ndarray, data: Labelled) -> np.ndarray:
    """Return classes of all cells by the nearest labelled cells in these components."""
    cells, classes = _labelled(data)
    return nearest_neighbours(components[cells], classes, components).astype(np.int64)


def _labelled(data: Labelled) -> tuple[np.ndarray, np.ndarray]:
    cells = np.concatenate([data.validation, data.training])
    return cells, data.classes.cpu().numpy()[cells]


def ridge(data: Labelled, n_classes: int) -> np.ndarray:
    """Return classes of all cells by ridge regression, its penalty by leave-one-out error.

    Solved in the space of the training cells, of which there are few: Golub, Heath and Wahba,
    Generalized cross-validation, 1979, doi:10.1080/00401706.1979.10489751.
    """
    cells, classes = _labelled(data)
    inputs = data.inputs.cpu().numpy().astype(np.float64)
    truth = np.eye(n_classes)[classes]
    mean, offset = inputs[cells].mean(axis=0), truth.mean(axis=0)
    known = inputs[cells] - mean
    values, vectors = np.linalg.eigh(known @ known.T)
    best, chosen = np.inf, np.zeros((len(cells), n_classes))
    for penalty in np.logspace(-1, 6, 15):
        inverse = (vectors / (values + penalty)) @ vectors.T
        dual = inverse @ (truth - offset)
        error = float(((dual / np.diag(inverse)[:, None]) ** 2).sum())
        if error < best:
            best, chosen = error, dual
    scores = (inputs - mean) @ (known.T @ chosen) + offset
    return np.asarray(scores.argmax(axis=1))
