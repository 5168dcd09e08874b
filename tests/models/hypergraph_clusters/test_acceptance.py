"""The method card's acceptance on one seed; ten seeds and all methods are in benchmarks/."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from tests.support.simulated_cells import SimulatorConfig, log2_counts_per_million, simulate

from orthoweave.models.evaluation import adjusted_rand_index
from orthoweave.models.hypergraph_clusters.clustering import (
    communities,
    k_means,
    neighbour_communities,
)
from orthoweave.models.hypergraph_clusters.embedding import WalkConfig, embed, exponent_for
from orthoweave.models.hypergraph_clusters.evaluation import permuted_genes
from orthoweave.models.hypergraph_clusters.transitions import WALKS, absolute_correlations
from orthoweave.models.probes.components import components


@pytest.mark.slow
def test_comem_diphw_reaches_the_published_score() -> None:
    """30 genes a module, walks sampled as in the paper: ARI 0.921 ± 0.06, 0.12 above PCA."""
    simulation = simulate(SimulatorConfig(genes_per_module=30))
    values = log2_counts_per_million(simulation.counts)
    config = WalkConfig("comem_diphw", exponent=50.0, method="skip_gram")
    vectors = embed(values, config, 50.0).vectors
    score = adjusted_rand_index(simulation.module, k_means(vectors, 30, 0))
    plain = k_means(components(values, n_components=30)[0], 30, 0)
    assert score == pytest.approx(0.921, abs=0.06)
    assert score >= adjusted_rand_index(simulation.module, plain) + 0.12


@pytest.mark.slow
def test_walks_beat_leiden_of_cells_with_the_right_labels() -> None:
    """20 genes a module: Leiden on the correlations of cells has about 0.4, the walks twice it."""
    simulation = simulate(SimulatorConfig())
    values = log2_counts_per_million(simulation.counts)
    full = sp.csr_matrix(absolute_correlations(values))
    leiden = adjusted_rand_index(simulation.module, communities(full, resolution=1.1))
    config = WalkConfig("diphw", method="closed_form")
    vectors = embed(values, config, exponent_for(values, config)).vectors
    assert 0.25 < leiden < 0.6
    assert adjusted_rand_index(simulation.module, k_means(vectors, 30, 0)) > leiden + 0.3
    # the number of modules is found without being told
    found = neighbour_communities(vectors)
    assert abs(found.max() + 1 - 30) <= 2
    assert adjusted_rand_index(simulation.module, found) > 0.85


@pytest.mark.slow
@pytest.mark.parametrize("walk", WALKS)
def test_permuted_genes_give_nothing(walk: str) -> None:
    """With each gene dealt to other cells no walk finds the modules: ARI within 0.02 of 0."""
    simulation = simulate(SimulatorConfig())
    values = log2_counts_per_million(permuted_genes(simulation.counts, 1))
    vectors = embed(values, WalkConfig(walk), 50.0).vectors
    assert abs(adjusted_rand_index(simulation.module, k_means(vectors, 30, 0))) <= 0.02


@pytest.mark.skipif(find_spec("scanpy") is None, reason="scanpy, which ships the cells, is missing")
@pytest.mark.filterwarnings("ignore::anndata.OldFormatWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_blood_cells_at_the_solved_exponent() -> None:
    """pbmc68k_reduced, closed form of DIPHW: ARI at least 0.59, within 0.02 over seeds."""
    import anndata

    place = find_spec("scanpy")
    folder = Path(str(place.origin)).parent if place else Path()
    cells = anndata.read_h5ad(folder / "datasets" / "10x_pbmc68k_reduced.h5ad")
    values = sp.csr_matrix(cells.raw.X)
    config = WalkConfig("diphw")
    exponent = exponent_for(values, config)
    vectors = embed(values, config, exponent).vectors
    scores = [
        adjusted_rand_index(cells.obs["bulk_labels"].to_numpy(), k_means(vectors, 10, seed))
        for seed in range(5)
    ]
    assert exponent == pytest.approx(5, abs=0.3)
    assert np.mean(scores) >= 0.59
    assert max(scores) - min(scores) <= 0.02
