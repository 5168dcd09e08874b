"""The graph network across species keeps the contract of models."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.model import CrossSpeciesNetwork
from orthoweave.testing.model_tests import ModelCase, ModelTests, Refusal
from orthoweave.views.requests import Views


class TestCrossSpeciesNetwork(ModelTests):
    """The suite on two species that orthology joins."""

    saves = True

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, make_views: Callable[..., Views], config: CrossSpeciesConfig) -> ModelCase:
        """Return a fit of a second."""
        return ModelCase(CrossSpeciesNetwork(), make_views(), config)

    @pytest.fixture(scope="class")
    @classmethod
    def unread(cls, make_views: Callable[..., Views]) -> Sequence[Views]:
        """Return the target with its labels permuted, and without them."""
        target = make_views().expression("target")
        permuted = np.random.default_rng(0).permutation(target.cell_types)
        none = np.full(target.n_cells, None, object)
        return [make_views(target=replace(target, cell_types=types)) for types in (permuted, none)]

    @pytest.fixture(scope="class")
    @classmethod
    def refused(
        cls, make_views: Callable[..., Views], config: CrossSpeciesConfig
    ) -> Sequence[Refusal]:
        """Return one species, one donor, unlabelled cells, strange genes, and an odd option."""
        source, target = (make_views().expression(name) for name in ("source", "target"))
        one_donor = replace(source, donors=np.full(source.n_cells, "a", object))
        untyped = replace(source, cell_types=np.full(source.n_cells, None, object))
        strange = replace(target, genes=np.array([f"X:{key}" for key in target.genes], object))
        return (
            Refusal("an odd option", UsageError, "width", replace(config, width=0)),
            Refusal("one species", UsageError, "two species", views=make_views(target=source)),
            Refusal("one donor", InputError, "two at least", views=make_views(source=one_donor)),
            Refusal("no types", InputError, "no cell types", views=make_views(source=untyped)),
            Refusal("strange genes", InputError, "X", views=make_views(target=strange)),
        )
