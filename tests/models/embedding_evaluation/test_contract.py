"""The evaluation of embeddings keeps the contract of models."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError, UsageError
from orthoweave.models.base import ModelResult
from orthoweave.models.embedding_evaluation.config import EvaluationConfig
from orthoweave.models.embedding_evaluation.model import EmbeddingEvaluation
from orthoweave.testing.model_tests import ModelCase, ModelTests, Refusal
from orthoweave.views.expression import expression_view
from orthoweave.views.requests import Views
from orthoweave.views.vector import VectorView

N_CELLS, N_GENES = 90, 60
CONFIG = EvaluationConfig(dataset="d", obsm=("X",), file="d.h5ad", draws=2, resamplings=50)
CELLS = np.array([f"d:{number}" for number in range(N_CELLS)], object)


def _views(cells: np.ndarray = CELLS) -> Views:
    """Three types that vectors tell apart and few counts hardly do, in three donors."""
    random = np.random.default_rng(0)
    kinds = np.arange(N_CELLS) % 3
    expression = expression_view(
        "d",
        "NCBITaxon:9606",
        CELLS,
        np.array([f"g{number}" for number in range(N_GENES)], object),
        sp.csr_matrix(
            random.poisson(0.4, (N_CELLS, N_GENES)) + np.eye(N_CELLS, N_GENES), dtype="f4"
        ),
        scale="counts",
        cell_types=np.array(["CL:a", "CL:b", "CL:c"], object)[kinds],
        donors=np.array(["one", "two", "three"], object)[np.arange(N_CELLS) // 30],
    ).log1p_cp10k()
    vectors = random.normal(size=(N_CELLS, 8)) + 4 * np.eye(8)[kinds]
    space = VectorView("X", "m", cells, vectors.astype(np.float32))
    return Views({"expression": expression, "obsm X": space})


class TestEmbeddingEvaluation(ModelTests):
    """The suite on an embedding that is better than expression."""

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls) -> ModelCase:
        """Return an embedding of 90 cells."""
        return ModelCase(EmbeddingEvaluation(), _views(), CONFIG)

    @pytest.fixture(scope="class")
    @classmethod
    def refused(cls) -> Sequence[Refusal]:
        """Return no dataset, an odd option, no embedding, and vectors of other cells."""
        bare = Views({"expression": _views().expression("expression")})
        others = _views(np.array([f"e:{number}" for number in range(N_CELLS)], object))
        return (
            Refusal("no dataset", UsageError, "expected a dataset", replace(CONFIG, dataset="")),
            Refusal("one fold", UsageError, "folds=1", replace(CONFIG, folds=1)),
            Refusal("no embedding", UsageError, "embedding", replace(CONFIG, obsm=()), bare),
            Refusal("other cells", InputError, "vectors of 0 cells", views=others),
        )

    def test_control_destroys_the_signal(self, result: ModelResult) -> None:
        """Types are told apart by the vectors; cells dealt at random mix as well as any."""
        assert len(result.scores) > 10
        for score in result.scores:
            if score.metric not in {"batch mixing", "1 - R2 of log counts"}:
                assert score.beats(score.control_name), str(score)

    def test_card(self, case: ModelCase) -> None:
        """The card is whole; the evaluation has a command of its own."""
        card = case.model.card
        assert all((card.title, card.paper, card.question.endswith("?"), card.reads, card.limits))
