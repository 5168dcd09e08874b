"""Columns of one name: told apart by stable ids, refused or summed."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError, UsageError
from orthoweave.files.matrix_sources import Blocks, MatrixSource
from orthoweave.jobs.parts.repeated_columns import check_joining, tell_apart

COUNTS = np.array([[1, 2, 4], [0, 8, 16]], np.float32)


def source(names: list[str], ids: list[str] | None = None) -> MatrixSource:
    """Return two cells of three columns."""

    def blocks(rows: int) -> Blocks:
        assert rows
        yield 0, sp.csr_matrix(COUNTS)

    var = pd.DataFrame({"gene_ids": ids} if ids else {}, index=names)
    return MatrixSource("made", "X", pd.DataFrame(index=["a", "b"]), var, blocks)


def values(made: MatrixSource) -> list[list[float]]:
    """Return all values."""
    return next(iter(made.blocks()))[1].toarray().tolist()


@pytest.mark.parametrize("duplicates", ["error", "sum"])
def test_columns_of_different_ids_are_never_summed(duplicates: str) -> None:
    """Columns that share a name but not their ids keep their own values, also with sum."""
    ids = ["ENSG00000254647", "ENSG00000156738", "ENSG00000115263"]
    made = tell_apart(source(["INS", "INS", "GCG"], ids), None, duplicates)
    assert list(made.var.index) == [ids[0], ids[1], "GCG"]
    assert values(made) == COUNTS.tolist()
    assert made.notes == ("2 columns share their names and are told apart by their ids",)


def test_columns_of_one_name_are_summed_on_request() -> None:
    """Columns without ids that share a name are refused, and the remedy sums them."""
    with pytest.raises(InputError, match="--set duplicates=sum"):
        tell_apart(source(["INS", "GCG", "INS"]), None, "error")
    made = tell_apart(source(["INS", "GCG", "INS"]), None, "sum")
    assert list(made.var.index) == ["INS", "GCG"]
    assert values(made) == [[5, 2], [16, 8]]


def test_columns_of_one_name_are_averaged_on_request() -> None:
    """Logarithms and intensities have a mean, and no sum."""
    made = tell_apart(source(["INS", "GCG", "INS"]), None, "mean")
    assert values(made) == [[2.5, 2], [8, 8]]


@pytest.mark.parametrize(
    ("duplicates", "scale", "message"),
    [
        ("sum", "log2_tpm", "a sum of logarithms"),
        ("sum", "zscore", "--set duplicates=mean"),
        ("sum", "log2_intensity", "a sum of logarithms"),
        ("mean", None, "duplicates=sum"),
    ],
)
def test_joining_needs_a_scale_that_it_means_something_on(
    duplicates: str, scale: str | None, message: str
) -> None:
    """What is named instead is accepted."""
    with pytest.raises(UsageError, match=message):
        check_joining(duplicates, scale)
    check_joining("mean" if duplicates == "sum" else "sum", scale)


@pytest.mark.parametrize("scale", [None, "tpm", "fpkm"])
def test_linear_values_may_be_summed(scale: str | None) -> None:
    """Counts and parts per million add up."""
    check_joining("sum", scale)
