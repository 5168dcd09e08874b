"""Options of BMFM-RNA."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orthoweave.errors import UsageError
from orthoweave.models.options import check_shares, device_option, option, seed_option

if TYPE_CHECKING:
    # it needs PyTorch, which the list of models does not need
    from orthoweave.models.encoder.config import EncoderConfig

_SIZES = ("genes", "epochs", "batch", "hidden", "layers", "heads", "length", "score_seeds")


@dataclass(frozen=True, slots=True)
class BmfmConfig:
    """Options of BMFM-RNA."""

    datasets: tuple[str, ...] = option((), "datasets to learn from without their labels")
    source: tuple[str, ...] = option((), "datasets whose cell types are known")
    target: str = option("", "dataset to embed and to name; its labels are never learnt from")
    types: tuple[str, ...] = option((), "cell types to tell apart; empty for all of the sources")
    labels: int = option(0, "labelled cells of each type to learn from, at random; 0 for all")
    objective: str = option(
        "wced",
        "recovery of the whole profile, of masked values, or the former with labels of the sources",
        choices=("wced", "mlm", "multitask"),
    )
    network: str = option(
        "set",
        "additive network, or a transformer over gene-value pairs",
        choices=("set", "transformer"),
    )
    annotate: str = option(
        "frozen",
        "regression on the vectors, or a network that is trained on with the labels",
        choices=("frozen", "tuned"),
    )
    genes: int = option(1500, "genes that the network reads, the most variable ones")
    width: int = option(128, "numbers that describe a cell")
    hidden: int = option(512, "numbers of the inner layer")
    layers: int = option(1, "blocks of the transformer")
    heads: int = option(4, "heads of the transformer")
    length: int = option(96, "pairs of a cell that the transformer reads at most")
    epochs: int = option(14, "passes over the cells without labels")
    tuning: int = option(10, "passes over the labelled cells, if the network is trained on")
    batch: int = option(128, "cells of a batch")
    rate: float = option(0.002, "highest learning rate")
    precision: float = option(0.95, "share of named cells that must be right in trials")
    threshold: float | None = option(
        None, "probability below which a cell gets no type; none to choose it by held-out donors"
    )
    score_seeds: int = option(2, "seeds that the network is trained with for its score")
    seed: int = seed_option()
    device: str = device_option()


def check_config(config: BmfmConfig) -> None:
    """Check that datasets are named and that numbers are in range.

    Raises
    ------
    UsageError
        If one is not, or the options contradict each other.
    """
    if not config.datasets or not config.target:
        message = (
            "expected datasets to learn from and one to embed, such as --set "
            "datasets=baron_human --set target=baron_human"
        )
        raise UsageError(message)
    if config.target in config.source:
        message = (
            f"target {config.target!r} is among the sources: its labels may not be learnt from. "
            "Name another dataset as source, or leave the source empty to embed alone"
        )
        raise UsageError(message)
    check_numbers(config)
    if config.objective == "multitask" and not set(config.source) & set(config.datasets):
        message = (
            "objective=multitask learns from labels of a source among the datasets: expected one "
            "of the sources among the datasets"
        )
        raise UsageError(message)


def check_numbers(config: BmfmConfig) -> None:
    """Check that numbers are in range, and that the network fits the objective.

    Raises
    ------
    UsageError
        If not.
    """
    for name in (*_SIZES, "width", "tuning"):
        if getattr(config, name) < 1:
            message = f"{name}={getattr(config, name)!r}: expected a whole number from 1"
            raise UsageError(message)
    if config.labels < 0:
        message = f"labels={config.labels!r}: expected a whole number from 0"
        raise UsageError(message)
    if config.network == "set" and config.objective == "mlm":
        message = (
            "objective=mlm recovers each value from its own pair, of which an additive network "
            "keeps no vector: say network=transformer, or objective=wced"
        )
        raise UsageError(message)
    check_shares(config, "precision", "threshold")


def encoder_config(config: BmfmConfig) -> "EncoderConfig":
    """Return the encoder that the options describe."""
    from orthoweave.models.encoder.config import (
        Adversary,
        AllGenes,
        EncoderConfig,
        ExpressedGenes,
        GeneVectors,
        LabelHead,
        MaskedValues,
        ObjectiveConfig,
        SetMLP,
        Transformer,
        WholeProfile,
        ZeroAwareValue,
    )
    from orthoweave.models.training.plan import Plan

    additive = config.network == "set"
    whole = WholeProfile(0.5, 1.0) if additive else WholeProfile(0.8, 0.8, dropped=True)
    objectives: tuple[tuple[ObjectiveConfig, float], ...] = ((whole, 1.0),)
    if config.objective == "mlm":
        objectives = ((MaskedValues(), 1.0),)
    elif config.objective == "multitask":
        objectives += ((LabelHead("cell_type", "hierarchical"), 1.0), (Adversary("donor"), 0.05))
    return EncoderConfig(
        AllGenes() if additive else ExpressedGenes(config.length),
        GeneVectors() if additive else ZeroAwareValue(),
        SetMLP(config.hidden)
        if additive
        else Transformer(config.layers, config.heads, config.hidden),
        objectives,
        # masked values leave the vector of the cell's own pair untrained
        pool="mean" if config.objective == "mlm" else "cls",
        width=config.width,
        batch=config.batch,
        plan=Plan(
            config.epochs,
            config.seed,
            config.rate,
            decay=0.01,
            warmup=0.0 if additive else 0.05,
            clip=None if additive else 0.5,
        ),
    )
