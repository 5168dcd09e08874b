"""Losses, retrieval, controls and agreements, each against what can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.support.sections import view

from orthoweave.models.base import RunContext
from orthoweave.models.histology.agreement import by_gene, highest, moran, shifted, shuffle_bound
from orthoweave.models.histology.baselines import BASELINES, features, ridge
from orthoweave.models.histology.config import HistologyConfig
from orthoweave.models.histology.fitting import permuted, train, turned
from orthoweave.models.histology.folds import split
from orthoweave.models.histology.losses import contrastive_loss, reconstruction_loss, soft_targets
from orthoweave.models.histology.network import GENE_TOKENS, PairNetwork
from orthoweave.models.histology.prepared import Prepared, normalised, prepare, standardised

CONFIG = HistologyConfig(sections=("a", "b"), patch=16, width=4, dimension=16, heads=2, top=5)


@pytest.fixture(scope="module")
def sections() -> list[Prepared]:
    """Return three sections of two patients."""
    patients = ("p1", "p1", "p2")
    made = [view(f"s{n}", n, patient=one, size=16) for n, one in enumerate(patients)]
    return prepare(made, CONFIG)[0]


def test_contrastive_loss_by_hand() -> None:
    """It is the mean over samples of log(1 + half the sum of both cross-entropies)."""
    random = np.random.default_rng(0)
    images, spots = random.normal(size=(2, 5, 3))
    likeness = (images @ images.T + spots @ spots.T) / 2
    targets = np.exp(likeness) / np.exp(likeness).sum(1, keepdims=True)
    logits = spots @ images.T
    rows = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    columns = logits.T - np.log(np.exp(logits.T).sum(1, keepdims=True))
    sums = -(targets * rows).sum(1) - (targets.T * columns).sum(1)
    found = contrastive_loss(torch.tensor(images), torch.tensor(spots))
    assert float(found) == pytest.approx(np.log1p(sums / 2).mean())


def test_targets_are_nearly_one_hot() -> None:
    """Embeddings with LayerNorm have a long norm: of 256 numbers, targets are 1 on the diagonal."""
    made = torch.nn.functional.layer_norm(
        torch.randn(8, 256, generator=torch.manual_seed(0)), (256,)
    )
    assert torch.allclose(soft_targets(made, made), torch.eye(8), atol=1e-6)


def test_reconstruction_loss() -> None:
    """It is log(1 + mean squared difference)."""
    found = reconstruction_loss(torch.zeros(2, 2), torch.full((2, 2), 2.0))
    assert float(found) == pytest.approx(np.log(5))


@pytest.mark.parametrize("encoder", ["cnn", "vit"])
def test_shapes(encoder: str) -> None:
    """Both encoders give embeddings of one size; the arm's gradient reaches genes and image."""
    config = replace(CONFIG, encoder=encoder, vit_patch=8, blocks=1)
    network = PairNetwork(12, config)
    images, spots, rebuilt = network(torch.randn(3, 3, 16, 16), torch.randn(3, 12))
    assert rebuilt is not None
    assert images.shape == spots.shape == rebuilt.shape == (3, 16)
    rebuilt.sum().backward()
    assert network.arm is not None
    assert network.arm.genes[0].weight.shape == (GENE_TOKENS * 16, 12)
    assert float(network.arm.genes[0].weight.grad.abs().sum()) > 0
    assert float(next(network.encoder.parameters()).grad.abs().sum()) > 0
    assert PairNetwork(12, replace(config, reconstruction=False)).arm is None


def test_the_vit_of_the_card_has_50_tokens() -> None:
    """Patches of 224 pixels in squares of 32 are 49 tokens and a class token, of width 768."""
    config = replace(CONFIG, encoder="vit", patch=224, width=768, heads=8, dimension=256)
    network = PairNetwork(1000, config)
    assert network.encoder(torch.zeros(1, 3, 224, 224)).shape == (1, 50, 768)
    n_image = sum(one.numel() for one in network.encoder.parameters())
    assert 5.5e7 < n_image < 6.2e7


def test_turned_patches_are_turns_and_flips() -> None:
    """Each patch is one of its eight forms, and not all are as they were."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        patches = torch.randn(40, 3, 4, 4)
        found = turned(patches)
    forms = [torch.rot90(patches, k, (2, 3)) for k in range(4)]
    forms += [one.flip(3) for one in forms]
    equal = torch.stack([(one == found).all(3).all(2).all(1) for one in forms])
    assert bool(equal.any(0).all())
    assert not bool(equal[0].all())


def test_values_are_scaled_to_the_median_total(sections: list[Prepared]) -> None:
    """Undone logarithms of all genes sum to the median total."""
    counts = sections[0].view.values
    sums = np.expm1(normalised(counts)).sum(1)
    assert np.allclose(sums, np.median(np.asarray(counts.sum(1)).ravel()), rtol=1e-4)


def test_colours_by_section() -> None:
    """Another stain, which stretches and shifts channels, gives the same input."""
    pixels = np.random.default_rng(0).integers(20, 120, (9, 8, 8, 3)).astype(np.uint8)
    stained = (pixels.astype(int) * 2 + 10).astype(np.uint8)
    assert np.allclose(standardised(pixels, "section"), standardised(stained, "section"), atol=1e-3)
    assert not np.allclose(standardised(pixels, "imagenet"), standardised(stained, "imagenet"))


def test_retrieval_is_a_mean_of_reference_spots(sections: list[Prepared]) -> None:
    """With all spots as neighbours each prediction is the mean; with one it is a known spot."""
    config = replace(CONFIG, epochs=1, neighbours=10_000, device="cpu")
    predictor = train(sections[:2], config, RunContext(), "x")
    found = predictor.predict(sections[2].pixels)
    assert np.allclose(found, predictor.values.mean(0), atol=1e-5)
    one = replace(predictor, neighbours=1).predict(sections[2].pixels)
    known = {row.tobytes() for row in predictor.values}
    assert all(row.tobytes() in known for row in one)
    # the reference is that of the training sections alone
    assert len(predictor.values) == sum(len(each.values) for each in sections[:2])


def test_permuted_spots_keep_their_genes(sections: list[Prepared]) -> None:
    """Expression goes to other patches; ridge on it predicts nothing, on the true pairs much."""
    mixed = [permuted(one, seed) for seed, one in enumerate(sections[:2])]
    assert np.allclose(np.sort(mixed[0].values, 0), np.sort(sections[0].values, 0))
    truth = sections[2].values
    right, wrong = (
        by_gene(truth, ridge(known, sections[2])).mean() for known in (sections[:2], mixed)
    )
    assert right > 0.3
    assert abs(wrong) < 0.1


def test_baselines(sections: list[Prepared]) -> None:
    """Each predicts all spots and genes; features have mean 0; the training mean is constant."""
    found = {name: method(sections[:2], sections[2]) for name, method in BASELINES.items()}
    assert {one.shape for one in found.values()} == {sections[2].values.shape}
    assert (found["training mean"] == found["training mean"][0]).all()
    assert (by_gene(sections[2].values, found["training mean"]) == 0).all()
    assert np.allclose(features(sections[0].pixels).mean(0), 0, atol=1e-6)


def test_folds(sections: list[Prepared]) -> None:
    """A fold leaves out a section, or all sections of a patient."""
    assert split(sections, "section")[1] == ([0, 2], [1])
    assert split(sections, "patient") == [([2], [0, 1]), ([0, 1], [2])]


def test_correlation_by_gene() -> None:
    """It is numpy's; a constant has 0."""
    random = np.random.default_rng(0)
    truth, predicted = random.normal(size=(2, 30, 3))
    predicted[:, 2] = 1
    found = by_gene(truth, predicted)
    assert found[0] == pytest.approx(np.corrcoef(truth[:, 0], predicted[:, 0])[0, 1])
    assert found[2] == 0
    assert (shuffle_bound(truth, truth, 0) < 0.5).all()


def test_highest_genes() -> None:
    """By sum and by variance, among those that enough spots express."""
    values = np.array([[9.0, 0, 5, 1], [9, 4, 6, 1]])
    heg, hvg = highest(values, np.array([True, True, True, False]), 1)
    assert (heg.tolist(), hvg.tolist()) == ([0], [1])


def test_moran() -> None:
    """A gradient along a line is near 1, a comb is -1."""
    pairs = np.array([(a, a + 1) for a in range(19)] + [(a + 1, a) for a in range(19)])
    line, comb = np.arange(20.0), np.arange(20) % 2
    found = moran(np.column_stack([line, comb, np.ones(20)]), pairs)
    assert found[0] > 0.8
    assert found[1] == pytest.approx(-1)
    assert found[2] == 0


def test_shift_by_one_spot() -> None:
    """Each spot gets its right neighbour, and those at the edge stay."""
    x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
    order = shifted(np.column_stack([x.ravel(), y.ravel()]) * 100)
    assert order.tolist() == [1, 2, 3, 3, 5, 6, 7, 7, 9, 10, 11, 11]
