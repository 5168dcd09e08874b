"""The two passes of a view against the whole matrix at once."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.storage.test_matrix import write
from tests.support.plain_views import plain_choice, plain_expression, plain_logarithms

from orthoweave.errors import InputError, ScaleError
from orthoweave.storage import matrix_writer
from orthoweave.storage.layout import Layout
from orthoweave.storage.matrix_pieces import open_pieces
from orthoweave.storage.published import open_published
from orthoweave.views.reading.columns import choose_genes, chosen_values
from orthoweave.views.reading.expression import read_expression
from orthoweave.views.requests import ExpressionRequest


# each example writes a matrix: shrinking one that fails would take minutes
@settings(deadline=None, max_examples=15, phases=[Phase.generate])
@given(st.integers(0, 2**31), st.integers(3, 400), st.integers(0, 12), st.integers(0, 30))
def test_two_passes_agree_with_one_look(
    seed: int, chunk: int, min_cells: int, top_genes: int
) -> None:
    """The genes chosen and their values are those of the plain way, to the last bit."""
    generator = np.random.default_rng(seed)
    rate = generator.gamma(0.5, generator.uniform(0.1, 9, 40), (37, 40))
    # some counts are beyond any table, some cells and genes are empty
    dense = generator.poisson(rate) * generator.choice([1, 1, 1, 900], (37, 40))
    dense[generator.integers(37)] = 0
    dense[:, generator.integers(40)] = 0
    counts = sp.csr_matrix(dense.astype(np.float32))
    columns = np.flatnonzero(generator.random(40) < generator.choice([0.6, 1.0]))
    # genes outside the graph still count in the totals
    totals = np.asarray(counts.sum(axis=1, dtype=np.float64)).ravel()
    request = ExpressionRequest("toy", "log1p_cp10k", top_genes, min_cells)
    among = sp.csr_matrix(counts[:, columns])
    expected = plain_choice(among, totals, min_cells, top_genes)
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        patch.setattr(matrix_writer, "CHUNK", chunk)
        write(Path(name) / "m", counts, 10)
        matrix = open_pieces(Path(name) / "m")
        if not len(expected):
            with pytest.raises(InputError, match="no gene of 'toy' is left"):
                choose_genes(matrix, totals, columns, "counts", request)
            return
        chosen, n_values = choose_genes(matrix, totals, columns, "counts", request)
        found = [
            chosen_values(matrix, totals, columns[chosen], n_values, logs=logs)
            for logs in (False, True)
        ]
    assert np.array_equal(chosen, expected)
    kept = sp.csr_matrix(among[:, expected])
    for values, plain in zip(found, (kept, plain_logarithms(kept, totals)), strict=True):
        assert values.dtype == np.float32
        assert values.has_sorted_indices
        assert np.array_equal(values.toarray(), plain.toarray())


@pytest.mark.parametrize("request_", [{}, {"top_genes": 5}, {"min_cells": 20, "top_genes": 3}])
@pytest.mark.parametrize("scale", ["counts", "log1p_cp10k"])
def test_views_of_a_build_are_the_plain_ones(
    toy_kb: Path, request_: dict[str, int], scale: str
) -> None:
    """Genes and values of the toy world's human cells are those read in the plainest way."""
    published = open_published(Layout(toy_kb))
    request = ExpressionRequest("toy_human", scale, **request_)  # type: ignore[arg-type]
    view = read_expression(published, request)
    genes, values = plain_expression(published, request)
    assert view.genes.tolist() == genes
    assert np.array_equal(view.values.toarray(), values.toarray())
    assert view.scale == scale


def test_variable_genes_need_counts_or_logarithms(tmp_path: Path) -> None:
    """Of other scales the variable genes are refused, a minimum of cells is not."""
    counts = sp.csr_matrix(np.random.default_rng(0).poisson(1, (20, 9)).astype(np.float32))
    write(tmp_path / "m", counts, 10)
    matrix, columns, totals = open_pieces(tmp_path / "m"), np.arange(9), np.ones(20)
    with pytest.raises(ScaleError, match="needs counts"):
        choose_genes(matrix, totals, columns, "tpm", ExpressionRequest("toy", "tpm", 3))
    request = ExpressionRequest("toy", "tpm", min_cells=12)
    chosen, _ = choose_genes(matrix, totals, columns, "tpm", request)
    assert np.array_equal(chosen, np.flatnonzero((counts.toarray() > 0).sum(axis=0) >= 12))
