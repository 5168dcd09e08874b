"""The genes that enter: expressed ones, some measured zeros, and none that was not measured."""

import torch

from orthoweave.models.encoder.config import AllGenes, ExpressedGenes, RandomGenes
from orthoweave.models.encoder.profiles import MISSING, OBSERVED, Target
from orthoweave.models.encoder.tokens import chosen_profiles


def test_expressed_genes_and_zeros(target: Target) -> None:
    """Each pair has the value of its gene; zeros are no more than their share."""
    torch.manual_seed(0)
    for training in (True, False):
        found = chosen_profiles(ExpressedGenes(8, 0.25), target, training=training)
        there = ~found.pad
        assert found.gene.shape[1] <= 8
        values = target.y.gather(1, found.gene)
        assert (found.value[there] == values[there]).all()
        assert (found.state[there] == OBSERVED).all()
        assert ((found.value == 0) & there).sum(dim=1).max() == 2
        assert (found.value > 0).sum(dim=1).max() == 6
        for genes, own in zip(found.gene, there, strict=True):
            assert len(set(genes[own].tolist())) == int(own.sum())


def test_the_highest_values_enter_when_nothing_is_drawn(target: Target) -> None:
    """Without drawing the choice is the same each time, and the highest values are in it."""
    first, second = (
        chosen_profiles(ExpressedGenes(4, 0.0), target, training=False) for _ in range(2)
    )
    assert (first.gene == second.gene).all()
    best = target.y.topk(4, dim=1).values
    assert torch.equal(first.value, best)


def test_drawn_genes_differ_and_follow_the_seed(target: Target) -> None:
    """One seed gives one choice, another seed another."""

    def drawn(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        return chosen_profiles(RandomGenes(5), target, training=True).gene

    assert torch.equal(drawn(1), drawn(1))
    assert not torch.equal(drawn(1), drawn(2))


def test_missing_genes_are_drawn_by_none(target: Target) -> None:
    """A gene that was not measured enters only where all genes do."""
    found = chosen_profiles(RandomGenes(20), target, training=True)
    assert not ((found.gene[0] == 19) & ~found.pad[0]).any()
    assert found.pad[0].sum() == 1
    assert chosen_profiles(AllGenes(), target, training=True).state[0, -1] == MISSING
