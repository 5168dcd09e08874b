"""Values that are counts, that can be rounded to counts, and that are neither."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError, ScaleError
from orthoweave.files.matrix_sources import Blocks, MatrixSource
from orthoweave.jobs.parts.count_blocks import CountBlocks

COUNTS = np.random.default_rng(0).poisson(3, (20, 40)).astype(np.float32)


def counted(
    values: np.ndarray, obs: dict[str, object] | None = None, *, round_values: bool = False
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return the counts, the totals and the notes."""

    def blocks(rows: int) -> Blocks:
        assert rows
        for start in range(0, len(values), 10):
            yield start, sp.csr_matrix(values[start : start + 10].astype(np.float32))

    frame = pd.DataFrame(obs or {}, index=[f"c{n}" for n in range(len(values))])
    source = MatrixSource("made", "X", frame, pd.DataFrame(index=range(40)), blocks)
    counts = CountBlocks(source, round_values=round_values)
    parts = list(counts.blocks())
    dense = np.vstack([block.toarray() for _, block, _ in parts])
    return dense, np.concatenate([totals.total for _, _, totals in parts]), counts.notes()


def test_counts_are_left_alone() -> None:
    """Counts come through unchanged and without a note."""
    values, totals, notes = counted(COUNTS)
    assert (values == COUNTS).all()
    assert (totals == COUNTS.sum(axis=1)).all()
    assert notes == []


def test_noise_is_taken_off() -> None:
    """Values within 1e-4 of whole numbers are taken as these numbers, with a note."""
    values, _, notes = counted(COUNTS + np.float32(2e-5))
    assert (values == COUNTS).all()
    assert notes == ["800 values differ from whole numbers by less than 0.0001: taken as these"]


def test_corrected_counts_are_rounded_on_request() -> None:
    """Decimals of corrected counts are refused, and the remedy that is named rounds them."""
    corrected = COUNTS * np.float32(0.93)
    with pytest.raises(ScaleError, match=r"corrected counts.*--set round=true"):
        counted(corrected)
    values, totals, notes = counted(corrected, round_values=True)
    assert (values == np.rint(corrected)).all()
    assert (totals == np.rint(corrected).sum(axis=1)).all()
    assert notes[0].startswith("rounded")


@pytest.mark.parametrize("scale", ["cp10k", "log1p", "subset"])
@pytest.mark.parametrize("round_values", [False, True])
def test_normalised_values_are_never_rounded(scale: str, round_values: bool) -> None:
    """Normalised values are refused also where rounding is asked for."""
    values = COUNTS.astype(np.float64) / COUNTS.sum(axis=1, keepdims=True) * 12_345.6
    values = {"cp10k": values, "log1p": np.log1p(values), "subset": np.log1p(values[:, :20])}[scale]
    with pytest.raises(ScaleError, match="raw counts; rounding would not restore them"):
        counted(values, round_values=round_values)


def test_equal_totals_get_a_note() -> None:
    """Rounded CPM are whole numbers whose totals give them away."""
    cpm = np.rint(COUNTS.astype(np.float64) / COUNTS.sum(axis=1, keepdims=True) * 1e6)
    assert "20 of 20 cells have a total of about 1,000,0" in counted(cpm)[2][0]


def test_empty_cells_get_a_note() -> None:
    """Cells without counts are counted."""
    values = COUNTS.copy()
    values[:3] = 0
    assert counted(values)[2] == ["3 of 20 cells have no counts"]


def test_a_subset_of_genes_is_normalised_by_stated_totals() -> None:
    """If sums are far below the totals of the file, the totals of the file are used."""
    stated = COUNTS.sum(axis=1) * 4.0
    _, totals, notes = counted(COUNTS, {"nCount_RNA": stated})
    assert (totals == stated).all()
    assert notes == [
        "the genes of the file are a subset: cells are normalised by obs['nCount_RNA'], not by "
        "their sums"
    ]


def test_stated_totals_that_agree_change_nothing() -> None:
    """Totals of the file that are its sums are not used."""
    assert counted(COUNTS, {"n_counts": COUNTS.sum(axis=1)})[2] == []


def test_counts_beyond_float32_are_refused() -> None:
    """A count that 32-bit floats do not hold exactly is refused."""
    values = COUNTS.copy()
    values[1, 1] = 1e30
    with pytest.raises(InputError, match=r"1e\+30, expected at most 16,777,216"):
        counted(values)
