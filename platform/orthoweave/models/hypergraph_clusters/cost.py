"""The cost of a run, from processor times measured with benchmarks/hypergraph_scale.py and others.

Each time is a constant of one core times what the work grows with. Cores are counted where the
work is divided among them.
"""

import os

from orthoweave.models.cost import Cost
from orthoweave.models.hypergraph_clusters.config import HypergraphClustersConfig, walk_config
from orthoweave.models.hypergraph_clusters.embedding import method_for
from orthoweave.models.hypergraph_clusters.fitting import MOST_SEEDS, MOST_WALKED, TOGETHER
from orthoweave.models.hypergraph_clusters.transitions import DENSE_LIMIT

# seconds: a pair of cells and a negative one in skip-gram; a step in closed form, by cells to the
# power of 2.2; a cell by landmarks; nearest cells, by cells squared; Leiden, by cells
_PAIR, _CLOSED, _PLACED, _NEAR, _LEIDEN = 4e-8, 8e-8, 6e-4, 2.2e-9, 8e-5
# bytes of a value of the view in all its forms, and the least of a process
_VALUE, _LEAST = 64, 4e8
# part of genes that a cell has a value of
_FILLED = 0.15


def run_cost(n_cells: int, n_genes: int, config: HypergraphClustersConfig) -> Cost:
    """Return the estimated time and memory of a run."""
    walk = walk_config(config, n_cells)
    method = method_for(walk, n_cells)
    cores = os.cpu_count() or 1
    seeds = config.seeds or (MOST_WALKED if method == "skip_gram" else MOST_SEEDS)
    scored = config.scores and n_cells <= DENSE_LIMIT
    needed = _VALUE * _FILLED * n_cells * n_genes + _LEAST
    if method == "closed_form":
        made = _CLOSED * n_cells**2.2 * (1 + seeds * scored) / cores
        needed += 20 * n_cells**2
    elif method == "landmarks":
        made = _PLACED * n_cells * (config.landmarks / 2000) * seeds / cores
        needed += 40 * config.landmarks**2
    else:
        met = walk.n_walks * walk.steps * walk.epochs * (walk.window + 1) * (1 + walk.negatives)
        rounds = -(-seeds // min(TOGETHER, cores))
        made = _PAIR * n_cells * met * rounds * (1 + scored)
        needed += 8 * min(TOGETHER, seeds) * n_cells * walk.n_walks * (walk.steps + 1)
    clustered = seeds * (1 + scored) * (_NEAR * n_cells**2 / cores + _LEIDEN * n_cells)
    return Cost((made + clustered) / 60, needed / 1e9)
