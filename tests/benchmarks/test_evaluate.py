"""Parts of the benchmark across a great distance, by hand."""

from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from benchmarks.evaluate import cardinality, standardised


def test_cardinality_is_counted_from_the_human_gene() -> None:
    """One to one, a human gene with two fish genes, and a fish gene with two human genes."""
    table = pd.DataFrame(
        [("a", "z"), ("b", "y"), ("b", "x"), ("c", "w"), ("d", "w")],
        columns=["human_ensembl", "target_ensembl"],
    )
    assert cardinality(table).tolist() == ["1:1", "1:many", "1:many", "many:1", "many:1"]


def test_genes_are_standardised_within_a_dataset() -> None:
    """Mean 0 and deviation 1, and a gene that does not vary is 0."""
    values = np.array([[0.0, 2.0], [2.0, 2.0], [4.0, 2.0]])
    found = standardised(sp.csr_matrix(values)).toarray()
    np.testing.assert_allclose(found[:, 0], [-1.2247, 0, 1.2247], atol=1e-4)
    assert (found[:, 1] == 0).all()


@pytest.mark.skipif(find_spec("scvi") is not None, reason="scvi-tools is installed")
def test_scanvi_is_skipped_where_it_is_not_installed() -> None:
    """Nothing is computed in its place."""
    from benchmarks.scanvi import scanvi_predictions

    assert scanvi_predictions(None, None, None) is None  # type: ignore[arg-type]
