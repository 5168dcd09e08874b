"""Clusterings of one dataset, seed by seed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from orthoweave.errors import UsageError
from orthoweave.models.base import RunContext
from orthoweave.models.hypergraph_clusters.config import HypergraphClustersConfig
from orthoweave.models.hypergraph_clusters.fitting import fit_clusters

CONFIG = HypergraphClustersConfig(n_clusters=4, dimension=8, seeds=4)


class _Counted:
    """Counts how often a state is kept."""

    def __init__(self) -> None:
        self.saved = 0

    def load(self) -> dict[str, np.ndarray] | None:
        return None

    def save(self, state: Mapping[str, np.ndarray]) -> None:
        self.saved += 1


@pytest.mark.parametrize(("embedding", "saved"), [("closed_form", 0), ("skip_gram", 4)])
def test_only_what_takes_long_is_kept(embedding: str, saved: int, cells: Any) -> None:
    """Sampled clusterings are kept one by one; the closed form is quicker done again."""
    kept = _Counted()
    config = replace(CONFIG, embedding=embedding, n_walks=2, steps=5)
    found = fit_clusters(cells.values, config, RunContext(checkpoint=kept))
    assert kept.saved == saved
    assert found.partitions.shape == (4, 160)
    assert found.occupancy.sum() == pytest.approx(1)


def test_a_wrong_number_of_clusters_is_refused_before_any_walk(
    cells: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K is checked against the cells that are left, before vectors are made."""
    from orthoweave.models.hypergraph_clusters import fitting

    monkeypatch.delattr(fitting, "embed")
    with pytest.raises(UsageError, match="expected 2 to 32"):
        fit_clusters(cells.values, replace(CONFIG, n_clusters=40), RunContext())


def test_a_seed_names_its_clustering(cells: Any) -> None:
    """The clusterings of seeds 5 to 8 share three with those of seeds 6 to 9."""
    first = fit_clusters(cells.values, replace(CONFIG, seed=5), RunContext())
    second = fit_clusters(cells.values, replace(CONFIG, seed=6), RunContext())
    assert (first.partitions[1:] == second.partitions[:-1]).all()


@pytest.mark.parametrize(("walks", "made"), [(40, 2), (1, 3)])
def test_sampled_clusterings_end_when_two_agree(walks: int, made: int, cells: Any) -> None:
    """Without a number of clusterings, a third is made only where the first two differ."""
    config = replace(CONFIG, embedding="skip_gram", n_walks=walks, steps=10, seeds=None)
    if walks == 1:
        config = replace(config, epochs=1)
    found = fit_clusters(cells.values, config, RunContext())
    assert len(found.partitions) == made
    same = fit_clusters(cells.values, replace(config, seeds=made), RunContext())
    assert np.array_equal(found.partitions, same.partitions)
