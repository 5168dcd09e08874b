"""Variable genes against the definition followed gene by gene."""

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.numerics.gene_moments import GeneMoments
from orthoweave.views.variable_genes import variable_genes


def _variable(counts: np.ndarray, n_genes: int) -> np.ndarray:
    """Return the variable genes of counts that are added in blocks of 7 cells."""
    moments = GeneMoments(counts.shape[1], "counts")
    for start in range(0, len(counts), 7):
        block = counts[start : start + 7]
        moments.add(sp.csr_matrix(block, dtype=np.float32), block.sum(axis=1))
    return variable_genes(moments.mean, moments.dispersion, n_genes)


def _scores(counts: np.ndarray) -> np.ndarray:
    """Log dispersion less the mean of its bin, over the bin's deviation; twenty equal bins."""
    scaled = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1) * 1e4
    scaled = np.expm1(np.log1p(scaled).astype(np.float32).astype(float))
    mean, variance = scaled.mean(axis=0), scaled.var(axis=0, ddof=1)
    position = np.log1p(mean)
    low, high = position.min(), position.max()
    # pandas.cut widens its lowest edge by a thousandth of the range
    edges = np.linspace(low, high, 21)
    bins = np.clip(np.searchsorted(edges, position, side="left") - 1, 0, 19)
    score = np.full(len(mean), -np.inf)
    for number in range(20):
        members = [g for g in range(len(mean)) if bins[g] == number and variance[g] > 0]
        logged = {g: np.log(variance[g] / mean[g]) for g in members}
        for gene in members:
            if len(members) == 1:
                score[gene] = 1
            else:
                values = np.array(list(logged.values()))
                score[gene] = (logged[gene] - values.mean()) / values.std(ddof=1)
    return score


@pytest.mark.parametrize("seed", range(5))
def test_genes_are_those_of_the_definition(seed: int) -> None:
    """On random counts with some empty genes the genes chosen are those that score highest."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(2, rng.uniform(0.1, 5, 80), (60, 80))
    rate[:, 5:8] = 0
    counts = rng.poisson(rate).astype(float)
    score, chosen = _scores(counts), _variable(counts, 20)
    # genes of bins of two have one score, so that rounding decides among them
    assert np.allclose(np.sort(score[chosen]), np.sort(score)[-20:])
    assert len(set(chosen.tolist())) == 20


def test_a_gene_of_one_cell_type_is_found() -> None:
    """A gene that half of the cells express strongly stands out among equally expressed ones."""
    rng = np.random.default_rng(0)
    counts = rng.poisson(5, (100, 50)).astype(float)
    counts[:, 7] = np.where(np.arange(100) < 50, 10, 0)
    assert 7 in _variable(counts, 3)


def test_more_genes_than_there_are() -> None:
    """Asking for more genes than there are gives all."""
    counts = np.random.default_rng(0).poisson(2, (9, 4)).astype(float)
    assert _variable(counts, 10).tolist() == [0, 1, 2, 3]
