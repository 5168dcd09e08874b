"""Cluster cells with several seeds to measure the stability of clusters."""

import numpy as np
import scipy.sparse as sp

from orthoweave.models.base import RunContext
from orthoweave.models.hypergraph_clusters.checks import checked_incidence
from orthoweave.models.hypergraph_clusters.clustering import central, check_n_clusters
from orthoweave.models.hypergraph_clusters.config import (
    HypergraphClustersConfig,
    clustered,
    walk_config,
)
from orthoweave.models.hypergraph_clusters.embedding import embed, exponent_for, method_for
from orthoweave.models.hypergraph_clusters.results import Clusters


def fit_clusters(
    values: sp.csr_matrix, config: HypergraphClustersConfig, context: RunContext
) -> Clusters:
    """Cluster cells by walks, once for each seed; continue from the context's checkpoint.

    The closed form is the same for all seeds, so they differ by the clustering alone; sampled
    walks and skip-gram are made again for each.

    Parameters
    ----------
    values
        log1p of counts per 10 000, shape ``(n_cells, n_genes)``.
    """
    incidence = checked_incidence(values)
    by_cell, walk = incidence.by_cell, walk_config(config)
    if config.n_clusters is not None:
        check_n_clusters(config.n_clusters, by_cell.shape[0])
    exponent = exponent_for(by_cell, walk)
    once = method_for(walk, by_cell.shape[0]) == "closed_form"
    state = context.checkpoint.load() or _empty(by_cell.shape[0])
    found = None
    with context.progress.task("clusterings", config.seeds) as task:
        task.advance(len(state["partitions"]))
        for number in range(len(state["partitions"]), config.seeds):
            if found is None or not once:
                found = embed(by_cell, walk, exponent, config.seed + number)
            clusters = clustered(found.vectors, config, config.seed + number)
            state = {
                "partitions": np.vstack([state["partitions"], clusters]),
                "occupancy": state["occupancy"] + found.occupancy,
                "gave_up": state["gave_up"] + found.gave_up,
            }
            if not once:
                context.checkpoint.save(state)
            task.advance()
    partitions = state["partitions"]
    occupancy = state["occupancy"] / len(partitions)
    chosen = central(list(partitions))
    return Clusters(incidence, partitions, chosen, occupancy, exponent, int(state["gave_up"][0]))


def _empty(n_cells: int) -> dict[str, np.ndarray]:
    return {
        "partitions": np.empty((0, n_cells), np.int64),
        "occupancy": np.zeros(n_cells),
        "gave_up": np.zeros(1, np.int64),
    }
