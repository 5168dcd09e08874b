"""BMFM-RNA by its other options: embedding alone, other objectives and networks, tuned, kept."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.models.base import RunContext
from orthoweave.models.bmfm_rna.config import BmfmConfig
from orthoweave.models.bmfm_rna.model import BmfmRna
from orthoweave.views.expression import ExpressionView
from orthoweave.views.ontology import OntologyView
from orthoweave.views.requests import Views

MODEL = BmfmRna()


@pytest.fixture
def quick(config: BmfmConfig) -> BmfmConfig:
    """Return settings without held-out donors."""
    return replace(config, threshold=0.5, epochs=3, score_seeds=2)


def test_without_a_source_it_embeds(make_views: Callable[..., Views], quick: BmfmConfig) -> None:
    """Vectors of the target and no types; the scores are of clusters alone."""
    alone = replace(quick, source=(), threshold=None)
    views = make_views()
    fitted = MODEL.fit(views, alone, RunContext())
    found = MODEL.apply(fitted, views, alone, RunContext())
    assert found.tables == {}
    assert found.predictions == ()
    assert found.vectors[0].values.shape == (240, 16)
    assert {score.of for score in found.scores} == {"vectors of cells"}
    state = MODEL.state(fitted, views, alone)
    kept = MODEL.apply_kept(MODEL.restore(state), views, alone, RunContext())
    np.testing.assert_allclose(kept.vectors[0].values, found.vectors[0].values, atol=1e-5)


@pytest.mark.parametrize(
    ("options", "least"),
    [
        ({"objective": "multitask"}, 0.8),
        ({"annotate": "tuned", "tuning": 3}, 0.8),
        ({"network": "transformer", "objective": "mlm", "heads": 2, "length": 40}, 0.3),
        ({"network": "transformer", "heads": 2, "length": 40, "annotate": "tuned"}, 0.0),
    ],
    ids=str,
)
def test_other_options(
    options: dict[str, object],
    least: float,
    make_views: Callable[..., Views],
    target: ExpressionView,
    quick: BmfmConfig,
) -> None:
    """Each option names the cells, and its weights name them as the fit did.

    All but a transformer with WCED, which learns nothing in so few steps, are better than chance.
    """
    config = replace(quick, **options)  # type: ignore[arg-type]
    views = make_views()
    fitted = MODEL.fit(views, config, RunContext())
    assert fitted.named is not None
    assert float(np.mean(fitted.named.predicted == target.cell_types)) > least
    kept = MODEL.restore(MODEL.state(fitted, views, config))
    found = MODEL.apply_kept(kept, views, config, RunContext())
    assert (found.predictions[0].label == fitted.named.predicted).all()


def test_labels_at_two_depths(make_views: Callable[..., Views], quick: BmfmConfig) -> None:
    """A multitask fit takes labels of which one is a kind of another."""
    ontology = OntologyView(
        np.array(["CL:0", "CL:1"], object),
        np.array(["narrow", "wide"], object),
        np.array(["CL:0"], object),
        np.array(["CL:1"], object),
    )
    config = replace(quick, objective="multitask")
    fitted = MODEL.fit(make_views(ontology=ontology), config, RunContext())
    assert fitted.named is not None
    assert np.isfinite(fitted.named.probability).all()


def test_missing_genes_cost_little(
    make_views: Callable[..., Views], target: ExpressionView, quick: BmfmConfig
) -> None:
    """Weights name cells of a dataset with two thirds of the genes; with fewer no one asks them."""
    views = make_views()
    config = replace(quick, epochs=10)
    kept = MODEL.restore(MODEL.state(MODEL.fit(views, config, RunContext()), views, config))
    fewer = target.subset(genes=np.arange(0, 120) % 3 != 0).log1p_cp10k()
    asked = Views({"target": fewer})
    share = MODEL.vocabulary_found(kept, asked, config).mean()
    assert 0.6 < share < 0.75
    found = MODEL.apply_kept(kept, asked, config, RunContext()).predictions[0]
    assert float(np.mean(found.label == target.cell_types)) > 0.8


def test_kept_weights_refuse_empty_cells(
    make_views: Callable[..., Views], target: ExpressionView, quick: BmfmConfig
) -> None:
    """A cell without counts has no profile to embed."""
    views = make_views()
    kept = MODEL.restore(MODEL.state(MODEL.fit(views, quick, RunContext()), views, quick))
    totals = target.totals.copy()
    totals[0] = 0
    empty = Views({"target": replace(target.log1p_cp10k(), totals=totals)})
    with pytest.raises(InputError, match="no counts"):
        MODEL.apply_kept(kept, empty, quick, RunContext())


def test_strange_values_of_weights_are_refused(
    make_views: Callable[..., Views], quick: BmfmConfig
) -> None:
    """Sizes that are not numbers, or do not fit the arrays."""
    views = make_views()
    state = MODEL.state(MODEL.fit(views, quick, RunContext()), views, quick)
    with pytest.raises(InputError, match="'width'"):
        MODEL.restore(replace(state, values={**state.values, "width": "wide"}))
    with pytest.raises(InputError, match="expected shape"):
        MODEL.restore(replace(state, values={**state.values, "hidden": 7}))
    with pytest.raises(UsageError, match="width=0"):
        MODEL.restore(replace(state, values={**state.values, "width": 0}))


def test_cost_grows_with_work(quick: BmfmConfig) -> None:
    """More epochs, a transformer, and tuning take longer."""
    plain = MODEL.cost(10_000, 20_000, quick)
    for options in ({"epochs": 30}, {"network": "transformer"}, {"annotate": "tuned"}):
        more = MODEL.cost(10_000, 20_000, replace(quick, **options))
        assert more.minutes > plain.minutes
