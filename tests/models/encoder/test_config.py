"""Configurations: small ones differ along the axis that they name, and in nothing else."""

from dataclasses import fields

import pytest

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import (
    AllGenes,
    EncoderConfig,
    GeneVectors,
    LinearValue,
    MaskedValues,
    SetMLP,
    Transformer,
    WholeProfile,
)
from orthoweave.models.encoder.network import Start, make_network
from orthoweave.models.encoder.sizes import (
    bmfm_mlm_110m,
    bmfm_wced_110m,
    bmfm_wced_llama_47m,
    scmamba_paper,
    tiny_mamba,
    tiny_mlm,
    tiny_restore,
    tiny_wced,
)


def different(first: EncoderConfig, second: EncoderConfig) -> set[str]:
    """Return the names of the fields in which two configurations differ."""
    return {
        one.name for one in fields(first) if getattr(first, one.name) != getattr(second, one.name)
    }


def test_tiny_configurations_differ_along_one_axis() -> None:
    """Two of them differ in their objective alone."""
    tiny = [tiny_wced(), tiny_mlm(), tiny_restore()]
    for number, first in enumerate(tiny):
        for second in tiny[number + 1 :]:
            assert different(first, second) == {"objectives"}
    assert different(tiny_mlm(), tiny_mamba()) == {"mixer"}
    for one in [*tiny, tiny_mamba()]:
        assert [weight for _, weight in one.objectives] == [1.0]


def test_papers_sizes(start: Start) -> None:
    """BERT's blocks have 85 M parameters, as 12 layers of 768 with 3,072 have."""
    network = make_network(bmfm_wced_110m(), start, 0)
    mixer = network.encoder.mixer
    n_parameters = sum(value.numel() for value in mixer.parameters())
    assert n_parameters == pytest.approx(85.05e6, rel=1e-3)
    assert bmfm_mlm_110m().width == 768
    llama = bmfm_wced_llama_47m()
    assert isinstance(llama.mixer, Transformer)
    assert (llama.width, llama.mixer.layers, llama.mixer.heads) == (384, 12, 12)


def test_size_of_scmamba(start: Start) -> None:
    """Six blocks of width 256 have 3.0 M parameters, beside the vectors of genes."""
    config = scmamba_paper()
    network = make_network(config, start, 0)
    n_parameters = sum(value.numel() for value in network.encoder.mixer.parameters())
    assert n_parameters == pytest.approx(2.95e6, rel=0.03)
    assert network.width == 3 * config.width


def test_parts_that_do_not_fit_are_refused() -> None:
    """A set keeps no vector of a single pair, and has an embedding of values of its own."""
    whole = ((WholeProfile(), 1.0),)
    with pytest.raises(UsageError, match="GeneVectors"):
        EncoderConfig(AllGenes(), LinearValue(), SetMLP(), whole)
    with pytest.raises(UsageError, match="GeneVectors"):
        EncoderConfig(AllGenes(), GeneVectors(), Transformer(), whole)
    with pytest.raises(UsageError, match="single pair"):
        EncoderConfig(AllGenes(), GeneVectors(), SetMLP(), ((MaskedValues(), 1.0),))
    with pytest.raises(UsageError, match="objective at least"):
        EncoderConfig(AllGenes(), GeneVectors(), SetMLP(), ())
