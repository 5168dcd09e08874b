"""Each task of scMamba keeps the contract of models."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.models.scmamba.model import ScMamba
from orthoweave.testing.model_tests import ModelCase, ModelTests, Refusal
from orthoweave.views.requests import Views

Make = Callable[..., Views]


class TestDoublets(ModelTests):
    """The suite on doublets."""

    saves = True

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, make_views: Make, config: ScMambaConfig) -> ModelCase:
        """Return cells whose doublets have the markers of two types."""
        return ModelCase(ScMamba(), make_views(), config)

    @pytest.fixture(scope="class")
    @classmethod
    def unread(cls, make_views: Make) -> Sequence[Views]:
        """Return other types, and other labels of the authors: neither is read."""
        view = make_views().expression("cells")
        nothing = np.full(view.n_cells, None, object)
        named = np.where(np.arange(view.n_cells) % 9 == 0, "doublet", view.labels)
        return make_views(cell_types=nothing), make_views(labels=named)

    @pytest.fixture(scope="class")
    @classmethod
    def refused(cls, make_views: Make, config: ScMambaConfig) -> Sequence[Refusal]:
        """Return logarithms, an empty cell, a long sequence, few cells and no dataset."""
        view = make_views().expression("cells")
        logs = Views({"cells": view.log1p_cp10k()})
        totals = view.totals.copy()
        totals[3] = 0
        few = Views({"cells": view.subset(cells=np.arange(10))})
        return (
            Refusal("no dataset", UsageError, "dataset of counts", replace(config, dataset="")),
            Refusal(
                "a long sequence", UsageError, "longer than longest", replace(config, longest=5)
            ),
            Refusal("a share", UsageError, "between 0 and 1", replace(config, doublet_rate=1.5)),
            Refusal("no width", UsageError, "width=0", replace(config, width=0)),
            Refusal("logarithms", InputError, "expected counts", views=logs),
            Refusal("an empty cell", InputError, "no counts", views=make_views(totals=totals)),
            Refusal("few cells", InputError, "20 at least", views=few),
        )


class TestTypes(ModelTests):
    """The suite on cell types."""

    saves = True

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, make_views: Make, config: ScMambaConfig) -> ModelCase:
        """Return three types that markers tell apart; the third donor is tested."""
        return ModelCase(ScMamba(), make_views(), replace(config, task="annotate"))

    @pytest.fixture(scope="class")
    @classmethod
    def unread(cls, make_views: Make) -> Sequence[Views]:
        """Return types of the test donor in another order."""
        view = make_views().expression("cells")
        types, tested = view.cell_types.copy(), view.donors == "toy:3"
        types[tested] = np.roll(types[tested], 1)
        return (make_views(cell_types=types),)

    @pytest.fixture(scope="class")
    @classmethod
    def refused(cls, make_views: Make, config: ScMambaConfig) -> Sequence[Refusal]:
        """Return no donors, one donor, no types, and one type."""
        own = replace(config, task="annotate")
        view = make_views().expression("cells")
        nothing = np.full(view.n_cells, None, object)
        one = np.full(view.n_cells, "toy:1", object)
        return (
            Refusal("no donors", InputError, "without one", own, make_views(donors=nothing)),
            Refusal("one donor", InputError, "one donor", own, make_views(donors=one)),
            Refusal("no types", InputError, "no cell types", own, make_views(cell_types=nothing)),
            Refusal(
                "one type",
                InputError,
                "two types at least",
                own,
                make_views(cell_types=np.full(view.n_cells, "CL:1", object)),
            ),
        )


class TestImputation(ModelTests):
    """The suite on imputation."""

    saves = True

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, make_views: Make, config: ScMambaConfig) -> ModelCase:
        """Return counts whose genes go together by type, and the additive encoder."""
        return ModelCase(ScMamba(), make_views(), replace(config, task="impute", mixer="set"))

    @pytest.fixture(scope="class")
    @classmethod
    def refused(cls, make_views: Make, config: ScMambaConfig) -> Sequence[Refusal]:
        """Return a share of 1 that leaves nothing to expect."""
        own = replace(config, task="impute", kept_share=1.0)
        return (Refusal("nothing withheld", UsageError, "kept_share", own),)
