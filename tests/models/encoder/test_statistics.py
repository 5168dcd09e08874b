"""Statistics of genes over datasets that measured different ones."""

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.models.encoder.statistics import Moments, gene_statistics, variable_genes


def _moments(values: np.ndarray) -> Moments:
    found = Moments.empty(values.shape[1])
    for part in np.array_split(values, 3):
        found.add(sp.csr_matrix(part))
    return found


def test_statistics_are_over_cells_that_measured_a_gene() -> None:
    """Blocks add up, and a dataset without a gene does not count as zeros of it."""
    random = np.random.default_rng(0)
    first = random.poisson(0.8, (30, 4)).astype(float)
    second = random.poisson(1.5, (20, 4)).astype(float)
    second[:, 3] = 0
    measured = np.array([[1, 1, 1, 1], [1, 1, 1, 0]], bool)
    found = gene_statistics([_moments(first), _moments(second)], measured)
    both = np.concatenate([first, second])
    assert found.mean[:3] == pytest.approx(both[:, :3].mean(axis=0))
    assert found.mean[3] == pytest.approx(first[:, 3].mean())
    assert found.zero_share[3] == pytest.approx((first[:, 3] == 0).mean())
    assert found.nonzero_mean[0] == pytest.approx(both[:, 0][both[:, 0] > 0].mean())
    odds = found.zero_share[0] / (1 - found.zero_share[0])
    assert found.zero_log_odds[0] == pytest.approx(np.log(odds))


def test_genes_by_which_datasets_differ_gain_nothing() -> None:
    """A gene that is constant within each dataset is not variable."""
    random = np.random.default_rng(0)
    first, second = random.gamma(2, 1, (40, 3)), random.gamma(2, 1, (40, 3))
    first[:, 0], second[:, 0] = 1.0, 50.0
    moments, measured = [_moments(first), _moments(second)], np.ones((2, 3), bool)
    assert variable_genes(moments, measured, 2).tolist() == [1, 2]
    with pytest.raises(InputError, match="0 genes vary"):
        variable_genes([_moments(np.ones((5, 3)))], np.ones((1, 3), bool), 2)
