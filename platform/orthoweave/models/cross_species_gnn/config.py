"""Settings of the graph network across species."""

from dataclasses import dataclass

from orthoweave.models.settings import device_setting, seed_setting, setting


@dataclass(frozen=True, slots=True)
class CrossSpeciesConfig:
    """Settings of the graph network across species."""

    source: str = setting("", "dataset whose cell types are known")
    target: str = setting("", "dataset of another species; its labels are never used to train")
    types: tuple[str, ...] = setting((), "cell types to tell apart; empty for all of the source")
    kinds: str = setting("all", "ortholog pairs to use", choices=("all", "1:1", "1:many"))
    min_sources: int = setting(3, "smallest number of resources that support a pair")
    markers: int = setting(20, "marker genes of each cell type that become nodes")
    min_cells: int = setting(2, "labelled cells that a type must have; others are left out")
    width: int = setting(32, "numbers that describe a node")
    epochs: int = setting(150, "passes over the labelled cells")
    rate: float = setting(0.01, "step size of Adam")
    penalty: float = setting(0.003, "weight of the sum of all squared parameters in the loss")
    batch_cells: int = setting(0, "labelled cells of a mini-batch; 0 for the whole graph at once")
    neighbors: int = setting(200, "cells drawn for each gene in a mini-batch; -1 for all")
    precision: float = setting(0.99, "accuracy among named cells that held-out donors must reach")
    threshold: float | None = setting(
        None, "probability below which a cell gets no type; none to choose it by held-out donors"
    )
    seed: int = seed_setting()
    device: str = device_setting()
