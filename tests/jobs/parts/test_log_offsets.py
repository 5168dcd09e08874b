"""Floors of logarithms are found and turned back; what they do not explain is refused."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from orthoweave.errors import ScaleError, UsageError
from orthoweave.files.matrix_sources import MatrixSource, memory_blocks
from orthoweave.jobs.parts.log_offsets import with_offset_one

LINEAR = np.random.default_rng(2).lognormal(1, 2, (30, 12))
LINEAR[LINEAR < 1] = 0


def source(values: np.ndarray) -> MatrixSource:
    """Return values as a source."""
    matrix = sp.csr_matrix(values.astype(np.float32))
    read = partial(memory_blocks, Path("a.csv"), matrix)
    obs, var = (pd.DataFrame(index=[str(at) for at in range(size)]) for size in values.shape)
    return MatrixSource("table", "table", obs, var, read)


def read(found: MatrixSource) -> np.ndarray:
    """Return all values."""
    return np.vstack([block.toarray() for _, block in found.blocks(7)])


@pytest.mark.parametrize("offset", [0.5, 0.1, 0.01, 0.001, 0.00001])
@pytest.mark.parametrize(("scale", "base"), [("log2_tpm", 2.0), ("log1p", np.e)])
def test_usual_offsets_are_found(offset: float, scale: str, base: float) -> None:
    """Zeros are zeros again, also those that lie near, and the others have an offset of 1."""
    found = with_offset_one(source(np.log(LINEAR + offset) / np.log(base)), scale, None)
    assert np.abs(read(found) - np.log1p(LINEAR) / np.log(base)).max() < 1e-5
    assert ((read(found) == 0) == (LINEAR == 0)).all()
    assert f"the logarithm of {offset:g}, and are zeros" in found.notes[0]


def test_an_unusual_offset_is_an_option() -> None:
    """It is taken where no value lies below its logarithm."""
    values = source(np.log2(LINEAR + 0.03))
    with pytest.raises(ScaleError, match="--set offset=NUMBER"):
        with_offset_one(values, "log2_tpm", None)
    assert (
        np.abs(read(with_offset_one(values, "log2_tpm", 0.03)) - np.log2(LINEAR + 1)).max() < 1e-5
    )
    with pytest.raises(ScaleError, match=r"smallest value is -5\.059"):
        with_offset_one(values, "log2_tpm", 0.05)


def test_a_logarithm_that_is_not_stored_is_one_of_nearly_one() -> None:
    """A value of 1 − offset has the logarithm 0, which a sparse matrix leaves out."""
    linear = np.array([[0.0, 0.5, 3.0], [0.0, 7.5, 0.5]])
    found = with_offset_one(source(np.log2(linear + 0.5)), "log2_tpm", None)
    assert np.allclose(read(found), np.log2(linear + 1))


@pytest.mark.parametrize("scale", [None, "tpm", "zscore", "log2_intensity", "log2_tpm"])
def test_values_without_a_floor_are_left(scale: str | None) -> None:
    """Linear values, scores, and logarithms from 0 up are the same source."""
    given = source(np.log2(LINEAR + 1))
    assert with_offset_one(given, scale, None) is given


def test_one_low_value_explains_nothing() -> None:
    """A single value that happens to be near a logarithm of 0.5 explains nothing."""
    values = np.log2(np.random.default_rng(0).lognormal(1, 1, (60, 40)) + 1)
    values[3, 3] = -1.0
    with pytest.raises(ScaleError, match="the smallest value is -1, expected log2_tpm from 0 up"):
        with_offset_one(source(values), "log2_tpm", None)


def test_huge_values_are_left_to_be_refused() -> None:
    """TPM declared as logarithms do not overflow."""
    values = LINEAR * 1e4 - 1.0
    found = read(with_offset_one(source(values), "log2_tpm", 0.5))
    assert np.isfinite(found).all()
    assert found.max() == pytest.approx(values.max(), rel=1e-6)


@pytest.mark.parametrize(
    ("scale", "offset", "message"),
    [(None, 0.1, "scale=None"), ("tpm", 0.1, "scale=tpm"), ("log2_tpm", 0.0, "above zero")],
)
def test_offsets_that_mean_nothing_are_refused(
    scale: str | None, offset: float, message: str
) -> None:
    """Only logarithms have one, and it is above zero."""
    with pytest.raises(UsageError, match=message):
        with_offset_one(source(LINEAR), scale, offset)
