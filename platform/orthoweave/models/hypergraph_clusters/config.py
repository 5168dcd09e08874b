"""Settings of the model, and what they stand for."""

from dataclasses import dataclass

import numpy as np

from orthoweave.errors import UsageError
from orthoweave.models.hypergraph_clusters.clustering import k_means, neighbour_communities
from orthoweave.models.hypergraph_clusters.embedding import METHODS, WalkConfig
from orthoweave.models.hypergraph_clusters.transitions import WALKS
from orthoweave.models.settings import device_setting, seed_setting, setting


@dataclass(frozen=True, slots=True)
class HypergraphClustersConfig:
    """Settings; the numbers of walks and of skip-gram are the paper's."""

    dataset: str = setting("", "dataset whose cells are clustered")
    walk: str = setting("diphw", "law of the walk", choices=WALKS)
    exponent: float | None = setting(None, "preference exponent; none to solve for it")
    embedding: str = setting(
        "auto", "closed_form up to 10,000 cells, skip_gram above", choices=METHODS
    )
    n_clusters: int | None = setting(None, "clusters for k-means; none for Leiden communities")
    resolution: float = setting(1.0, "resolution of Leiden; larger gives more clusters")
    neighbours: int = setting(15, "nearest cells that Leiden's graph joins to each cell")
    top_genes: int = setting(2000, "genes that vary most; 0 for all")
    min_cells: int = setting(3, "cells that must express a gene")
    n_walks: int = setting(30, "walks from each cell")
    steps: int = setting(30, "steps of a walk")
    dimension: int = setting(30, "length of a cell's vector")
    window: int = setting(5, "steps within which two cells of a walk meet")
    negatives: int = setting(5, "cells drawn against each pair of skip-gram")
    epochs: int = setting(5, "times that skip-gram reads the walks")
    seeds: int = setting(10, "clusterings behind the stability; 1 for none")
    traffic_genes: int = setting(20, "high-traffic genes of a cluster at most; 0 for none")
    permutations: int = setting(200, "permutations behind a high-traffic gene's percentile")
    scores: bool = setting(
        default=True,
        help="compare with the authors' labels, up to 10,000 cells; takes about twice the time",
    )
    seed: int = seed_setting()
    device: str = device_setting()


def check_config(config: HypergraphClustersConfig) -> None:
    """Nothing, if the settings are in their ranges.

    Raises
    ------
    UsageError
        If one is not.
    """
    if config.device == "cuda":
        message = "device='cuda': hypergraph_clusters runs on the processor; say device=cpu or auto"
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
    """How cells are walked and embedded under these settings."""
    return WalkConfig(
        config.walk, config.exponent, config.embedding, config.n_walks, config.steps,
        config.dimension, config.window, config.negatives, config.epochs,
    )  # fmt: skip


def clustered(vectors: np.ndarray, config: HypergraphClustersConfig, seed: int) -> np.ndarray:
    """Cluster of each cell under these settings, shape ``(n_cells,)``."""
    if config.n_clusters is not None:
        return k_means(vectors, config.n_clusters, seed)
    return neighbour_communities(
        vectors, neighbours=config.neighbours, resolution=config.resolution, seed=seed
    )
