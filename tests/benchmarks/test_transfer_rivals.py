"""The rivals of orthology transfer do what their names say."""

import numpy as np
import torch
from benchmarks.transfer_rivals import DenseConversion, choose_strength, pooled
from tests.support.wiring import target_cells, wired

from orthoweave.models.orthology_transfer.conversion import Conversion, adapt_layer, split_cells
from orthoweave.models.orthology_transfer.inputs import Wiring
from orthoweave.models.orthology_transfer.network import Labelled, Schedule, labelled, make_network

SCHEDULE = Schedule(0, epochs=20)


def test_the_unmasked_layer_begins_as_the_masked_one_and_then_leaves_the_mask() -> None:
    """Untrained, both give the same; trained, the dense one has weights between all genes."""
    wiring, data = wired(9, 14, 30), target_cells(14, 3)
    masked, full = Conversion(wiring, "cpu"), DenseConversion(wiring, "cpu")
    with torch.no_grad():
        torch.testing.assert_close(full(data.inputs), masked(data.inputs))
    network = make_network(9, 3, 0, "cpu")
    trained = adapt_layer(full, network, data, 0.0, SCHEDULE)
    assert trained.weights.shape == (9, 14)
    assert trained.epoch > 0
    assert np.count_nonzero(trained.weights) > 100


def test_strength_is_chosen_on_labelled_cells_only() -> None:
    """Changing the labels of all other cells changes nothing."""
    wiring, data = wired(9, 14, 30), target_cells(14, 3)
    few = Labelled(data.inputs, data.classes, data.training[:12], data.validation[:4])
    classes = data.classes.clone()
    classes[np.setdiff1d(np.arange(60), [*few.training, *few.validation])] = 0
    other = Labelled(data.inputs, classes, few.training, few.validation)
    network = make_network(9, 3, 0, "cpu")
    strengths = (0.0, 0.1, 10.0)
    first, second = (
        choose_strength(network, wiring, cells, strengths, SCHEDULE) for cells in (few, other)
    )
    assert first == second
    assert first in strengths


def test_one_network_for_both_species_learns_what_can_be_learnt() -> None:
    """It finds classes that one gene gives away."""
    random = np.random.default_rng(0)
    inputs = random.normal(size=(200, 8)).astype(np.float32)
    classes = (inputs[:, 0] > 0).astype(int)
    held, learnt = split_cells(np.arange(100))
    data = labelled(inputs, classes, learnt, held, "cpu")
    one = Wiring(np.arange(8), np.arange(8), np.arange(8), np.arange(8), np.full(8, "1:1", object))
    found = pooled(data, data, one, 2, Schedule(0, epochs=60))
    assert (found == classes)[100:].mean() > 0.85
