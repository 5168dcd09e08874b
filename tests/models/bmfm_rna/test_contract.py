"""BMFM-RNA keeps the contract of models."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from tests.models.bmfm_rna.conftest import GENES, MOUSE, batches_of, dataset

from orthoweave.errors import InputError, UsageError
from orthoweave.models.bmfm_rna.config import BmfmConfig
from orthoweave.models.bmfm_rna.model import BmfmRna
from orthoweave.testing.model_tests import ModelCase, ModelTests, Refusal
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import Views


class TestBmfmRna(ModelTests):
    """The suite on the additive network with WCED, a frozen classifier and held-out donors."""

    saves = True

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, make_views: Callable[..., Views], config: BmfmConfig) -> ModelCase:
        """Return a fit of some seconds."""
        return ModelCase(BmfmRna(), make_views(), config)

    @pytest.fixture(scope="class")
    @classmethod
    def unread(cls, make_views: Callable[..., Views], target: ExpressionView) -> Sequence[Views]:
        """Return the target with its labels permuted, and without them."""
        permuted = np.random.default_rng(0).permutation(target.cell_types)
        none = np.full(target.n_cells, None, object)
        view = target.log1p_cp10k()
        return [make_views(target=replace(view, cell_types=types)) for types in (permuted, none)]

    @pytest.fixture(scope="class")
    @classmethod
    def refused(
        cls,
        make_views: Callable[..., Views],
        config: BmfmConfig,
        source: ExpressionView,
        target: ExpressionView,
    ) -> Sequence[Refusal]:
        """Return odd options, and each fault of data that no other code refuses."""
        log = source.log1p_cp10k()
        one_donor = replace(log, donors=np.full(log.n_cells, "d1", object))
        donors = log.donors.copy()
        donors[log.cell_types == "CL:1"] = "d1"
        lone = replace(log, donors=donors)
        untyped = replace(log, cell_types=np.full(log.n_cells, None, object))
        values = source.values.copy().tolil()
        values[3] = 0
        empty = replace(
            source, values=sp.csr_matrix(values), totals=np.asarray(values.sum(axis=1)).ravel()
        )
        mouse = dataset("three", 3, species=MOUSE)
        few = dataset("few", 4, genes=GENES[70:])
        return (
            Refusal("no target", UsageError, "one to embed", replace(config, target="")),
            Refusal(
                "own labels", UsageError, "among the sources", replace(config, source=("two",))
            ),
            Refusal("odd size", UsageError, "width=0", replace(config, width=0)),
            Refusal("odd share", UsageError, "precision=2", replace(config, precision=2.0)),
            Refusal("odd number", UsageError, "labels=-1", replace(config, labels=-1)),
            Refusal("no vectors of pairs", UsageError, "mlm", replace(config, objective="mlm")),
            Refusal(
                "labels that are not there",
                UsageError,
                "among the datasets",
                replace(config, objective="multitask", datasets=("two",)),
            ),
            Refusal(
                "mixed species",
                InputError,
                "several species",
                views=make_views(pretraining=batches_of(source, mouse)),
            ),
            Refusal(
                "few genes of the vocabulary",
                InputError,
                "expected 60%",
                views=make_views(pretraining=batches_of(source, target, few)),
            ),
            Refusal(
                "cells without counts",
                InputError,
                "1 of 240 cells of 'one' have no counts",
                views=make_views(pretraining=batches_of(empty, target)),
            ),
            Refusal(
                "target cells without counts",
                InputError,
                "1 of 240 cells of 'one' have no counts",
                views=make_views(target=empty.log1p_cp10k()),
            ),
            Refusal(
                "one donor", InputError, "two at least", views=make_views(source_one=one_donor)
            ),
            Refusal(
                "a type of one donor",
                InputError,
                "one donor only",
                replace(config, types=("CL:0", "CL:1")),
                make_views(source_one=lone),
            ),
            Refusal("no types", InputError, "no cell types", views=make_views(source_one=untyped)),
            Refusal(
                "a type that is not there",
                InputError,
                "no cell of type 'CL:9'",
                replace(config, types=("CL:9", "CL:1")),
                make_views(),
            ),
        )
