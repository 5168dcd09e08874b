"""Named configurations: small ones that differ along one axis, and the sizes of the papers."""

from dataclasses import replace

from orthoweave.models.encoder.config import (
    Adversary,
    AllGenes,
    BiMamba,
    EncoderConfig,
    ExpressedGenes,
    GeneVectors,
    LabelHead,
    LinearValue,
    MaskedValues,
    Restoration,
    SetMLP,
    Transformer,
    WaveValue,
    WholeProfile,
    ZeroAwareValue,
)
from orthoweave.models.training.plan import Plan


def set_wced() -> EncoderConfig:
    """Return the additive encoder with WCED: seconds on a processor."""
    return EncoderConfig(AllGenes(), GeneVectors(), SetMLP(), ((WholeProfile(), 1.0),))


def tiny_wced() -> EncoderConfig:
    """Return a small transformer that recovers the whole profile from a cell's vector."""
    return EncoderConfig(
        ExpressedGenes(96), ZeroAwareValue(), Transformer(), ((WholeProfile(), 1.0),)
    )


def tiny_mlm() -> EncoderConfig:
    """Return `tiny_wced` with masked values for its objective."""
    return replace(tiny_wced(), objectives=((MaskedValues(), 1.0),))


def tiny_restore() -> EncoderConfig:
    """Return `tiny_wced` with restoration for its objective."""
    return replace(tiny_wced(), objectives=((Restoration(most=96, targets=64), 1.0),))


def tiny_mamba() -> EncoderConfig:
    """Return `tiny_mlm` with a bidirectional Mamba for its mixer."""
    return replace(tiny_mlm(), mixer=BiMamba())


def scmamba_paper() -> EncoderConfig:
    """Return scMamba's model: all genes in order, 6 blocks, 256 wide; values above zero masked."""
    return EncoderConfig(
        AllGenes(),
        LinearValue(),
        BiMamba(layers=6),
        ((MaskedValues(0.15, 0.0, 0.0, only_nonzero=True), 1.0),),
        pool="cls3",
        width=256,
        batch=16,
        plan=Plan(
            2,
            rate=1e-3,
            schedule="cosine",
            warmup=0.01,
            floor=0.1,
            betas=(0.9, 0.95),
            decay=0.1,
            clip=1.0,
        ),
    )


def bmfm_mlm_110m() -> EncoderConfig:
    """Return BMFM-RNA's masked model: a BERT of 12 layers, 768 wide, with four label heads."""
    return EncoderConfig(
        ExpressedGenes(4096),
        ZeroAwareValue(),
        Transformer(12, 12, 3072, 0.1, "bert"),
        (
            (MaskedValues(), 1.0),
            (LabelHead("cell_type", "hierarchical"), 1.0),
            (LabelHead("tissue", "focal"), 1.0),
            (Adversary("donor", 1.0), 0.05),
        ),
        pool="mean",
        width=768,
        batch=8,
        plan=_paper_plan(20, decay=0.01),
    )


def bmfm_wced_110m() -> EncoderConfig:
    """Return BMFM-RNA's first WCED model, which weighs genes in sight and others alike."""
    return replace(
        bmfm_mlm_110m(),
        tokens=ExpressedGenes(1024),
        objectives=(
            (
                WholeProfile(
                    0.8, 0.8, dropped=True, input_weight=1.0, other_weight=1.0, whole_weight=0.0
                ),
                1.0,
            ),
        ),
        pool="cls",
        batch=40,
    )


def bmfm_wced_llama_47m() -> EncoderConfig:
    """Return BMFM-RNA's second WCED model: 12 layers, 384 wide, values as sines and cosines."""
    return EncoderConfig(
        ExpressedGenes(8192),
        WaveValue(),
        Transformer(12, 12, 1024, 0.1, "llama"),
        ((WholeProfile(0.8, 0.8, dropped=True), 1.0),),
        width=384,
        batch=8,
        plan=_paper_plan(10, decay=0.1),
    )


def _paper_plan(epochs: int, decay: float) -> Plan:
    # the warm-up of 1,000 steps is about a thousandth of the papers' trainings
    return Plan(epochs, rate=1e-4, betas=(0.9, 0.99), decay=decay, warmup=0.001, clip=0.5)
