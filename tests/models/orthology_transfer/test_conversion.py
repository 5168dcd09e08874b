"""The conversion layer against dense algebra, finite differences and a known truth."""

import numpy as np
import torch
from scipy.stats import spearmanr
from tests.support.wiring import dense, target_cells, wired

from orthoweave.models.orthology_transfer.baselines import from_scratch, ridge, untrained
from orthoweave.models.orthology_transfer.conversion import Conversion, adapt, split_cells
from orthoweave.models.orthology_transfer.importance import edge_importance
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

SCHEDULE = Schedule(0, epochs=20)


def test_values_flow_from_target_to_source() -> None:
    """Shapes and values are those of a dense product with the masked matrix."""
    wiring, data = wired(9, 14, 30), target_cells(14, 3)
    found = Conversion(wiring, "cpu")(data.inputs).detach().numpy()
    assert found.shape == (60, 9)
    expected = data.inputs.numpy() @ dense(wiring, wiring.prior)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_source_gene_without_an_ortholog_is_given_its_mean() -> None:
    """Zero in standard deviations, before training."""
    wiring, data = wired(40, 10, 5), target_cells(10, 3)
    found = Conversion(wiring, "cpu")(data.inputs).detach().numpy()
    lone = np.setdiff1d(np.arange(40), wiring.source_index)
    assert (found[:, lone] == 0).all()


def test_gradient_of_a_weight() -> None:
    """Sum over cells of the input times the gradient at the gene it feeds."""
    wiring, data = wired(9, 14, 30), target_cells(14, 3)
    layer = Conversion(wiring, "cpu")
    upstream = torch.as_tensor(np.random.default_rng(3).normal(size=(60, 9)).astype(np.float32))
    layer(data.inputs).backward(upstream)
    expected = np.einsum(
        "ne,ne->e",
        data.inputs.numpy()[:, wiring.target_index],
        upstream.numpy()[:, wiring.source_index],
    )
    assert layer.weight.grad is not None
    np.testing.assert_allclose(layer.weight.grad.numpy(), expected, rtol=1e-3, atol=1e-4)


def test_exactly_one_weight_for_each_edge_after_training_with_decay() -> None:
    """There is nothing off the mask that Adam or weight decay could touch."""
    wiring, data = wired(9, 14, 30), target_cells(14, 3)
    network = make_network(9, 3, 0, "cpu")
    adapted = adapt(network, wiring, data, 1e-3, Schedule(0, epochs=5, decay=0.1))
    assert adapted.weights.shape == (30,)
    assert np.count_nonzero(dense(wiring, adapted.weights)) == 30


def test_without_labels_it_is_the_untrained_map() -> None:
    """The scores are those of the network on the mean of co-orthologs, to 1e-6."""
    wiring, data = wired(9, 14, 30), target_cells(14, 3)
    network = make_network(9, 3, 0, "cpu")
    nothing = Labelled(data.inputs, data.classes, np.array([], int), np.array([], int))
    module = adapt(network, wiring, nothing, 0.1, SCHEDULE).module
    with torch.no_grad():
        found = module(data.inputs).numpy()
        prior = torch.as_tensor(dense(wiring, wiring.prior))
        np.testing.assert_allclose(found, network(data.inputs @ prior).numpy(), atol=1e-6)
        same = untrained(network, wiring, data).module(data.inputs).numpy()
    np.testing.assert_array_equal(found, same)


def test_the_network_stays_frozen() -> None:
    """Adapting changes no weight of the source network."""
    network = make_network(9, 3, 0, "cpu")
    before = [value.detach().clone() for value in network.parameters()]
    adapt(network, wired(9, 14, 30), target_cells(14, 3), 0.0, SCHEDULE)
    assert all(torch.equal(old, new) for old, new in zip(before, network.parameters(), strict=True))


def test_training_is_deterministic() -> None:
    """Equal seeds give equal weights."""
    wiring, data = wired(9, 14, 30), target_cells(14, 3)
    network = make_network(9, 3, 0, "cpu")
    first, second = (adapt(network, wiring, data, 0.0, SCHEDULE).weights for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_strong_penalty_keeps_the_first_weights() -> None:
    """The stronger it is, the nearer to the mean of co-orthologs."""
    wiring, data = wired(9, 14, 30), target_cells(14, 3)
    network = make_network(9, 3, 0, "cpu")
    away = [
        float(np.abs(adapt(network, wiring, data, s, SCHEDULE).weights - wiring.prior).max())
        for s in (0.0, 10.0)
    ]
    assert away[1] < away[0] / 2


def test_importance_by_finite_differences() -> None:
    """|w| times the mean absolute slope of the likeliest class times the input's spread."""
    wiring, data = wired(5, 6, 12), target_cells(6, 3)
    network = make_network(5, 3, 0, "cpu").double()
    adapted = adapt(network.float(), wiring, data, 0.0, Schedule(0, epochs=2))
    found = edge_importance(adapted, wiring, data.inputs)
    exact = network.double()
    with torch.no_grad():
        converted = adapted.module[0](data.inputs).double()
        likeliest = exact(converted).argmax(dim=1)
        for gene in range(5):
            step = torch.zeros(5, dtype=torch.float64)
            step[gene] = 1e-5
            change = exact(converted + step) - exact(converted - step)
            slope = float((change[torch.arange(60), likeliest] / 2e-5).abs().mean())
            edges = np.flatnonzero(wiring.source_index == gene)
            spread = data.inputs.numpy().std(axis=0)[wiring.target_index[edges]]
            expected = np.abs(adapted.weights[edges]) * slope * spread
            np.testing.assert_allclose(found[edges], expected, rtol=1e-3)


def test_importance_finds_the_functional_co_ortholog() -> None:
    """Known truth: rank correlation of 0.7 and more, and none after permuting labels."""
    found = np.mean([_known_truth(seed) for seed in range(2)], axis=0)
    assert found[0] >= 0.7
    assert abs(found[1]) <= 0.1


def _known_truth(seed: int) -> tuple[float, float]:
    """50 source genes with three co-orthologs each, one of which matters; 200 labelled cells."""
    random = np.random.default_rng(seed)
    signs = random.choice([-1, 1], (50, 16)).astype(np.float32)
    cells = random.normal(size=(2500, 50)).astype(np.float32)
    source = labelled(
        cells, (cells @ signs).argmax(axis=1), np.arange(2000), np.arange(2000, 2500), "cpu"
    )
    network = make_network(50, 16, 0, "cpu")
    train(network, source, Schedule(0, epochs=30, patience=5, batch=256, rate=3e-3))
    freeze(network)
    truth = np.abs(random.normal(0, 0.1, (50, 3)))
    truth[np.arange(50), random.integers(0, 3, 50)] += 1
    weights = truth.ravel().astype(np.float32)
    wiring = Wiring(
        np.arange(50),
        np.arange(150),
        np.repeat(np.arange(50), 3),
        np.arange(150),
        np.full(150, "1:many", object),
    )
    inputs = random.normal(size=(200, 150)).astype(np.float32)
    classes = (inputs @ dense(wiring, weights) @ signs).argmax(axis=1)
    held, learnt = split_cells(random.permutation(200))
    correlations = []
    for labels in (classes, random.permutation(classes)):
        data = labelled(inputs, labels, learnt, held, "cpu")
        # long strides: the weights that matter stand out long before the loss is lowest
        adapted = adapt(network, wiring, data, 1e-3, Schedule(seed, rate=5e-3, patience=5))
        importance = edge_importance(adapted, wiring, data.inputs)
        correlations.append(float(spearmanr(importance, weights)[0]))
    return correlations[0], correlations[1]


def test_ridge_against_scikit_learn() -> None:
    """The same classes as its ridge regression with the penalty by leave-one-out error."""
    from sklearn.linear_model import RidgeCV

    data = target_cells(14, 3, n_cells=80)
    inputs, classes = data.inputs.numpy().astype(float), data.classes.numpy()
    known = np.concatenate([data.validation, data.training])[:50]
    some = Labelled(data.inputs, data.classes, known[10:], known[:10])
    witness = RidgeCV(alphas=np.logspace(-1, 6, 15)).fit(inputs[known], np.eye(3)[classes[known]])
    agree = ridge(some, 3) == witness.predict(inputs).argmax(axis=1)
    assert agree.mean() > 0.95


def test_baselines_learn_what_can_be_learnt() -> None:
    """Each finds classes that one gene gives away."""
    random = np.random.default_rng(0)
    inputs = random.normal(size=(200, 8)).astype(np.float32)
    classes = (inputs[:, 0] > 0).astype(int)
    held, learnt = split_cells(np.arange(100))
    data = labelled(inputs, classes, learnt, held, "cpu")
    schedule = Schedule(0, epochs=60)
    for found in (from_scratch(data, 2, schedule), ridge(data, 2)):
        assert (found == classes)[100:].mean() > 0.85


def test_prediction_is_the_likeliest_class() -> None:
    """Argmax of the scores."""
    network = make_network(6, 3, 0, "cpu")
    inputs = target_cells(6, 3).inputs
    freeze(network)
    np.testing.assert_array_equal(
        predict(network, inputs), network(inputs).detach().numpy().argmax(axis=1)
    )
