"""Mixers do not read places without a pair, nor the order of the pairs."""

import pytest
import torch

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import SetMLP, Transformer
from orthoweave.models.encoder.mixers import TransformerMixer, make_mixer


@pytest.mark.parametrize("style", ["bert", "llama"])
def test_padding_is_not_read(style: str) -> None:
    """A padded place changes no other place; nor does leaving it out."""
    torch.manual_seed(0)
    mixer = make_mixer(Transformer(2, 2, 32, style=style), 16).eval()  # type: ignore[arg-type]
    x = torch.randn(3, 7, 16)
    pad = torch.zeros((3, 7), dtype=torch.bool)
    pad[:, 5:] = True
    other = x.clone()
    other[:, 5:] = 100.0
    found = mixer(x, pad)[:, :5]
    assert torch.allclose(found, mixer(other, pad)[:, :5], atol=1e-5)
    assert torch.allclose(found, mixer(x[:, :5], pad[:, :5]), atol=1e-5)


@pytest.mark.parametrize("style", ["bert", "llama"])
def test_order_means_nothing(style: str) -> None:
    """Pairs in another order give the same vectors in that order."""
    torch.manual_seed(0)
    mixer = make_mixer(Transformer(2, 2, 32, style=style), 16).eval()  # type: ignore[arg-type]
    x, order = torch.randn(2, 6, 16), torch.randperm(6)
    pad = torch.zeros((2, 6), dtype=torch.bool)
    assert torch.allclose(mixer(x, pad)[:, order], mixer(x[:, order], pad), atol=1e-5)


def test_wrong_mixers_are_refused() -> None:
    """Heads that do not divide the width, and a set, which mixes no vectors."""
    with pytest.raises(UsageError, match="3 heads"):
        make_mixer(Transformer(heads=3), 16)
    with pytest.raises(UsageError, match="SetMLP"):
        make_mixer(SetMLP(), 16)


@pytest.mark.parametrize("style", ["bert", "llama"])
def test_attention_is_what_the_layers_use(style: str) -> None:
    """Values weighted by it are what PyTorch's own attention returns, for one head."""
    torch.manual_seed(0)
    mixer = make_mixer(Transformer(2, 1, 32, style=style), 16).eval()  # type: ignore[arg-type]
    x, pad = torch.randn(3, 7, 16), torch.zeros((3, 7), dtype=torch.bool)
    pad[:, 5:] = True
    assert isinstance(mixer, TransformerMixer)
    found = mixer.attention(x, pad)
    assert len(found) == 2
    block = mixer.blocks[0]
    own = block.norms[0](x) if style == "llama" else x
    value = block.ask(own)[..., 32:]
    wanted = block._attended(own, ~pad[:, None, None, :])
    assert torch.allclose(block.out(found[0] @ value), wanted, atol=1e-5)
    assert torch.allclose(found[1].sum(dim=-1), torch.ones(3, 7), atol=1e-5)
    assert not found[1][..., 5:].any()
