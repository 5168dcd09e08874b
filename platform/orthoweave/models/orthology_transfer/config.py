"""Options of orthology transfer, and the thresholds for publishing an edge."""

from dataclasses import dataclass
from typing import Final

from orthoweave.models.options import device_option, option, seed_option

LEAST_COVERAGE: Final = 0.6
"""Share of the network's attribution that must lie on source genes with an ortholog."""
LEAST_STABILITY: Final = 0.9
"""Share of seeds that must agree on the sign of an edge's weight."""
LEAST_PERCENTILE: Final = 0.99
"""Share of label-permuted fits that an edge's importance must exceed."""


@dataclass(frozen=True, slots=True)
class TransferConfig:
    """Options of orthology transfer."""

    source: str = option("", "dataset that the network is trained on")
    target: str = option("", "dataset of another species to read through orthology")
    test_donors: tuple[str, ...] = option((), "target donors to test on; empty for the last")
    top_genes: int = option(2000, "source genes that vary most, which the network reads")
    level: tuple[str, ...] = option(
        (), "types that finer ones are pooled into; empty for the finest that both datasets have"
    )
    kinds: str = option("all", "ortholog pairs to use", choices=("all", "1:1", "1:many"))
    min_sources: int = option(3, "smallest number of resources that support a pair")
    n_target: int = option(100, "labelled target cells to learn from; 0 for all")
    strength: float = option(1e-3, "weight of the squared distance from the mean of co-orthologs")
    epochs: int = option(200, "most epochs of one training")
    n_seeds: int = option(10, "fits with other cells and orders, at least 2")
    n_null: int = option(200, "fits with permuted labels; below 100 no edge can be published")
    precision: float = option(0.95, "share of named cells that must be right in trials")
    threshold: float | None = option(
        None, "probability below which a cell gets no type; none to choose it by held-out donors"
    )
    seed: int = seed_option()
    device: str = device_option()
