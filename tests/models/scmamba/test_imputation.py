"""Thinning, plain imputations, and the scale on which methods are compared."""

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from orthoweave.models.scmamba.evaluation import correlations
from orthoweave.models.scmamba.imputation import thinned
from orthoweave.models.scmamba.inputs import profiles_of
from orthoweave.models.scmamba.smoothing import on_scale, plain_imputations
from orthoweave.views.requests import Views


def test_both_parts_are_the_whole(make_views: Callable[..., Views]) -> None:
    """The counts that are read and the rest add up; about the share is read."""
    whole = profiles_of(make_views().expression("cells"))
    before = whole.counts.toarray()
    columns = np.arange(30)
    found = thinned(whole, columns, 0.8, 0)
    shown = found.read.counts.toarray()
    assert (shown <= before).all()
    assert abs(shown.sum() / before.sum() - 0.8) < 0.01
    others = before - shown
    expected = np.log1p(1e4 * others / others.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(found.rest, expected, rtol=1e-5)
    # what was given is left as it was
    np.testing.assert_array_equal(whole.counts.toarray(), before)


def test_genes_that_were_left_out_count_in_totals(make_views: Callable[..., Views]) -> None:
    """Totals are thinned with all counts, also those of genes that are not read."""
    view = make_views(totals=make_views().expression("cells").totals * 3).expression("cells")
    found = thinned(profiles_of(view), np.arange(5), 0.5, 0)
    share = found.read.totals.sum() / view.totals.sum()
    assert abs(share - 0.5) < 0.01


def test_plain_methods() -> None:
    """Neighbours bring back what is common to two groups of cells; the gene's mean does not."""
    random = np.random.default_rng(0)
    groups = np.repeat([0, 1], 40)
    truth = np.where(groups[:, None] == np.arange(20) % 2, 3.0, 0.5)
    seen = truth * (random.random(truth.shape) < 0.6)
    found = plain_imputations(sp.csr_matrix(seen.astype(np.float32)))
    errors = {name: correlations(truth, value)["rmse"] for name, value in found.items()}
    assert errors["mean of 15 nearest cells"] < errors["mean of the gene"]
    assert errors["diffusion over nearest cells"] < errors["the input itself"]
    assert correlations(truth, found["mean of the gene"])["pcc_by_gene"] == 0


def test_methods_are_brought_to_one_scale() -> None:
    """A method whose values are a line of the truth is right then; a constant has no slope."""
    random = np.random.default_rng(0)
    truth = random.random((30, 4))
    training = np.arange(30) < 15
    found = truth * [2.0, -1.0, 0.5, 0.0] + 7
    scaled = on_scale(found, truth[training], training)
    np.testing.assert_allclose(scaled[:, :3], truth[15:, :3], rtol=1e-4)
    np.testing.assert_allclose(scaled[:, 3], truth[:15, 3].mean(), rtol=1e-5)
