"""The additive encoder: the formula, any order of pairs, and sparse data as they are."""

import numpy as np
import scipy.sparse as sp
import torch

from orthoweave.models.encoder.network import Start
from orthoweave.models.encoder.profiles import ProfileBatch, Target, whole_profiles
from orthoweave.models.encoder.sets import SetEncoder


def _encoder(start: Start) -> SetEncoder:
    torch.manual_seed(0)
    return SetEncoder(start.genes, 16, 8)


def test_the_formula(start: Start, target: Target) -> None:
    """It is a linear map of the values in sight less their means, beside their sight."""
    encoder = _encoder(start)
    mask = torch.rand(target.y.shape) < 0.4
    batch = whole_profiles(target).hide(mask)
    sight = torch.where(target.known, torch.where(mask, -0.5, 0.5), torch.zeros(()))
    excess = (target.y - encoder.mean) * (sight > 0)
    sums = encoder.first(torch.cat([excess, sight], dim=1))
    expected = encoder.second(torch.nn.functional.gelu(sums))
    assert torch.allclose(encoder(batch), expected, atol=1e-6)


def test_order_of_pairs_means_nothing(start: Start, target: Target) -> None:
    """Pairs in another order, and padding among them, give the same vectors."""
    encoder, whole = _encoder(start), whole_profiles(target)
    order = torch.randperm(target.y.shape[1])
    mixed = ProfileBatch(
        whole.gene[:, order].contiguous(), whole.value[:, order], whole.state[:, order], whole.depth
    )
    assert torch.allclose(encoder(mixed), encoder(whole), atol=1e-5)


def test_sparse_data_give_the_same(start: Start, target: Target) -> None:
    """A sparse product with a constant equals the dense encoder, also where genes are missing."""
    encoder = _encoder(start)
    known = np.ones(20, bool)
    known[[3, 11]] = False
    y = target.y.clone()
    y[:, ~torch.from_numpy(known)] = 0
    masked = Target(y, torch.from_numpy(known).expand(len(y), -1))
    with torch.no_grad():
        found = encoder.of_sparse(sp.csr_matrix(y.numpy()), known)
        assert torch.allclose(found, encoder(whole_profiles(masked)), atol=1e-5)
