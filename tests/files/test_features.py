"""Features that are not genes are left out of every form of matrix."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.files.features import genes_only
from orthoweave.files.matrix_sources import Blocks, MatrixSource


def source(column: str, types: list[str]) -> MatrixSource:
    """Return a cell of three features."""

    def blocks(rows: int) -> Blocks:
        assert rows
        yield 0, sp.csr_matrix(np.array([[1, 2, 4]], np.float32))

    var = pd.DataFrame({column: types}, index=["A", "B", "C"])
    return MatrixSource("made", "X", pd.DataFrame(index=["c"]), var, blocks)


@pytest.mark.parametrize("column", ["feature_types", "feature_type"])
def test_antibodies_are_left_out(column: str) -> None:
    """Antibodies are left out of the columns and the values, and a note says so."""
    made = genes_only(source(column, ["Gene Expression", "Antibody Capture", "Gene Expression"]))
    assert list(made.var.index) == ["A", "C"]
    assert next(iter(made.blocks()))[1].toarray().tolist() == [[1, 4]]
    assert made.notes == ("left out 1 features that are not genes (Antibody Capture)",)


def test_biotypes_are_not_types_of_features() -> None:
    """A column of biotypes leaves all genes in."""
    assert len(genes_only(source("feature_type", ["protein_coding", "lncRNA", "x"])).var) == 3


def test_no_gene_is_an_error() -> None:
    """A matrix of antibodies only is refused."""
    with pytest.raises(InputError, match="none of 3 features is a gene"):
        genes_only(source("feature_types", ["Antibody"] * 3))
