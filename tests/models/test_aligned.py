"""Expression over the genes that a model knows."""

import numpy as np
import scipy.sparse as sp

from orthoweave.models.aligned import values_of


def test_values_over_a_vocabulary() -> None:
    """Columns go to their places; genes that were not measured are unknown."""
    random = np.random.default_rng(0)
    values = random.poisson(0.5, (2500, 6)).astype(np.float32)
    genes = np.array(list("abcdef"), object)
    found, known = values_of(sp.csr_matrix(values), genes, np.array(list("exba"), object))
    assert known.tolist() == [True, False, True, True]
    expected = np.stack([values[:, 4], np.zeros(2500), values[:, 1], values[:, 0]], axis=1)
    np.testing.assert_array_equal(found.toarray(), expected)
