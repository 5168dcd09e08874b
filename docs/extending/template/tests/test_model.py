"""The model passes the suite that orthoweave's own models pass."""

from collections.abc import Sequence

import numpy as np
import pytest
from orthoweave_example.model import CommonestConfig, CommonestType

from orthoweave.errors import UsageError
from orthoweave.testing.model_tests import ModelCase, ModelTests, Refusal
from orthoweave.views.expression import expression_view
from orthoweave.views.requests import Views


class TestCommonestType(ModelTests):
    """Three cells, two of them of one type."""

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls) -> ModelCase:
        """Return the model, three cells and its options."""
        cells = expression_view(
            "tiny",
            "NCBITaxon:9606",
            np.array(["tiny:1", "tiny:2", "tiny:3"], object),
            np.array(["NCBIGene:3630"], object),
            np.array([[1.0], [2.0], [3.0]], np.float32),
            scale="counts",
            cell_types=np.array(["CL:0000169", "CL:0000169", "CL:0000171"], object),
        )
        return ModelCase(CommonestType(), Views({"cells": cells}), CommonestConfig("tiny"))

    @pytest.fixture(scope="class")
    @classmethod
    def refused(cls) -> Sequence[Refusal]:
        """Return options without a dataset."""
        return [Refusal("no dataset", UsageError, "expected a dataset", CommonestConfig())]
