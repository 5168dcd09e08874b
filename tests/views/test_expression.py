"""Expression views: checks of what goes in, scales and subsets against plain numpy."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.errors import InputError, ScaleError, UnknownNameError, UsageError
from orthoweave.views.expression import ExpressionView, Scale, expression_view


def make(counts: np.ndarray, scale: Scale = "counts", **more: np.ndarray) -> ExpressionView:
    """View of a dense matrix with cells c0, c1 and so on, and genes g0, g1 and so on."""
    cells = np.array([f"c{number}" for number in range(counts.shape[0])], object)
    genes = np.array([f"g{number}" for number in range(counts.shape[1])], object)
    return expression_view(
        "toy", "NCBITaxon:9606", cells, genes, sp.csr_matrix(counts), scale=scale, **more
    )


COUNTS = np.array([[1.0, 0, 3], [0, 0, 0], [2, 5, 0]])


def test_logarithms_are_of_counts_per_ten_thousand() -> None:
    """The scale is log1p of 10 000 times the share of the cell's counts; an empty cell stays 0."""
    view = make(COUNTS).log1p_cp10k()
    shares = COUNTS / np.maximum(COUNTS.sum(axis=1, keepdims=True), 1)
    assert np.allclose(view.values.toarray(), np.log1p(shares * 1e4), rtol=1e-6)
    assert view.scale == "log1p_cp10k"
    assert view.log1p_cp10k() is view


def test_genes_left_out_count_in_the_totals() -> None:
    """Logarithms of a subset of genes are those of the whole matrix."""
    view = make(COUNTS)
    part = view.subset(genes=np.array(["g2"], object)).log1p_cp10k().values.toarray()
    assert np.array_equal(part, view.log1p_cp10k().values.toarray()[:, [2]])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_subsets_are_those_of_the_dense_matrix(seed: int) -> None:
    """Masks, numbers and keys choose what they choose in numpy, in the order given."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(1, (7, 6)).astype(float)
    view = make(counts, donors=np.array([f"d{i}" for i in range(7)], object))
    rows, columns = rng.permutation(7)[:4], rng.permutation(6)[:3]
    found = view.subset(cells=rows, genes=view.genes[columns])
    assert np.array_equal(found.values.toarray(), counts[np.ix_(rows, columns)])
    assert found.values.has_sorted_indices
    assert found.donors.tolist() == [f"d{row}" for row in rows]
    assert np.array_equal(found.totals, counts.sum(axis=1)[rows])
    mask = counts.sum(axis=1) > 5
    assert view.subset(cells=mask).cells.tolist() == view.cells[mask].tolist()


def test_subset_refuses_what_is_not_there() -> None:
    """An unknown gene, a gene twice and a mask of another length are refused."""
    view = make(COUNTS)
    with pytest.raises(UnknownNameError, match="no gene 'g9'"):
        view.subset(genes=np.array(["g9"], object))
    with pytest.raises(UsageError, match="named twice"):
        view.subset(genes=np.array(["g1", "g1"], object))
    with pytest.raises(UsageError, match="mask of 3"):
        view.subset(cells=np.array([True]))


@pytest.mark.parametrize(
    ("values", "scale", "error", "message"),
    [
        (-COUNTS, "counts", InputError, "negative or missing"),
        (COUNTS * np.nan, "log1p_cp10k", InputError, "negative or missing"),
        (COUNTS / 2, "counts", ScaleError, "say scale='log1p_cp10k'"),
        (COUNTS * 100, "log1p_cp10k", ScaleError, "say scale='counts'"),
        (COUNTS, "cpm", UsageError, "expected one of counts, log1p_cp10k"),
    ],
)
def test_wrong_scales_are_refused(
    values: np.ndarray, scale: Scale, error: type[Exception], message: str
) -> None:
    """Negative, missing and fractional counts, and logarithms that are too high, are refused."""
    with pytest.raises(error, match=message):
        make(values, scale)


def test_shapes_and_keys_must_fit() -> None:
    """Another number of cells, a key twice and a column of another length are refused."""
    keys = np.array(["a", "b"], object)
    with pytest.raises(InputError, match=r"expected shape \(2, 2\)"):
        expression_view("toy", "s", keys, keys, sp.csr_matrix(COUNTS), scale="counts")
    twice = np.array(["a", "a"], object)
    with pytest.raises(InputError, match="a gene key stands twice"):
        expression_view("toy", "s", keys, twice, sp.csr_matrix((2, 2)), scale="counts")
    with pytest.raises(InputError, match="donors of 'toy': expected 3 values, found 1"):
        make(COUNTS, donors=np.array(["x"], object))


def test_digest_follows_the_content() -> None:
    """Equal views have one digest; another value, label or scale gives another."""
    first, labelled = make(COUNTS), make(COUNTS, labels=np.array(["x", None, "y"], object))
    assert first.digest == make(COUNTS.copy()).digest
    assert (
        len({first.digest, make(COUNTS + 1).digest, labelled.digest, first.log1p_cp10k().digest})
        == 4
    )
