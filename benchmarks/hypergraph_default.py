"""The clusters of many cells by the model's default options: time, memory and agreement.

100,000 planted cells of ``hypergraph_scale``, from values to the clustering that is chosen, with
Leiden (no number of clusters) or k-means. The estimate that a user is shown stands beside it.
Usage: ``python -m benchmarks.hypergraph_default [CELLS [CLUSTERS]]``.
"""

import json
import os
import resource
import sys
import time

from benchmarks.hypergraph_scale import GENES, planted
from benchmarks.synthetic import RESULTS

from orthoweave.models.base import RunContext
from orthoweave.models.evaluation import adjusted_rand_index
from orthoweave.models.hypergraph_clusters.config import HypergraphClustersConfig
from orthoweave.models.hypergraph_clusters.cost import run_cost
from orthoweave.models.hypergraph_clusters.fitting import fit_clusters

GOAL_MINUTES, GOAL_GB = 15, 8


def main() -> None:
    """Cluster, print and write the JSON."""
    cells = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    n_clusters = int(sys.argv[2]) if len(sys.argv) > 2 else None
    # compiled outside the clock, as it is kept on disk
    small = HypergraphClustersConfig(embedding="skip_gram", n_walks=2, seeds=1)
    fit_clusters(planted(200, 1)[0], small, RunContext())
    values, groups = planted(cells, 0)
    config = HypergraphClustersConfig(n_clusters=n_clusters)
    began, processor = time.perf_counter(), time.process_time()
    found = fit_clusters(values, config, RunContext())
    wall, spent = time.perf_counter() - began, time.process_time() - processor
    result = {
        "cells": cells,
        "n_clusters": n_clusters,
        "clusterings": len(found.partitions),
        "wall_minutes": wall / 60,
        "processor_minutes": spent / 60,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
        "ari": [adjusted_rand_index(groups, one) for one in found.partitions],
        "estimate": str(run_cost(cells, GENES, config)),
        "goal": {"minutes": GOAL_MINUTES, "gb": GOAL_GB},
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    for name, value in result.items():
        print(f"{name:18} {value}")
    kind = "leiden" if n_clusters is None else "k_means"
    path = RESULTS / f"hypergraph_default_{kind}.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
