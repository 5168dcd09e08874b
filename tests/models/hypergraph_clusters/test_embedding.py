"""Vectors of cells by either method, and the settings behind them."""

from typing import Any

import numpy as np
import pytest

from orthoweave.errors import UsageError
from orthoweave.models.evaluation import adjusted_rand_index
from orthoweave.models.hypergraph_clusters.clustering import k_means
from orthoweave.models.hypergraph_clusters.embedding import (
    WalkConfig,
    embed,
    exponent_for,
    gene_step,
    method_for,
)
from orthoweave.models.hypergraph_clusters.exponent import solve_exponent
from orthoweave.models.hypergraph_clusters.transitions import WALKS


@pytest.mark.parametrize("method", ["closed_form", "skip_gram"])
@pytest.mark.parametrize("walk", WALKS)
def test_every_walk_embeds_every_way(walk: str, method: str, cells: Any) -> None:
    """Vectors are finite and the occupancy sums to 1; sharp walks find the planted groups."""
    config = WalkConfig(walk, method=method, dimension=8)
    found = embed(cells.values, config, exponent_for(cells.values, config), seed=1)
    assert found.vectors.shape == (160, 8)
    assert np.isfinite(found.vectors).all()
    assert found.occupancy.sum() == pytest.approx(1)
    assert found.method == method
    if walk in {"diphw", "diphw_both", "comem_diphw"}:
        assert adjusted_rand_index(cells.groups, k_means(found.vectors, 4, 0)) > 0.9


def test_occupancies_of_both_methods_agree(cells: Any) -> None:
    """Visits of sampled walks are what the law of the walk predicts, within sampling error."""
    ways = [
        embed(cells.values, WalkConfig("diphw", 3.0, method), 3.0)
        for method in ("closed_form", "skip_gram")
    ]
    np.testing.assert_allclose(ways[0].occupancy, ways[1].occupancy, rtol=0.12)


def test_the_method_follows_the_number_of_cells() -> None:
    """Auto is the closed form up to 10,000 cells; a method that is named stays."""
    assert method_for(WalkConfig(), 10_000) == "closed_form"
    assert method_for(WalkConfig(), 10_001) == "skip_gram"
    assert method_for(WalkConfig(many="landmarks"), 10_001) == "landmarks"
    assert method_for(WalkConfig("node2vec", many="landmarks"), 10_001) == "skip_gram"
    assert method_for(WalkConfig(method="skip_gram"), 60) == "skip_gram"


def test_the_exponent_is_solved_given_or_none(cells: Any) -> None:
    """A walk that is not sharpened has none, whatever was given."""
    assert exponent_for(cells.values, WalkConfig("diphw")) == solve_exponent(cells.values)
    assert exponent_for(cells.values, WalkConfig("diphw", 7.0)) == 7.0
    assert exponent_for(cells.values, WalkConfig("edvw", 7.0)) is None


def test_gene_steps_sum_to_one(cells: Any) -> None:
    """Genes of a cell are chosen with chances that sum to 1; node2vec has no genes."""
    sums = gene_step(cells.values, "comem_diphw", 2.0).sum(axis=1)
    np.testing.assert_allclose(sums, 1, rtol=1e-5)
    with pytest.raises(UsageError, match="walk over genes"):
        gene_step(cells.values, "node2vec", None)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("walk", "deepwalk"),
        ("method", "svd"),
        ("n_walks", 0),
        ("steps", 0),
        ("dimension", -1),
        ("window", 0),
        ("negatives", 0),
        ("epochs", 0),
    ],
)
def test_senseless_settings_are_refused(setting: str, value: Any) -> None:
    """The message names the setting, what it may be and what was found."""
    with pytest.raises(UsageError, match=f"{setting}: expected .*, found {value!r}"):
        WalkConfig(**{setting: value})
