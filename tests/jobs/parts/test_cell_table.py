"""Tables of barcodes that are joined to the cells."""

from pathlib import Path

import pandas as pd
import pytest

from orthoweave.errors import InputError
from orthoweave.jobs.parts.cell_table import join_cells

OBS = pd.DataFrame({"batch": ["x", "y"], "type": ["?", "?"]}, index=["a-1", "b-1"])


def joined(folder: Path, text: str) -> tuple[pd.DataFrame, list[str]]:
    """Join a table to two cells."""
    path = folder / "cells.tsv"
    path.write_text(text)
    frame, notes = join_cells(OBS, str(path))
    return frame, [note.replace(f"{path}", "TABLE") for note in notes]


@pytest.mark.parametrize("first", ["barcode", "anything"])
def test_rows_are_joined_by_barcode(tmp_path: Path, first: str) -> None:
    """Columns are joined in the order of the cells; the table's wins over the file's."""
    frame, notes = joined(tmp_path, f"{first}\ttype\nb-1\tB\na-1\tNK\nc-1\tT\n")
    assert frame["type"].tolist() == ["NK", "B"]
    assert frame["batch"].tolist() == ["x", "y"]
    assert notes == ["TABLE knows 2 of 2 cells; rows that are of no cell here: 1"]


def test_cells_without_a_row_have_no_value(tmp_path: Path) -> None:
    """A cell that the table lacks has no type."""
    frame, notes = joined(tmp_path, "barcode\ttype\nb-1\tB\n")
    assert frame["type"].isna().tolist() == [True, False]
    assert notes == ["TABLE knows 1 of 2 cells"]


@pytest.mark.parametrize(
    ("rows", "wrong"), [("a\tB\n", "knows none of 2 cells"), ("a-1\tB\na-1\tT\n", "several rows")]
)
def test_wrong_tables_are_refused(tmp_path: Path, rows: str, wrong: str) -> None:
    """A table of other cells, or with two rows of a cell, is refused."""
    with pytest.raises(InputError, match=wrong):
        joined(tmp_path, "barcode\ttype\n" + rows)


def test_no_table_changes_nothing() -> None:
    """Without a table the cells are those of the file."""
    assert join_cells(OBS, None) == (OBS, [])
