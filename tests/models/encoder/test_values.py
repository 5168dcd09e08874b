"""Embeddings of values keep the states apart, whichever it is."""

import pytest
import torch

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import (
    BinnedValue,
    GeneVectors,
    LinearValue,
    RankedValue,
    ValueConfig,
    WaveValue,
    ZeroAwareValue,
)
from orthoweave.models.encoder.profiles import MASKED, MISSING, OBSERVED
from orthoweave.models.encoder.values import make_values, rank_shares

CONFIGS = (LinearValue(), ZeroAwareValue(), WaveValue(), BinnedValue(11), RankedValue())


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_zero_masked_and_missing_are_three(config: ValueConfig) -> None:
    """An observed zero, a masked value and a missing one have three vectors."""
    torch.manual_seed(0)
    value = torch.tensor([[0.0, 0.0, 0.0, 1.5, 3.0]])
    state = torch.tensor([[OBSERVED, MASKED, MISSING, OBSERVED, OBSERVED]], dtype=torch.uint8)
    found = make_values(config, 16)(value, state)
    assert found.shape == (1, 5, 16)
    assert torch.pdist(found[0].detach()).min() > 1e-3


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_hidden_values_are_not_read(config: ValueConfig) -> None:
    """The vector of a masked pair is the same whatever its value was."""
    torch.manual_seed(0)
    values = make_values(config, 16)
    state = torch.tensor([[MASKED, OBSERVED]], dtype=torch.uint8)
    one, other = (values(torch.tensor([[x, 1.0]]), state) for x in (0.0, 7.0))
    assert torch.equal(one, other)


def test_zero_enters_before_the_second_layer() -> None:
    """The vector of zero is learnt: it is not where small values lead to."""
    torch.manual_seed(0)
    values = make_values(ZeroAwareValue(), 16)
    state = torch.zeros((1, 2), dtype=torch.uint8)
    zero, small = values(torch.tensor([[0.0, 1e-6]]), state)[0]
    assert (zero - small).norm() > 1e-2


def test_ranks_are_shares_of_expressed_genes() -> None:
    """Zero is 0, the highest value 1, and hidden values have no rank."""
    value = torch.tensor([[0.0, 2.0, 5.0, 1.0, 9.0]])
    observed = torch.tensor([[True, True, True, True, False]])
    shares = rank_shares(value, observed)[0]
    assert torch.allclose(shares, torch.tensor([0.0, 2 / 3, 1.0, 1 / 3, 0.0]))


def test_vectors_of_genes_belong_to_sets() -> None:
    """By themselves they embed nothing."""
    with pytest.raises(UsageError, match="SetMLP"):
        make_values(GeneVectors(), 8)
