"""Text-derived cells keep the contract of models."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.model import CellText
from orthoweave.testing.model_tests import ModelCase, ModelTests, Refusal
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import Views
from orthoweave.views.vector import VectorView

MakeCounts = Callable[..., ExpressionView]
MakeTexts = Callable[..., VectorView]
CONFIG = CellTextConfig(
    dataset="d", top_genes=20, directions=0, per_class=3, draws=3, permutations=3, genes_per_type=5
)


class TestCellText(ModelTests):
    """The suite on cells whose markers have texts that are alike."""

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, counts: MakeCounts, texts: MakeTexts) -> ModelCase:
        """Return three draws of labelled cells and three permutations of texts."""
        return ModelCase(CellText(), Views({"expression": counts(), "genes": texts()}), CONFIG)

    @pytest.fixture(scope="class")
    @classmethod
    def refused(cls, counts: MakeCounts, texts: MakeTexts) -> Sequence[Refusal]:
        """Return no dataset, cells without types, too many labels, and genes without texts."""
        bare = replace(counts(), cell_types=np.full(counts().n_cells, None, object))
        views = Views({"expression": counts(), "genes": texts()})
        return (
            Refusal("no dataset", UsageError, "expected a dataset", CellTextConfig()),
            Refusal(
                "no types",
                InputError,
                "no cell types",
                views=Views({"expression": bare, "genes": texts()}),
            ),
            Refusal(
                "few cells", InputError, "0 classes", replace(CONFIG, per_class=50), views=views
            ),
            Refusal(
                "few texts",
                InputError,
                "expected 70% at least",
                views=Views({"expression": counts(), "genes": texts(n_genes=20)}),
            ),
        )
