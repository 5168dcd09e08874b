"""Cheaper ways to cluster cells by walks, on pancreas cells of human and mouse.

Adjusted Rand index of Leiden communities and of k-means with the authors' cell types, over three
seeds of everything, and processor time of one embedding: the closed form, landmarks, and sampled
walks with 30, 15 and 10 walks from each cell. Usage: ``python -m benchmarks.hypergraph_pancreas``.
"""

import json
import os
import statistics
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the matrices are small

import numpy as np
import scipy.sparse as sp
from benchmarks.baron_data import read_dataset
from benchmarks.synthetic import RESULTS

from orthoweave.models.evaluation import adjusted_rand_index
from orthoweave.models.hypergraph_clusters.checks import checked_incidence
from orthoweave.models.hypergraph_clusters.clustering import k_means, neighbour_communities
from orthoweave.models.hypergraph_clusters.embedding import WalkConfig, embed, exponent_for
from orthoweave.numerics.gene_moments import GeneMoments
from orthoweave.views.variable_genes import variable_genes

DATA = Path(__file__).parents[1].parent / "shared/data"
SPECIES = {"baron_mouse": "NCBITaxon:10090", "baron_human": "NCBITaxon:9606"}
SEEDS, TOP_GENES, MIN_CELLS = 3, 2000, 3
WAYS = {
    "closed form": WalkConfig(method="closed_form"),
    "2,000 landmarks": WalkConfig(method="landmarks"),
    "1,000 landmarks": WalkConfig(method="landmarks", landmarks=1000),
    "500 landmarks": WalkConfig(method="landmarks", landmarks=500),
    "30 walks": WalkConfig(method="skip_gram"),
    "15 walks": WalkConfig(method="skip_gram", n_walks=15),
    "10 walks": WalkConfig(method="skip_gram", n_walks=10),
}


def main() -> None:
    """Print a table and write the JSON."""
    result = {}
    print("| cells | way | Leiden | k-means | s |\n|---|---|---|---|---|")
    for name, species in SPECIES.items():
        by_cell, types = values_of(name, species)
        for way, config in WAYS.items():
            found = measured(by_cell, types, config)
            result[f"{name}, {way}"] = found
            shown = (" to ".join(f"{end:.3f}" for end in found[kind]) for kind in ("leiden", "k"))
            print(f"| {name} | {way} | {' | '.join(shown)} | {found['cpu_s']:.1f} |", flush=True)
    path = RESULTS / "hypergraph_pancreas.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def values_of(name: str, species: str) -> tuple[sp.csr_matrix, np.ndarray]:
    """Return values of the variable genes in cells, and the cells' types."""
    view = read_dataset(DATA, name, species)
    moments = GeneMoments(view.n_genes, view.scale)
    moments.add(view.values, view.totals)
    genes = np.flatnonzero(moments.cells >= MIN_CELLS)
    chosen = variable_genes(moments.mean[genes], moments.dispersion[genes], TOP_GENES)
    incidence = checked_incidence(sp.csr_matrix(view.values[:, genes[chosen]]))
    return incidence.by_cell, view.cell_types[incidence.cells].astype(str)


def measured(by_cell: sp.csr_matrix, types: np.ndarray, config: WalkConfig) -> dict[str, Any]:
    """Return the lowest and highest agreement over seeds, and the time of an embedding."""
    exponent, n_types = exponent_for(by_cell, config), len(set(types))
    leiden, by_number, seconds = [], [], []
    for seed in range(SEEDS):
        began = time.process_time()
        vectors = embed(by_cell, config, exponent, seed).vectors
        seconds.append(time.process_time() - began)
        leiden.append(adjusted_rand_index(types, neighbour_communities(vectors, seed=seed)))
        by_number.append(adjusted_rand_index(types, k_means(vectors, n_types, seed)))
    return {
        "cells": by_cell.shape[0],
        "types": n_types,
        "leiden": (min(leiden), max(leiden)),
        "k": (min(by_number), max(by_number)),
        "cpu_s": statistics.median(seconds),
    }


if __name__ == "__main__":
    main()
