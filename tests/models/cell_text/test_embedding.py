"""Cells by the texts of their genes, against plain loops, and what is refused."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError, ScaleError
from orthoweave.models.cell_text.attribution import class_contributions
from orthoweave.models.cell_text.embedding import corrected, permuted, random_projection, text_cells
from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.vector import VectorView

N_CELLS, N_GENES = 90, 80
MakeCounts = Callable[..., ExpressionView]
MakeTexts = Callable[..., VectorView]


def test_cells_are_weighted_means_of_their_strongest_genes(
    counts: MakeCounts, texts: MakeTexts
) -> None:
    """As a plain loop over cells and genes gives it, ties by gene."""
    view, genes = counts(), texts()
    cells = text_cells(view, genes, top=15, directions=1)
    dense = view.values.toarray()
    logs = np.log1p(1e4 * dense / dense.sum(axis=1, keepdims=True))
    logs[:, -3:] = 0
    vectors = np.zeros((N_GENES, 12))
    vectors[:-3] = corrected(genes.vectors[:-3], 1)
    for cell in range(N_CELLS):
        chosen = np.argsort(-logs[cell], kind="stable")[:15]
        chosen = chosen[logs[cell, chosen] > 0]
        weights = logs[cell, chosen] / logs[cell, chosen].sum()
        expected = weights @ vectors[chosen]
        np.testing.assert_allclose(
            cells.vectors[cell], expected / np.linalg.norm(expected), atol=1e-5
        )
    np.testing.assert_allclose(np.asarray(cells.weights.sum(axis=1)).ravel(), 1, atol=1e-5)


def test_housekeeping_genes_do_not_count_unless_asked(counts: MakeCounts, texts: MakeTexts) -> None:
    """Mitochondrial, ribosomal and haemoglobin genes have no weight by default."""
    without = text_cells(counts(), texts(), top=30, directions=0)
    assert without.weights[:, -3:].nnz == 0
    assert not without.has_text[-3:].any()
    kept = text_cells(counts(), texts(), top=30, directions=0, housekeeping=True)
    assert kept.weights[:, -3:].nnz == 3 * N_CELLS


def test_correction_takes_out_mean_and_first_directions(texts: MakeTexts) -> None:
    """The rest is that of a singular value decomposition without its first components."""
    raw = texts().vectors.astype(np.float64)
    unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    centred = unit - unit.mean(axis=0)
    left, values, right = np.linalg.svd(centred, full_matrices=False)
    values[:2] = 0
    np.testing.assert_allclose(corrected(texts().vectors, 2), (left * values) @ right, atol=1e-5)


def test_correction_widens_the_cone(texts: MakeTexts) -> None:
    """Uncorrected vectors all look alike; corrected ones do not."""
    raw = texts().vectors
    unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    assert float((unit @ unit.T).mean()) > 0.8
    fixed = corrected(raw, 1)
    fixed = fixed / np.linalg.norm(fixed, axis=1, keepdims=True)
    assert abs(float((fixed @ fixed.T).mean())) < 0.2


def test_markers_contribute_to_their_type(counts: MakeCounts, texts: MakeTexts) -> None:
    """The genes that add most to a type are its markers."""
    view = counts()
    cells = text_cells(view, texts(), top=20, directions=1)
    classes = np.array(["CL:a", "CL:b", "CL:c"], object)
    found = class_contributions(cells, view.cell_types, classes, 9, seed=0)
    for number in range(3):
        best = np.argsort(-found.values[number])[:10]
        assert set(best % 3) == {number}
        assert found.percentile[number, best].mean() > 0.5
    assert found.percentile.max() <= 0.9


def test_permuting_deals_out_the_same_texts(counts: MakeCounts, texts: MakeTexts) -> None:
    """Every gene with a text has one again, and genes without one have none."""
    cells = text_cells(counts(), texts(), top=20, directions=0)
    other = permuted(cells, 4)
    assert not np.allclose(other.gene_vectors, cells.gene_vectors)
    np.testing.assert_allclose(
        np.sort(other.gene_vectors[:-3], axis=0), np.sort(cells.gene_vectors[:-3], axis=0)
    )
    assert (random_projection(cells, 0).gene_vectors[-3:] == 0).all()


def test_cells_with_few_genes_are_flagged(counts: MakeCounts, texts: MakeTexts) -> None:
    """Nine usable genes are too few; the cell is not made a vector of zeros in silence."""
    view = counts()
    values = view.values.tolil()
    values[5] = 0
    values[5, :9] = 1
    some = replace(view, values=values.tocsr())
    cells = text_cells(some, texts(), top=20, directions=0)
    assert not cells.usable[5]
    assert cells.usable.sum() == N_CELLS - 1


def test_too_few_genes_have_a_text(counts: MakeCounts, texts: MakeTexts) -> None:
    """Under 70 % of the counts with a text is refused, with what to do."""
    with pytest.raises(InputError, match="ingest gene_descriptions of its species"):
        text_cells(counts(), texts(n_genes=40), top=20, directions=0)


def test_logs_are_refused(counts: MakeCounts, texts: MakeTexts) -> None:
    """Weights are made of counts."""
    with pytest.raises(ScaleError, match="expected counts"):
        text_cells(counts().log1p_cp10k(), texts(), top=20, directions=0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_vectors_that_are_not_finite(value: float, texts: MakeTexts) -> None:
    """They never become a view."""
    genes = texts()
    vectors = genes.vectors.copy()
    vectors[3, 3] = value
    with pytest.raises(InputError, match="expected finite values"):
        replace(genes, vectors=vectors)


def test_keys_twice_are_refused(counts: MakeCounts, texts: MakeTexts) -> None:
    """A gene has one vector, and a dataset a gene once."""
    genes = texts()
    with pytest.raises(InputError, match="a key stands twice"):
        replace(genes, ids=np.full(N_GENES, "g0", object))
    with pytest.raises(InputError, match="gene key stands twice"):
        expression_view(
            "d",
            "s",
            counts().cells,
            np.full(N_GENES, "g0", object),
            counts().values,
            scale="counts",
        )


def test_negative_values_are_refused(counts: MakeCounts) -> None:
    """Scaled data are refused as expression."""
    with pytest.raises(InputError, match="negative"):
        expression_view("d", "s", counts().cells, counts().genes, -counts().values, scale="counts")
