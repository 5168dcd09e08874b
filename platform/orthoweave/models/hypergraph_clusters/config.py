"""Options of the model, and the objects that they configure."""

from dataclasses import dataclass

import numpy as np

from orthoweave.errors import UsageError
from orthoweave.models.hypergraph_clusters.clustering import k_means, neighbour_communities
from orthoweave.models.hypergraph_clusters.embedding import METHODS, WalkConfig
from orthoweave.models.hypergraph_clusters.transitions import WALKS
from orthoweave.models.options import device_option, option, seed_option


@dataclass(frozen=True, slots=True)
class HypergraphClustersConfig:
    """Options; the numbers of walks and of skip-gram are the paper's."""

    dataset: str = option("", "dataset whose cells are clustered")
    walk: str = option("diphw", "law of the walk", choices=WALKS)
    exponent: float | None = option(None, "preference exponent; none to solve for it")
    embedding: str = option(
        "auto", "closed_form up to 10,000 cells, skip_gram above", choices=METHODS
    )
    n_clusters: int | None = option(None, "clusters for k-means; none for Leiden communities")
    resolution: float = option(1.0, "resolution of Leiden; larger gives more clusters")
    neighbours: int = option(15, "nearest cells that Leiden's graph joins to each cell")
    top_genes: int = option(2000, "genes that vary most; 0 for all")
    min_cells: int = option(3, "cells that must express a gene")
    n_walks: int = option(30, "walks from each cell")
    steps: int = option(30, "steps of a walk")
    dimension: int = option(30, "length of a cell's vector")
    window: int = option(5, "steps within which two cells of a walk meet")
    negatives: int = option(5, "cells drawn against each pair of skip-gram")
    epochs: int = option(5, "times that skip-gram reads the walks")
    seeds: int = option(10, "clusterings behind the stability; 1 for none")
    traffic_genes: int = option(20, "high-traffic genes of a cluster at most; 0 for none")
    permutations: int = option(200, "permutations behind a high-traffic gene's percentile")
    scores: bool = option(
        default=True,
        help="compare with the authors' labels, up to 10,000 cells; takes about twice the time",
    )
    seed: int = seed_option()
    device: str = device_option()


def check_config(config: HypergraphClustersConfig) -> None:
    """Check that the options are in range.

    Raises
    ------
    UsageError
        If one is out of range.
    """
    if config.device == "cuda":
        message = "device='cuda': hypergraph_clusters runs on the CPU; use device=cpu or auto"
        raise UsageError(message)
    if config.seeds < 1:
        message = f"seeds: expected at least 1 clustering, found {config.seeds!r}"
        raise UsageError(message)
    if config.traffic_genes < 0 or config.permutations < 1:
        message = (
            "high-traffic genes: expected traffic_genes from 0 and permutations from 1, found "
            f"{config.traffic_genes!r} and {config.permutations!r}"
        )
        raise UsageError(message)
    walk_config(config)


def walk_config(config: HypergraphClustersConfig) -> WalkConfig:
    """Return the configuration of the walks and the embedding."""
    return WalkConfig(
        config.walk,
        config.exponent,
        config.embedding,
        config.n_walks,
        config.steps,
        config.dimension,
        config.window,
        config.negatives,
        config.epochs,
    )


def clustered(vectors: np.ndarray, config: HypergraphClustersConfig, seed: int) -> np.ndarray:
    """Return the cluster of each cell, shape ``(n_cells,)``."""
    if config.n_clusters is not None:
        return k_means(vectors, config.n_clusters, seed)
    return neighbour_communities(
        vectors, neighbours=config.neighbours, resolution=config.resolution, seed=seed
    )
