"""Clustering of real cells by walks on their hypergraph, beside PCA and Leiden.

pbmc68k_reduced (in scanpy: 700 cells, 765 genes, ten labels) and scMixology (singlets of three
cell lines by two platforms, together and each alone). Adjusted Rand index with 95 % intervals over
ten seeds of k-means (closed form) or three of everything (sampled), and the same after each gene
was permuted over the cells (not for sampled walks: see ``hypergraph_simulation.py``). Usage:
``python -m benchmarks.hypergraph_real [PART OF A DATASET'S NAME]``.
"""

import json
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the matrices are small

import anndata
import numpy as np
import scipy.sparse as sp

from orthoweave.models.evaluation import adjusted_rand_index, seed_estimate
from orthoweave.models.hypergraph_clusters.checks import checked_incidence
from orthoweave.models.hypergraph_clusters.clustering import k_means, neighbour_communities
from orthoweave.models.hypergraph_clusters.embedding import WalkConfig, embed, exponent_for
from orthoweave.models.hypergraph_clusters.evaluation import permuted_genes
from orthoweave.models.hypergraph_clusters.transitions import WALKS
from orthoweave.models.probes.components import components
from orthoweave.numerics.expression import cell_totals, log_normalise

SEEDS, SAMPLED, TOP_GENES = 10, 3, 2000
MIXOLOGY = Path(__file__).parents[1].parent / "shared/data/sc_mixology/sc_mixology_3cl.h5ad"
Dataset = tuple[str, sp.csr_matrix, np.ndarray]


def main() -> None:
    """Print a table for each dataset and write the JSON; others in it are kept."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    path = Path(__file__).parent / "results" / "hypergraph_real.json"
    for name, values, labels in datasets():
        if wanted in name:
            kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
            kept[name] = measured(name, values, labels)
            path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def measured(
    name: str, values: sp.csr_matrix, labels: np.ndarray
) -> dict[str, dict[str, float | None]]:
    """Return the agreement with the labels by method."""
    incidence = checked_incidence(values)
    by_cell, truth = incidence.by_cell, labels[incidence.cells]
    print(
        f"\n{name}: {by_cell.shape[0]} cells, {by_cell.shape[1]} genes\n"
        "| method | ARI | permuted genes |\n|---|---|---|"
    )
    permuted = checked_incidence(permuted_genes(by_cell, 0))
    k = len(set(truth))
    controls = dict(methods(permuted.by_cell, k, sampled=False))
    result: dict[str, dict[str, float | None]] = {}
    for method, partitions in methods(by_cell, k, sampled=True):
        mean = seed_estimate([adjusted_rand_index(truth, found) for found in partitions])
        control = None
        if method in controls:
            truths = truth[permuted.cells]
            agreement = [adjusted_rand_index(truths, found) for found in controls[method]]
            control = float(np.mean(agreement))
        result[method] = {
            "mean": mean.value,
            "low": mean.low,
            "high": mean.high,
            "permuted": control,
        }
        print(
            f"| {method} | {mean.value:.3f} ({mean.low:.3f} to {mean.high:.3f}) | "
            f"{'' if control is None else f'{control:.3f}'} |",
            flush=True,
        )
    return result


def datasets() -> Iterator[Dataset]:
    """Yield names, log-normalised values and labels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scanpy's own, at import
        import scanpy

        blood = scanpy.datasets.pbmc68k_reduced()
    yield (
        "pbmc68k_reduced",
        sp.csr_matrix(blood.raw.X),
        blood.obs["bulk_labels"].astype(str).to_numpy(),
    )
    if not MIXOLOGY.exists():
        print("scMixology is not there: left out", file=sys.stderr)
        return
    lines = anndata.read_h5ad(MIXOLOGY)
    single = (lines.obs["doublet"] == "singlet").to_numpy()
    platform = lines.obs["platform"].astype(str).to_numpy()
    for name, chosen in (
        ("two platforms", single),
        ("CEL-seq2", single & (platform == "CEL-seq2")),
        ("Drop-seq", single & (platform == "Drop-seq")),
    ):
        counts = sp.csr_matrix(lines.X[chosen], dtype=np.float32)
        labels = lines.obs["cell_line"].astype(str).to_numpy()[chosen]
        yield f"scMixology, {name}", _most_variable(counts), labels


def _most_variable(counts: sp.csr_matrix) -> sp.csr_matrix:
    """Return log1p of counts per 10 000 of the genes whose values vary most."""
    values = log_normalise(counts, cell_totals(counts).total)
    mean = np.asarray(values.mean(axis=0)).ravel()
    spread = np.asarray(values.multiply(values).mean(axis=0)).ravel() - mean**2
    kept: sp.csr_matrix = values[:, np.sort(np.argsort(-spread, kind="stable")[:TOP_GENES])]
    return kept


def methods(
    values: sp.csr_matrix, k: int, *, sampled: bool
) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Return partitions by method, one for each seed."""
    plain = components(values, n_components=30)[0]
    yield "PCA-30, k-means", [k_means(plain, k, seed) for seed in range(SEEDS)]
    yield "PCA-30, Leiden", [neighbour_communities(plain, seed=s) for s in range(SEEDS)]
    for walk in WALKS:
        config = WalkConfig(walk, method="closed_form")
        exponent = exponent_for(values, config)
        vectors = embed(values, config, exponent).vectors
        yield f"{walk}, closed form, k-means", [k_means(vectors, k, s) for s in range(SEEDS)]
        yield (
            f"{walk}, closed form, Leiden",
            [neighbour_communities(vectors, seed=seed) for seed in range(SEEDS)],
        )
        if sampled and walk in {"diphw", "comem_diphw", "edvw"}:
            walks = WalkConfig(walk, method="skip_gram")
            drawn = [embed(values, walks, exponent, seed).vectors for seed in range(SAMPLED)]
            yield (
                f"{walk}, sampled, k-means",
                [k_means(vectors, k, seed) for seed, vectors in enumerate(drawn)],
            )


if __name__ == "__main__":
    main()
