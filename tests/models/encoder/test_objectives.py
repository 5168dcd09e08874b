"""Objectives: what they hide, and their losses against the formulas."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import (
    Adversary,
    LabelHead,
    MaskedValues,
    Restoration,
    WholeProfile,
)
from orthoweave.models.encoder.network import Start
from orthoweave.models.encoder.objectives.base import Encoded, LabelSet
from orthoweave.models.encoder.objectives.labels import (
    LabelObjective,
    class_weights,
    cross_entropy,
    focal,
    hierarchical,
)
from orthoweave.models.encoder.objectives.masked import MaskedObjective
from orthoweave.models.encoder.objectives.restoration import RestorationObjective
from orthoweave.models.encoder.objectives.reversal import AdversaryObjective, reverse
from orthoweave.models.encoder.objectives.terms import value_and_zero
from orthoweave.models.encoder.objectives.wced import WholeObjective
from orthoweave.models.encoder.profiles import (
    MASKED,
    OBSERVED,
    PAD,
    ProfileBatch,
    Target,
    whole_profiles,
)

WIDTH = 8


def _encoded(batch: ProfileBatch) -> Encoded:
    torch.manual_seed(3)
    return Encoded(torch.randn(len(batch.gene), WIDTH), torch.randn(*batch.gene.shape, WIDTH))


def test_value_and_zero_by_hand() -> None:
    """Squared error counts values above zero alone; the cross-entropy counts all."""
    y = torch.tensor([[0.0, 2.0, 3.0, 5.0]])
    found, zero = torch.tensor([[9.0, 1.0, 3.0, 9.0]]), torch.tensor([[0.0, 0.0, 2.0, 9.0]])
    where = torch.tensor([[True, True, True, False]])
    squares, entropy = value_and_zero(found, zero, y, where)
    assert squares == pytest.approx((1 + 0) / 2)
    assert entropy == pytest.approx((2 * math.log(2) + math.log(1 + math.e**2)) / 3)
    nothing = torch.zeros_like(where)
    assert [float(one) for one in value_and_zero(found, zero, y, nothing)] == [0, 0]


def test_masked_values_are_hidden_and_asked_for(start: Start, target: Target) -> None:
    """Of the pairs asked for most are masked, and none of a missing gene."""
    wide = Target(target.y.repeat(200, 1), target.known.repeat(200, 1))
    whole = whole_profiles(wide)
    torch.manual_seed(0)
    found = MaskedObjective(MaskedValues(0.3, 0.1), start.genes, WIDTH).corrupt(whole)
    assert found.asked is not None
    assert float(found.asked.float().mean()) == pytest.approx(0.3, abs=0.02)
    masked = found.state == MASKED
    assert not (masked & ~found.asked).any()
    assert float(masked.sum() / found.asked.sum()) == pytest.approx(0.9, abs=0.02)
    assert (found.value[masked] == 0).all()
    assert not found.asked[::6, -1].any()
    only = MaskedObjective(MaskedValues(only_nonzero=True), start.genes, WIDTH).corrupt(whole)
    assert only.asked is not None
    assert (wide.y[only.asked] > 0).all()


def test_masked_loss_starts_at_the_mean_predictor(start: Start, target: Target) -> None:
    """Without a signal each value is the gene's mean above zero, each zero its share."""
    objective = MaskedObjective(MaskedValues(0.9, 0.0, 1.5), start.genes, WIDTH)
    with torch.no_grad():
        objective.head.out.weight.zero_()
    batch = objective.corrupt(whole_profiles(target))
    assert batch.asked is not None
    mean = torch.from_numpy(start.genes.nonzero_mean).expand_as(target.y)
    odds = torch.from_numpy(start.genes.zero_log_odds).expand_as(target.y)
    squares, entropy = value_and_zero(mean, odds, target.y, batch.asked)
    assert objective.loss(_encoded(batch), batch, target).item() == pytest.approx(
        float(squares + 1.5 * entropy), rel=1e-5
    )
    with pytest.raises(UsageError, match="each pair"):
        objective.loss(Encoded(torch.zeros(6, WIDTH), None), batch, target)


def test_whole_profile_hides_between_two_shares(start: Start, target: Target) -> None:
    """The visible share of each cell lies between both; hidden pairs are masked, or dropped."""
    wide = Target(target.y.repeat(1, 100), target.known.repeat(1, 100))
    for dropped, state in ((False, MASKED), (True, PAD)):
        objective = WholeObjective(WholeProfile(0.3, 0.9, dropped=dropped), start.genes, WIDTH)
        found = objective.corrupt(whole_profiles(wide))
        share = (found.state == OBSERVED).float().sum(dim=1) / wide.known.sum(dim=1)
        assert 0.25 < float(share.min()) < float(share.max()) < 0.95
        assert set(found.state[1:].unique().tolist()) == {OBSERVED, state}


def test_whole_loss_is_over_three_sets(start: Start, target: Target) -> None:
    """Genes in sight, the others and all of them are weighed; missing genes are in none."""
    batch = WholeObjective(WholeProfile(), start.genes, WIDTH).corrupt(whole_profiles(target))
    encoded, seen = _encoded(batch), batch.observed
    sets = {
        "input_weight": seen,
        "other_weight": target.known & ~seen,
        "whole_weight": target.known,
    }
    none = dict.fromkeys(sets, 0.0)
    for name, where in sets.items():
        config = WholeProfile(zero_weight=0.5, **(none | {name: 2.0}))  # type: ignore[arg-type]
        torch.manual_seed(0)
        objective = WholeObjective(config, start.genes, WIDTH)
        value, zero = objective.recovered(encoded.cell)
        squares, entropy = value_and_zero(value, zero, target.y, where)
        expected = 2 * (squares + 0.5 * entropy)
        assert torch.allclose(objective.loss(encoded, batch, target), expected, rtol=1e-5)


def test_whole_head_starts_at_the_mean_predictor(start: Start) -> None:
    """A cell without a signal has the means above zero and the log odds of zeros."""
    value, zero = WholeObjective(WholeProfile(), start.genes, WIDTH).recovered(torch.zeros(1, 8))
    assert torch.allclose(value[0], torch.from_numpy(start.genes.nonzero_mean))
    assert torch.allclose(zero[0], torch.from_numpy(start.genes.zero_log_odds))


def test_restoration_asks_for_genes_out_of_sight(start: Start, target: Target) -> None:
    """The number in sight is between both; one gene's answer does not depend on the others."""
    objective = RestorationObjective(Restoration(2, 10, 6, 0.0), start.genes, WIDTH).eval()
    batch = objective.corrupt(whole_profiles(target))
    n_seen = batch.observed.sum(dim=1)
    assert 2 <= int(n_seen.min()) <= int(n_seen.max()) <= 10
    encoded = _encoded(batch)
    genes = torch.tensor([[1, 5, 7]]).expand(6, 3)
    three = objective.restored(encoded, batch.pad, genes)
    assert torch.allclose(three[:, 1:2], objective.restored(encoded, batch.pad, genes[:, 1:2]))
    assert torch.isfinite(objective.loss(encoded, batch, target))
    changed = target.y.masked_fill(batch.observed, 9.0)
    torch.manual_seed(5)
    before = objective.loss(encoded, batch, target)
    torch.manual_seed(5)
    after = objective.loss(encoded, batch, Target(changed, target.known))
    assert torch.equal(before, after), "genes in sight were asked for"


def test_focal_loss_by_hand() -> None:
    """(1 - p)^gamma times the cross-entropy; with gamma 0 the cross-entropy."""
    chance = torch.tensor([0.9, 0.2])
    found = focal(chance.log(), 2.0)
    assert found.tolist() == pytest.approx([0.01 * -math.log(0.9), 0.64 * -math.log(0.2)])
    assert torch.allclose(focal(chance.log(), 0.0), -chance.log())


def test_hierarchical_loss_sums_over_classes_below() -> None:
    """An inner term fits all classes below it; a label that fits none costs nothing."""
    chance = torch.tensor([[0.5, 0.3, 0.2]]).log().repeat(3, 1)
    compatible = torch.tensor([[True, True, False], [False, False, True], [False, False, False]])
    found = hierarchical(chance, compatible)
    assert found.tolist() == pytest.approx([-math.log(0.8), -math.log(0.2), 0], abs=1e-6)


def test_label_losses_ignore_unknown_labels(start: Start, target: Target) -> None:
    """A cell without a label changes no loss; a kind of label has its own loss."""
    batch = whole_profiles(target)
    encoded = _encoded(batch)
    for loss, labels in (
        ("cross_entropy", LabelSet(4)),
        ("focal", LabelSet(4)),
        ("hierarchical", start.labels["cell_type"]),
    ):
        objective = LabelObjective(
            LabelHead("cell_type", loss),  # type: ignore[arg-type]
            labels,
            WIDTH,
        )
        found = objective.loss(encoded, batch, target)
        cells = encoded.cell.clone()
        cells[4] = 50.0
        assert torch.equal(objective.loss(Encoded(cells, None), batch, target), found)
        nobody = Target(target.y, target.known, {"cell_type": torch.full((6,), -100)})
        assert objective.loss(encoded, batch, nobody) == 0
    plain = LabelObjective(LabelHead("cell_type"), LabelSet(4), WIDTH)
    expected = functional.cross_entropy(plain.logits(encoded.cell), target.labels["cell_type"])
    assert torch.allclose(plain.loss(encoded, batch, target), expected)
    with pytest.raises(UsageError, match="hierarchical"):
        LabelObjective(LabelHead("cell_type", "hierarchical"), LabelSet(4), WIDTH)


def test_reversal_turns_the_gradient_round(start: Start, target: Target) -> None:
    """Values pass; the encoder's gradient is minus the strength times the plain one."""
    x = torch.randn(3, 2, requires_grad=True)
    assert torch.equal(reverse(x, 3.0), x)
    (reverse(x, 3.0) ** 2).sum().backward()
    assert x.grad is not None
    assert torch.allclose(x.grad, -6 * x.detach())
    objective = AdversaryObjective(Adversary("donor", 2.0), start.labels["donor"], WIDTH)
    batch = whole_profiles(target)
    cell = _encoded(batch).cell.requires_grad_()
    objective.loss(Encoded(cell, None), batch, target).backward()
    turned = cell.grad
    cell.grad = None
    functional.cross_entropy(objective.head(cell), target.labels["donor"]).backward()
    assert turned is not None
    assert cell.grad is not None
    assert torch.allclose(turned, -2 * cell.grad, atol=1e-6)


def test_class_weights_make_classes_count_alike() -> None:
    """A rare class weighs as much as a frequent one, and the mean weight of a cell is 1."""
    labels = np.array([0, 0, 0, 2, -100])
    weights = class_weights(labels, 3)
    assert weights.tolist() == pytest.approx([4 / 6, 0, 2])
    logits = torch.randn(5, 3)
    found = cross_entropy(logits, torch.from_numpy(labels), torch.from_numpy(weights))
    each = functional.cross_entropy(logits[:4], torch.tensor([0, 0, 0, 2]), reduction="none")
    assert torch.allclose(found, (each[:3].mean() + each[3]) / 2)
