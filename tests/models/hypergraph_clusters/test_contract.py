"""Clusters by walks on hypergraphs keep the contract of models."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.models.hypergraph_clusters.config import HypergraphClustersConfig
from orthoweave.models.hypergraph_clusters.model import HypergraphClusters
from orthoweave.testing.model_tests import ModelCase, ModelTests, Refusal
from orthoweave.views.expression import expression_view
from orthoweave.views.hypergraph import HypergraphView, hypergraph_view
from orthoweave.views.requests import Views

CONFIG = HypergraphClustersConfig(
    dataset="toy", n_clusters=4, dimension=10, seeds=3, permutations=20
)
WALKED = replace(CONFIG, embedding="skip_gram", n_walks=8, epochs=2)


def _view(planted: Any, labels: np.ndarray | None = None) -> HypergraphView:
    cells, genes = (
        np.array([f"{prefix}:{number}" for number in range(size)], object)
        for prefix, size in zip(("toy", "NCBIGene"), planted.values.shape, strict=True)
    )
    named = np.array([f"type {group}" for group in planted.groups], object)
    return hypergraph_view(
        expression_view(
            "toy",
            "NCBITaxon:9606",
            cells,
            genes,
            planted.values,
            scale="log1p_cp10k",
            labels=named if labels is None else labels,
        )
    )


class TestClosedForm(ModelTests):
    """The suite on planted groups, with the embedding in closed form."""

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, cells: Any) -> ModelCase:
        """Return 160 cells in four groups."""
        return ModelCase(HypergraphClusters(), Views({"hypergraph": _view(cells)}), CONFIG)

    @pytest.fixture(scope="class")
    @classmethod
    def unread(cls, cells: Any) -> Sequence[Views]:
        """Return the same cells with permuted labels, and without labels."""
        permuted = np.random.default_rng(0).permutation(_view(cells).labels)
        none = np.full(len(cells.groups), None, object)
        return [Views({"hypergraph": _view(cells, labels)}) for labels in (permuted, none)]

    @pytest.fixture(scope="class")
    @classmethod
    def refused(cls, plant: Callable[..., Any]) -> Sequence[Refusal]:
        """Return no dataset, odd options, and few cells."""
        few = Views({"hypergraph": _view(plant(n_cells=4))})
        return (
            Refusal("no dataset", UsageError, "dataset", HypergraphClustersConfig()),
            Refusal("a GPU", UsageError, "runs on the CPU", replace(CONFIG, device="cuda")),
            Refusal("no clustering", UsageError, "seeds", replace(CONFIG, seeds=0)),
            Refusal("few cells", InputError, "at least 50 cells", views=few),
        )


class TestSkipGram(TestClosedForm):
    """The suite on the same groups, with walks that are drawn."""

    saves = True

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, cells: Any) -> ModelCase:
        """Return few short walks."""
        return ModelCase(HypergraphClusters(), Views({"hypergraph": _view(cells)}), WALKED)
