"""Kept classifiers of text-derived cells: scikit-learn's probabilities, on other cells too."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from orthoweave.errors import InputError, UsageError
from orthoweave.models.base import RunContext
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.model import CellText
from orthoweave.models.cell_text.probe import describe_cells, name_cells
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import Views
from orthoweave.views.vector import VectorView

MODEL = CellText()
CONFIG = CellTextConfig(dataset="d", top_genes=30, per_class=5, draws=3, permutations=2)


@pytest.fixture
def views(counts: Callable[..., ExpressionView], texts: Callable[..., VectorView]) -> Views:
    """The toy dataset with its texts."""
    return Views({"expression": counts(), "genes": texts()})


def test_probabilities_are_the_mean_of_scikit_learns(views: Views) -> None:
    """The kept classifiers are those of the draws, and their mean names the cells."""
    fitted = MODEL.fit(views, CONFIG, RunContext())
    kept = MODEL.restore(MODEL.state(fitted, views, CONFIG))
    view = views.expression("expression")
    given = replace(CONFIG, threshold=0.0)
    found = name_cells(kept, describe_cells(kept, view, CONFIG), view, given)
    vectors, labels = fitted.cells.vectors, view.cell_types.astype(str)
    expected = np.mean(
        [
            make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
            .fit(vectors[cells], labels[cells])
            .predict_proba(vectors[fitted.cells.usable])
            for cells in fitted.task.draws
        ],
        axis=0,
    )
    np.testing.assert_allclose(found.probability, expected, atol=1e-5)


def test_other_cells_with_other_genes_are_named(
    views: Views, counts: Callable[..., ExpressionView]
) -> None:
    """Genes in another order and some of them missing change the types of few cells."""
    fitted = MODEL.fit(views, CONFIG, RunContext())
    kept = MODEL.restore(MODEL.state(fitted, views, CONFIG))
    other = counts(seed=5).subset(genes=np.arange(70)[::-1])
    there = Views({"expression": other})
    found = MODEL.vocabulary_found(kept, there, CONFIG)
    assert found.sum() == 70
    result = MODEL.apply_kept(kept, there, CONFIG, RunContext(run="run:x"))
    assert float(result.measures["accuracy_of_named"]) > 0.5
    assert set(result.tables["HAS_TYPE"]["by"].to_pylist()) == {"run:x"}
    assert result.scores == ()


def test_a_cell_without_usable_genes_is_abstained_on(
    views: Views, counts: Callable[..., ExpressionView]
) -> None:
    """Each cell has a prediction; an empty one has no label, no vector and no type."""
    fitted = MODEL.fit(views, CONFIG, RunContext())
    kept = MODEL.restore(MODEL.state(fitted, views, CONFIG))
    other = counts(seed=5)
    values = other.values.tolil()
    values[3] = 0
    there = Views({"expression": replace(other, values=values.tocsr())})
    given = replace(CONFIG, threshold=0.0)
    result = MODEL.apply_kept(kept, there, given, RunContext(run="run:x"))
    [found], [vectors] = result.predictions, result.vectors
    assert found.cells.tolist() == other.cells.tolist()
    assert np.flatnonzero(found.abstained).tolist() == [3]
    assert found.verdict is None
    assert found.label[3] is None
    assert other.cells[3] not in vectors.keys
    assert len(vectors.keys) == result.tables["HAS_TYPE"].num_rows == other.n_cells - 1


def test_held_out_donors_say_who_is_named(
    views: Views, counts: Callable[..., ExpressionView]
) -> None:
    """Cells alike are near; those of a mixture of types are not named, and notes say why."""
    fitted = MODEL.fit(views, CONFIG, RunContext())
    kept = MODEL.restore(MODEL.state(fitted, views, CONFIG))
    same = Views({"expression": counts(seed=5)})
    result = MODEL.apply_kept(kept, same, CONFIG, RunContext(run="run:x"))
    [found] = result.predictions
    assert found.verdict is not None
    assert np.mean(found.verdict == "near") > 0.5
    assert any("held-out donors" in note for note in result.notes)
    named = result.tables["HAS_TYPE"].num_rows
    assert named == int((~found.abstained).sum()) > 0
    assert float(result.measures["accuracy_of_named"]) >= 0.95
    values = counts(seed=6).values.toarray()
    mixed = replace(counts(seed=6), values=sp.csr_matrix(values + np.roll(values, 1, axis=0)))
    there = Views({"expression": replace(mixed, totals=np.asarray(mixed.values.sum(1)).ravel())})
    among = MODEL.apply_kept(kept, there, CONFIG, RunContext(run="run:x"))
    assert among.tables["HAS_TYPE"].num_rows < named / 2


def test_one_donor_names_all(views: Views, counts: Callable[..., ExpressionView]) -> None:
    """Where donors are not told apart nothing is calibrated, and the notes say so."""
    one = replace(counts(), donors=np.full(counts().n_cells, "one", object))
    alone = Views({"expression": one, "genes": views.vectors("genes")})
    kept = MODEL.restore(MODEL.state(MODEL.fit(alone, CONFIG, RunContext()), alone, CONFIG))
    assert kept.held_out is None
    result = MODEL.apply_kept(kept, alone, CONFIG, RunContext(run="run:x"))
    assert result.tables["HAS_TYPE"].num_rows == counts().n_cells
    assert any("no donor was held out" in note for note in result.notes)


def test_a_share_above_one_is_refused(views: Views) -> None:
    """The option is named."""
    del views
    with pytest.raises(UsageError, match="precision=2: expected a share"):
        MODEL.views(replace(CONFIG, precision=2))


def test_another_species_and_negative_factors_are_refused(views: Views) -> None:
    """Genes of another species have no vectors here; weights of genes are never negative."""
    fitted = MODEL.fit(views, CONFIG, RunContext())
    state = MODEL.state(fitted, views, CONFIG)
    kept = MODEL.restore(state)
    mouse = replace(views.expression("expression"), species="NCBITaxon:10090")
    with pytest.raises(InputError, match="expected a dataset of NCBITaxon:9606"):
        MODEL.vocabulary_found(kept, Views({"expression": mouse}), CONFIG)
    arrays = {**state.arrays, "factors": -state.arrays["factors"]}
    with pytest.raises(InputError, match="factors from 0"):
        MODEL.restore(replace(state, arrays=arrays))
