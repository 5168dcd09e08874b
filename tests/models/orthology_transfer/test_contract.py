"""Orthology transfer keeps the contract of models."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.model import OrthologyTransfer
from orthoweave.testing.model_tests import ModelCase, ModelTests, Refusal
from orthoweave.views.requests import Views


class TestOrthologyTransfer(ModelTests):
    """The suite on two species that orthology joins."""

    saves = True

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, make_views: Callable[..., Views], config: TransferConfig) -> ModelCase:
        """Return three seeds, which rewired orthology falls behind in each."""
        return ModelCase(OrthologyTransfer(), make_views(), replace(config, n_seeds=3))

    @pytest.fixture(scope="class")
    @classmethod
    def refused(cls, make_views: Callable[..., Views], config: TransferConfig) -> Sequence[Refusal]:
        """Return one donor, no types, no ortholog, and no dataset."""
        target = make_views().expression("target")
        one_donor = replace(target, donors=np.full(target.n_cells, "a", object))
        untyped = replace(target, cell_types=np.full(target.n_cells, None, object))
        strange = replace(target, genes=np.array([f"X:{key}" for key in target.genes], object))
        return (
            Refusal("one dataset", UsageError, "two datasets", replace(config, target="")),
            Refusal("one donor", InputError, "1 donors", views=make_views(target=one_donor)),
            Refusal("no types", InputError, "no cell types", views=make_views(target=untyped)),
            Refusal("strange genes", InputError, "X", views=make_views(target=strange)),
        )
