"""Clinical tables are joined by sample or patient, with numbers as numbers and doubts refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.jobs.parts.clinical_table import as_numbers, join_clinical

OBS = pd.DataFrame({"batch": ["x", "y"]}, index=["a", "b"])


def written(folder: Path, text: str) -> str:
    """Write a table, fields separated by blanks here and by tabs there."""
    (folder / "clinical.tsv").write_text(text.replace(" ", "\t"))
    return str(folder / "clinical.tsv")


def test_no_table_changes_nothing() -> None:
    """Facts of the file alone are enough."""
    assert join_clinical(OBS, None, None) == (OBS, [])


@pytest.mark.parametrize("column", ["sample", "case_id", "whatever"])
def test_rows_are_joined_by_name(tmp_path: Path, column: str) -> None:
    """By a usual column or the first, in the order of the samples; what is left over is counted."""
    path = written(tmp_path, f"{column} age stage\nc 1 I\nb 2 II\n")
    joined, notes = join_clinical(OBS, path, None)
    assert joined["age"].tolist()[1] == 2.0
    assert np.isnan(joined["age"].iloc[0])
    assert joined["batch"].tolist() == ["x", "y"]
    assert "1 of 2 samples have a row, 1 have none" in notes[0]
    assert notes[0].endswith("rows that are of no sample here: 1")
    # a name of a patient is a fact, another name stands in the index already
    assert (column in joined) == (column == "case_id")


def test_rows_are_joined_by_patient(tmp_path: Path) -> None:
    """Where samples name their patients, a row of a patient is that of all its samples."""
    obs = pd.DataFrame({"patient": ["p", "p", "q"]}, index=["a", "b", "c"])
    path = written(tmp_path, "patient age\np 40\nq 50\n")
    joined, notes = join_clinical(obs, path, None)
    assert joined["age"].tolist() == [40, 40, 50]
    assert "joined by 'patient' to 'patient'; 3 of 3" in notes[0]


def test_equal_rows_are_one_and_others_are_refused(tmp_path: Path) -> None:
    """Two rows of a name that differ are named with the column and both values."""
    joined, notes = join_clinical(OBS, written(tmp_path, "id age\na 1\na 1\nb 2\n"), None)
    assert joined["age"].tolist() == [1, 2]
    assert "1 rows say the same" in notes[1]
    with pytest.raises(InputError, match=r"'a' has several rows, which differ in 'age' \('1', '3'"):
        join_clinical(OBS, written(tmp_path, "id age\na 1\na 3\n"), None)


def test_tables_of_others_are_refused(tmp_path: Path) -> None:
    """Names of both sides are shown; a column that is asked for must be there."""
    path = written(tmp_path, "id age\nA 1\nB 2\n")
    with pytest.raises(InputError, match=r"names such as 'A', 'B', the matrix such as 'a', 'b'"):
        join_clinical(OBS, path, None)
    with pytest.raises(UnknownNameError, match="no column 'name'"):
        join_clinical(OBS, path, "name")


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["1", "2.5", "", "NA"], [1.0, 2.5, None, None]),
        (["1", "x", "[Not Available]", "'--"], ["1", "x", None, None]),
        (["007", "12", "", "1"], ["007", "12", None, "1"]),
        (["", "NA", "--", "unknown"], [None] * 4),
        (["1e400", "1", "2", "3"], ["1e400", "1", "2", "3"]),
    ],
)
def test_numbers_are_numbers(texts: list[str], wanted: list[object]) -> None:
    """Unless some are not, or are names with leading zeros; words for nothing are nothing."""
    found = as_numbers(pd.Series(texts, dtype=object))
    assert [None if pd.isna(value) else value for value in found] == wanted
