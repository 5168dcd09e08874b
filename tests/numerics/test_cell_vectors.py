"""Cell vectors against a plain loop, and their exact decomposition into genes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from orthoweave.errors import UsageError
from orthoweave.numerics.cell_vectors import (
    WEIGHTINGS,
    Weighting,
    cell_vectors,
    contributions,
    gene_specificity,
    top_genes,
)


def _world(seed: int, cells: int = 30, genes: int = 50) -> tuple[sparse.csr_matrix, np.ndarray]:
    rng = np.random.default_rng(seed)
    counts = sparse.csr_matrix(rng.poisson(0.6, (cells, genes)).astype(np.float32))
    vectors = rng.normal(size=(genes, 8)).astype(np.float32)
    return counts, vectors - vectors.mean(axis=0)


def _loop(
    counts: sparse.csr_matrix, factors: np.ndarray, vectors: np.ndarray, top: int, weighting: str
) -> np.ndarray:
    """Follow the definition, cell by cell and gene by gene."""
    result = np.zeros((counts.shape[0], vectors.shape[1]))
    for cell, row in enumerate(counts.toarray().astype(np.float64)):
        scaled = row / (row.sum() or 1) * 1e4
        value = {"specific": np.sqrt(row), "log": np.log1p(scaled), "counts": scaled}[weighting]
        weights = {gene: value[gene] * factors[gene] for gene in range(len(row))}
        ranked = sorted((g for g in weights if weights[g] > 0), key=lambda g: (-weights[g], g))[
            :top
        ]
        for gene in ranked:
            result[cell] += weights[gene] * vectors[gene]
        length = np.linalg.norm(result[cell])
        result[cell] /= length or 1.0
    return result


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("top", [1, 7, 100])
def test_vectors_are_those_of_the_loop(weighting: Weighting, top: int) -> None:
    """The kernels agree with the definition for every weighting and number of genes."""
    counts, vectors = _world(1)
    factors = np.random.default_rng(2).uniform(0.1, 3, counts.shape[1])
    factors[::5] = 0
    genes = top_genes(counts, factors, top=top, weighting=weighting)
    found = cell_vectors(genes, vectors)
    np.testing.assert_allclose(
        found.vectors, _loop(counts, factors, vectors, top, weighting), atol=2e-5
    )


@given(seed=st.integers(0, 10_000), top=st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_contributions_add_up_to_the_score(seed: int, top: int) -> None:
    """The contributions of a cell's genes add up to its inner product with the query."""
    counts, vectors = _world(seed, cells=6, genes=15)
    query = np.random.default_rng(seed).normal(size=8).astype(np.float32)
    query /= np.linalg.norm(query)
    genes = top_genes(counts, np.ones(15), top=top)
    parts = contributions(genes, vectors, query)
    np.testing.assert_allclose(
        parts.sum(axis=1), cell_vectors(genes, vectors).vectors @ query, atol=1e-5
    )


def test_blocks_do_not_change_the_answer() -> None:
    """Cells do not depend on the cells beside them: any cut into blocks gives the same bytes."""
    counts, vectors = _world(3, cells=4100)
    factors = gene_specificity([counts], counts.shape[1])
    whole = cell_vectors(top_genes(counts, factors, top=9), vectors).vectors
    parts = [
        cell_vectors(top_genes(counts[part], factors, top=9), vectors).vectors
        for part in (slice(0, 1000), slice(1000, 1001), slice(1001, 4100))
    ]
    assert np.array_equal(whole, np.vstack(parts))


def test_specificity_is_entropy_below_the_most_even() -> None:
    """Specificity is log n minus scipy's entropy of counts per 10 000, over any blocks."""
    counts, _ = _world(4, cells=40, genes=12)
    dense = counts.toarray().astype(np.float64)
    scaled = dense / np.maximum(dense.sum(axis=1, keepdims=True), 1) * 1e4
    expected = np.log(40) - stats.entropy(scaled, axis=0)
    found = gene_specificity([counts[:13], counts[13:]], 12)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_specificity_of_a_gene_in_a_quarter_of_equal_cells_is_log_four() -> None:
    """A gene at one level in m of n cells has log(n/m), as in text search; an even one has 0."""
    dense = np.ones((8, 3), np.float32)
    dense[:, 1] = [3, 3, 0, 0, 0, 0, 0, 0]
    dense[:, 2] = [0, 0, 3, 3, 3, 3, 3, 3]
    found = gene_specificity([sparse.csr_matrix(dense)], 3)
    np.testing.assert_allclose(found, [0, np.log(4), np.log(8 / 6)], atol=1e-6)


def test_equal_weights_are_broken_by_column() -> None:
    """Of genes of equal weight those of lower column are taken."""
    genes = top_genes(sparse.csr_matrix(np.full((1, 6), 4, np.float32)), np.ones(6), top=2)
    assert genes.columns.tolist() == [[0, 1]]
    assert genes.weights.tolist() == [[0.5, 0.5]]


def test_a_cell_without_usable_genes_is_zero_and_says_so() -> None:
    """An empty cell, and one whose genes have no text, have no vector and zero genes."""
    counts = sparse.csr_matrix(np.array([[0, 0, 0], [5, 0, 0], [1, 2, 0]], np.float32))
    genes = top_genes(counts, np.array([0.0, 1.0, 1.0]), top=2)
    found = cell_vectors(genes, np.eye(3, dtype=np.float32))
    assert found.n_genes.tolist() == [0, 0, 1]
    assert found.vectors.tolist() == [[0, 0, 0], [0, 0, 0], [0, 1, 0]]


def test_wrong_settings_are_refused() -> None:
    """No genes per cell, or an unknown weighting, is a usage error."""
    counts, _ = _world(5)
    with pytest.raises(UsageError, match="at least 1, found 0"):
        top_genes(counts, np.ones(50), top=0)
    with pytest.raises(UsageError, match="specific, log, counts"):
        top_genes(counts, np.ones(50), weighting="tfidf")  # type: ignore[arg-type]
