"""Options of the graph network across species."""

from dataclasses import dataclass

from orthoweave.errors import UsageError
from orthoweave.models.options import check_shares, device_option, option, seed_option


@dataclass(frozen=True, slots=True)
class CrossSpeciesConfig:
    """Options of the graph network across species."""

    source: str = option("", "dataset whose cell types are known")
    target: str = option("", "dataset of another species; its labels are never used to train")
    types: tuple[str, ...] = option((), "cell types to tell apart; empty for all of the source")
    level: tuple[str, ...] = option((), "types that finer types of the source are pooled into")
    kinds: str = option("1:1", "ortholog pairs to use", choices=("all", "1:1", "1:many"))
    min_sources: int = option(3, "smallest number of resources that support a pair")
    markers: int = option(20, "marker genes of each cell type that become nodes")
    min_cells: int = option(2, "labelled cells that a type must have; others are left out")
    width: int = option(32, "numbers that describe a node")
    epochs: int = option(150, "passes over the labelled cells")
    rate: float = option(0.01, "step size of Adam")
    penalty: float = option(0.003, "weight of the sum of all squared parameters in the loss")
    batch_cells: int = option(0, "labelled cells of a mini-batch; 0 for the whole graph at once")
    neighbors: int = option(200, "cells drawn for each gene in a mini-batch; -1 for all")
    precision: float = option(0.95, "share of named cells that must be right in trials")
    threshold: float | None = option(
        None, "probability below which a cell gets no type; none to choose it by held-out donors"
    )
    score_seeds: int = option(3, "seeds that the network is trained with for its score")
    seed: int = seed_option()
    device: str = device_option()


def check_config(config: CrossSpeciesConfig) -> None:
    """Check that both datasets are named and all numbers are in range.

    Raises
    ------
    UsageError
        If a dataset is missing or a number is out of range.
    """
    if not config.source or not config.target:
        message = "expected two datasets, such as --set source=baron_human --set target=baron_mouse"
        raise UsageError(message)
    for name in ("markers", "min_cells", "width", "epochs", "score_seeds"):
        if getattr(config, name) < 1:
            message = f"{name}={getattr(config, name)!r}: expected a whole number from 1"
            raise UsageError(message)
    if config.batch_cells < 0 or (config.neighbors < 1 and config.neighbors != -1):
        message = (
            f"batch_cells={config.batch_cells!r}, neighbors={config.neighbors!r}: expected cells "
            "from 0, and neighbors from 1 or -1 for all"
        )
        raise UsageError(message)
    check_shares(config, "precision", "threshold")
