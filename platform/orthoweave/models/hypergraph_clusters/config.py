"""Options of the model, and the objects that they configure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from orthoweave.errors import UsageError
from orthoweave.models.hypergraph_clusters.clustering import k_means, neighbour_communities
from orthoweave.models.hypergraph_clusters.embedding import METHODS, WalkConfig
from orthoweave.models.hypergraph_clusters.transitions import DENSE_LIMIT, WALKS
from orthoweave.models.options import device_option, option, seed_option

# walks from each cell up to 10,000 cells (the paper's), and above: half of them take half the time
# and cost 0.01 of ARI on pancreas cells, a third of them cost 0.1 to 0.4
FEW_WALKS: Final = 30
MANY_WALKS: Final = 15


@dataclass(frozen=True, slots=True)
class HypergraphClustersConfig:
    """Options; the numbers of walks and of skip-gram are the paper's."""

    dataset: str = option("", "dataset whose cells are clustered")
    walk: str = option("diphw", "law of the walk", choices=WALKS)
    exponent: float | None = option(None, "preference exponent; none to solve for it")
    embedding: str = option(
        "auto",
        "closed_form up to 10,000 cells; above, landmarks for k-means and skip_gram for Leiden",
        choices=METHODS,
    )
    n_clusters: int | None = option(None, "clusters for k-means; none for Leiden communities")
    resolution: float = option(1.0, "resolution of Leiden; larger gives more clusters")
    neighbours: int = option(15, "nearest cells that Leiden's graph joins to each cell")
    top_genes: int = option(2000, "genes that vary most; 0 for all")
    min_cells: int = option(3, "cells that must express a gene")
    n_walks: int | None = option(
        None, "walks from each cell; none for 30, and for 15 above 10,000 cells"
    )
    steps: int = option(30, "steps of a walk")
    dimension: int = option(30, "length of a cell's vector")
    window: int = option(5, "steps within which two cells of a walk meet")
    negatives: int = option(5, "cells drawn against each pair of skip-gram")
    epochs: int = option(5, "times that skip-gram reads the walks")
    landmarks: int = option(2000, "cells that stand for all in the embedding by landmarks")
    seeds: int | None = option(
        None,
        "clusterings behind the stability, 1 for no stability; none for 10, and for 2 or 3 where "
        "each makes its own walks",
    )
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
    if config.seeds is not None and config.seeds < 1:
        message = f"seeds: expected at least 1 clustering, found {config.seeds!r}"
        raise UsageError(message)
    if config.traffic_genes < 0 or config.permutations < 1:
        message = (
            "high-traffic genes: expected traffic_genes from 0 and permutations from 1, found "
            f"{config.traffic_genes!r} and {config.permutations!r}"
        )
        raise UsageError(message)
    walk_config(config, DENSE_LIMIT)


def walk_config(config: HypergraphClustersConfig, n_cells: int) -> WalkConfig:
    """Return the configuration of the walks and the embedding of so many cells."""
    few = n_cells <= DENSE_LIMIT
    return WalkConfig(
        config.walk,
        config.exponent,
        config.embedding,
        config.n_walks if config.n_walks is not None else FEW_WALKS if few else MANY_WALKS,
        config.steps,
        config.dimension,
        config.window,
        config.negatives,
        config.epochs,
        config.landmarks,
        many="skip_gram" if config.n_clusters is None else "landmarks",
    )


def clustered(vectors: np.ndarray, config: HypergraphClustersConfig, seed: int) -> np.ndarray:
    """Return the cluster of each cell, shape ``(n_cells,)``."""
    if config.n_clusters is not None:
        return k_means(vectors, config.n_clusters, seed)
    return neighbour_communities(
        vectors, neighbours=config.neighbours, resolution=config.resolution, seed=seed
    )
