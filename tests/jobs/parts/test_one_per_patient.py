"""Samples of one patient: refused, averaged over all blocks, or kept."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError, UsageError
from orthoweave.files.matrix_sources import Blocks, MatrixSource, memory_blocks
from orthoweave.jobs.parts.one_per_patient import one_per_patient

VALUES = np.random.default_rng(4).normal(size=(7, 5)).astype(np.float32)
PATIENTS = ["p", "q", "p", "r", "q", "p", None]


def source(**columns: object) -> MatrixSource:
    """Return seven samples of three patients and an unknown one, read two at a time."""
    obs = pd.DataFrame({"patient": PATIENTS, **columns}, index=list("abcdefg"))
    matrix = sp.csr_matrix(VALUES)

    def blocks(rows: int) -> Blocks:
        return memory_blocks(Path("a.csv"), matrix, min(rows, 2))

    return MatrixSource("table", "table", obs, pd.DataFrame(index=list("ABCDE")), blocks)


def test_samples_are_averaged_as_pandas_does() -> None:
    """The first sample names the patient; one without a patient is a patient of its own."""
    found = one_per_patient(source(), "patient", "mean", counts=False)
    assert list(found.obs.index) == ["a", "b", "d", "g"]
    frame = pd.DataFrame(VALUES.astype(float)).groupby([*PATIENTS[:6], "g"], sort=False).mean()
    values = np.vstack([block.toarray() for _, block in found.blocks(3)])
    assert np.allclose(values, frame.to_numpy(), atol=1e-6)
    assert "2 patients have several samples, which were averaged: 'p', 'q'" in found.notes


def test_names_are_the_patients_where_no_column_is() -> None:
    """Samples of one name are one patient."""
    given = source()
    given.obs.index = pd.Index(["a", "a", *"cdefg"])
    found = one_per_patient(given, None, "mean", counts=False)
    assert list(found.obs.index) == ["a", *"cdefg"]
    with pytest.raises(InputError, match="1 patients have several samples, such as 'a'"):
        one_per_patient(given, None, "error", counts=False)


def test_nothing_to_merge_is_left() -> None:
    """The same source comes back, whatever is asked for."""
    given = source()
    given.obs["patient"] = list("abcdefg")
    for how in ("error", "mean", "separate"):
        assert one_per_patient(given, "patient", how, counts=True) is given
    assert one_per_patient(source(), "patient", "separate", counts=False).shape == (7, 5)


def test_facts_that_differ_are_left_empty_or_refused() -> None:
    """Empty with a note, or refused where samples must agree."""
    given = source(age=[1, 2, 1, 3, 2, 1, 4], site=["x", "y", "z", "x", "y", "x", "x"])
    found = one_per_patient(given, "patient", "mean", counts=False, must_agree=["age"])
    assert found.obs["age"].tolist() == [1, 2, 3, 4]
    assert found.obs["site"].tolist() == [None, "y", "x", "x"]
    assert "their samples differ in 'site': left empty" in found.notes
    with pytest.raises(InputError, match=r"samples of 'a' differ in 'site' \('x', 'z'\)"):
        one_per_patient(given, "patient", "mean", counts=False, must_agree=["site"])


def test_counts_have_no_mean() -> None:
    """They are added up before, or kept."""
    with pytest.raises(UsageError, match="the mean of counts is not a count, and 2 patients"):
        one_per_patient(source(), "patient", "mean", counts=True)
