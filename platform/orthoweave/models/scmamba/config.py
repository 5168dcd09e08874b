"""Options of scMamba, and the encoder that they stand for."""

from dataclasses import dataclass
from typing import Final, cast

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import (
    AllGenes,
    BiMamba,
    BiSSD,
    EncoderConfig,
    GeneVectors,
    LinearValue,
    MaskedValues,
    MixerConfig,
    ObjectiveConfig,
    Scan,
    SetMLP,
    WholeProfile,
)
from orthoweave.models.options import device_option, option, seed_option
from orthoweave.models.training.plan import Plan

TASKS: Final = ("annotate", "doublets", "impute")
MASKED_SHARE: Final = 0.15
"""Share of the values above zero that pretraining hides."""


@dataclass(frozen=True, slots=True)
class ScMambaConfig:
    """Options of scMamba; the paper's sizes are genes=20311, width=256, layers=6."""

    dataset: str = option("", "dataset of counts to learn from, or to apply kept weights to")
    task: str = option(
        "doublets", "name cells, find doublets, or impute what was not counted", choices=TASKS
    )
    mixer: str = option(
        "mamba",
        "what mixes genes; set, which adds them up, takes a hundredth of the time on a CPU",
        choices=("mamba", "bissd", "set"),
    )
    scan: str = option(
        "auto",
        "way to compute the selective scan",
        choices=("auto", "fused", "numba", "blocked", "loop"),
    )
    genes: int = option(512, "genes that vary most, which the network reads in a fixed order")
    longest: int = option(1024, "longest sequence of genes that is allowed")
    width: int = option(64, "numbers that describe a gene in a cell")
    layers: int = option(2, "blocks of the mixer")
    states: int = option(16, "states of each channel")
    pretrain_epochs: int = option(2, "passes with hidden values before the task; 0 for none")
    epochs: int = option(5, "passes of the task itself")
    rate: float = option(1e-3, "highest step size of AdamW")
    batch: int = option(32, "cells of a mini-batch")
    test_donors: tuple[str, ...] = option((), "donors to test on; empty for the last")
    labels_per_type: int = option(0, "labelled cells of each type to learn from; 0 for all")
    threshold: float = option(0.5, "probability below which a cell gets no type")
    simulated: float = option(1.0, "simulated doublets for each cell")
    least_depth: float = option(
        0.5, "least share of the summed counts that a simulated doublet keeps; 1 for all of them"
    )
    doublet_rate: float = option(0.08, "share of doublets that is expected among the cells")
    doublet_label: str = option(
        "doublet", "label by which the authors call a doublet; it is read for the score alone"
    )
    kept_share: float = option(0.8, "share of the counts that imputation reads in its test")
    order: int = option(0, "seed of another order of the genes; 0 for that of the vocabulary")
    score_seeds: int = option(1, "seeds that the task is trained with for its score")
    seed: int = seed_option()
    device: str = device_option()


def check_config(config: ScMambaConfig) -> None:
    """Check that a dataset is named and that numbers are in range.

    Raises
    ------
    UsageError
        If not, or if the sequence is longer than allowed.
    """
    if not config.dataset:
        message = "expected a dataset of counts, such as --set dataset=baron_human"
        raise UsageError(message)
    for name in ("genes", "width", "layers", "states", "epochs", "batch", "score_seeds"):
        if getattr(config, name) < 1:
            message = f"{name}={getattr(config, name)!r}: expected a whole number from 1"
            raise UsageError(message)
    for name in ("threshold", "doublet_rate", "kept_share"):
        if not 0 < getattr(config, name) < 1:
            message = f"{name}={getattr(config, name)!r}: expected a share between 0 and 1"
            raise UsageError(message)
    if not 0 < config.least_depth <= 1:
        message = f"least_depth={config.least_depth!r}: expected a share above 0 and at most 1"
        raise UsageError(message)
    if config.simulated <= 0 or config.pretrain_epochs < 0 or config.labels_per_type < 0:
        message = (
            f"simulated={config.simulated!r}, pretrain_epochs={config.pretrain_epochs!r}, "
            f"labels_per_type={config.labels_per_type!r}: expected a number above 0, and whole "
            "numbers from 0"
        )
        raise UsageError(message)
    if config.genes > config.longest:
        message = (
            f"genes={config.genes}: a sequence of {config.genes} genes is longer than "
            f"longest={config.longest} allows: read fewer, or set longest where there is a GPU"
        )
        raise UsageError(message)


def encoder_config(
    config: ScMambaConfig, objectives: tuple[ObjectiveConfig, ...] = (), epochs: int = 1
) -> EncoderConfig:
    """Return the encoder of some options, with objectives; that of pretraining if there are none.

    The optimiser is the paper's: AdamW, a cosine to a tenth after a warm-up, gradients cut at 1.
    """
    mixers: dict[str, MixerConfig] = {
        "mamba": BiMamba(config.layers, config.states, scan=cast("Scan", config.scan)),
        "bissd": BiSSD(config.layers, _heads(config.width), config.states),
        "set": SetMLP(4 * config.width),
    }
    additive = config.mixer == "set"
    hidden: ObjectiveConfig = (
        WholeProfile() if additive else MaskedValues(MASKED_SHARE, 0.0, 0.0, only_nonzero=True)
    )
    plan = Plan(
        epochs,
        config.seed,
        config.rate,
        schedule="cosine",
        warmup=0.05,
        floor=0.1,
        decay=0.1,
        betas=(0.9, 0.95),
        clip=1.0,
    )
    return EncoderConfig(
        AllGenes(),
        GeneVectors() if additive else LinearValue(),
        mixers[config.mixer],
        tuple((one, 1.0) for one in objectives or (hidden,)),
        pool="cls" if additive else "cls3",
        width=config.width,
        batch=config.batch,
        plan=plan,
    )


def _heads(width: int) -> int:
    """Return a number of heads that divides the channels, which are twice the width."""
    return next(n for n in (8, 4, 2, 1) if not 2 * width % n)
