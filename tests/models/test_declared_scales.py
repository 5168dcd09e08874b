"""Models on datasets whose values were normalised before: they run, or refuse by name."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from tests.support.scaled_values import MADE

from orthoweave.errors import InputError, ScaleError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.models.hypergraph_clusters.checks import checked_incidence
from orthoweave.models.orthology_transfer.inputs import require_logs
from orthoweave.opening import open_knowledge_base
from orthoweave.views.expression import ExpressionView
from orthoweave.views.hypergraph import HypergraphView
from orthoweave.views.requests import ExpressionRequest, HypergraphRequest


@pytest.fixture(scope="module")
def kb(scaled_kb: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """Open a copy of the build, to which runs are added."""
    folder = tmp_path_factory.mktemp("scaled") / "kb"
    shutil.copytree(scaled_kb, folder)
    with open_knowledge_base(folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("model", "settings", "refused"),
    [
        ("cell_text", {"dataset": "human_log1p_cp10k"}, "human_log1p_cp10k holds log1p_cp10k"),
        ("cell_text", {"dataset": "human_tpm"}, "human_tpm holds tpm"),
        ("hypergraph_clusters", {"dataset": "human_tpm"}, "human_tpm holds tpm"),
        ("hypergraph_clusters", {"dataset": "human_zscore"}, "human_zscore holds zscore"),
        (
            "orthology_transfer",
            {"source": "toy_mouse", "target": "human_tpm"},
            "human_tpm holds tpm",
        ),
        (
            "cross_species_gnn",
            {"source": "human_zscore", "target": "toy_mouse"},
            "human_zscore holds zscore",
        ),
    ],
)
def test_models_that_need_counts_refuse_by_name(
    kb: KnowledgeBase, model: str, settings: dict[str, Any], refused: str
) -> None:
    """The error names the dataset, its scale and unit, what needs counts, and the way on."""
    with pytest.raises(ScaleError, match=refused) as caught:
        kb.run(model, **settings)
    assert str(caught.value).startswith(f"{model}: {refused} (")
    assert "ingest the raw counts of these cells" in str(caught.value)


def test_views_of_declared_logarithms_hold_them(kb: KnowledgeBase) -> None:
    """What the models of logarithms read are the declared values, as they were given."""
    expected = MADE["log1p_cp10k"]().astype(np.float32)
    dataset = "human_log1p_cp10k"
    view = kb.view(ExpressionRequest(dataset, scale="log1p_cp10k"))
    hypergraph = kb.view(HypergraphRequest(dataset))
    assert isinstance(view, ExpressionView)
    assert isinstance(hypergraph, HypergraphView)
    require_logs(view)
    assert np.array_equal(view.values.toarray(), expected)
    assert np.array_equal(hypergraph.by_cell.toarray(), expected)
    # too few cells for walks, so the same cells stand twice
    checked = checked_incidence(sp.csr_matrix(sp.vstack([hypergraph.by_cell] * 2)))
    assert len(checked.cells) == 2 * len(expected)
    with pytest.raises(InputError, match="at least 50 cells") as caught:
        kb.run("hypergraph_clusters", dataset=dataset, min_cells=1)
    assert not isinstance(caught.value, ScaleError)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "settings"),
    [
        (
            "orthology_transfer",
            {"source": "toy_mouse", "target": "human_log1p_cp10k", "n_null": 2, "n_seeds": 2},
        ),
        ("cross_species_gnn", {"source": "human_log1p_cp10k", "target": "toy_mouse"}),
    ],
)
def test_models_of_logarithms_run_on_declared_ones(
    kb: KnowledgeBase, model: str, settings: dict[str, Any]
) -> None:
    """Declared logarithms stand beside logarithms of counts, in another species."""
    ran = kb.run(model, epochs=2, **settings)
    assert ran.result is not None
    assert ran.result.scores
