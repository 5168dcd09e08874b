"""Parquet tables are read as pandas reads them; what has no names or no numbers is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.files import parquet_tables
from orthoweave.files.expression_files import Choices, open_expression

GENES = ["ENSG00000254647", "ENSG00000115263", "ENSG00000157005"]
VALUES = np.array([[5.5, 0, 1], [3, -2, 0]])
FRAME = pd.DataFrame(VALUES, index=["s1", "s2"], columns=GENES)


def values(path: Path, rows: str | None = None) -> list[list[float]]:
    """Return all values, cells × genes, after the names were compared."""
    with open_expression(path, Choices(rows=rows)) as source:
        assert (list(source.obs.index), list(source.var.index)) == (["s1", "s2"], GENES)
        return np.vstack([block.toarray() for _, block in source.blocks()]).tolist()


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("named", ["index", "column", "numbered"])
def test_both_sides_and_all_kinds_of_names(tmp_path: Path, turned: bool, named: str) -> None:
    """Names as pandas' index or a column of texts; a numbered index names nothing."""
    frame = FRAME.T if turned else FRAME
    if named != "index":
        frame = frame.rename_axis("name").reset_index()
    if named == "numbered":
        frame.index = pd.Index(np.arange(len(frame)) * 7)
    frame.to_parquet(tmp_path / "a.parquet")
    assert values(tmp_path / "a.parquet") == VALUES.tolist()


def test_blocks_are_one_matrix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that are read in several batches stay in their order."""
    monkeypatch.setattr(parquet_tables, "_ROWS", 1)
    FRAME.to_parquet(tmp_path / "a.parquet", row_group_size=1)
    assert values(tmp_path / "a.parquet") == VALUES.tolist()


def test_other_columns_describe_the_rows(tmp_path: Path) -> None:
    """Categories, texts and numbers under a usual name are facts."""
    frame = FRAME.assign(group=pd.Categorical(["a", "b"]), n_counts=[1, 2])
    frame.to_parquet(tmp_path / "a.parquet")
    with open_expression(tmp_path / "a.parquet") as source:
        assert source.obs["group"].tolist() == ["a", "b"]
        assert source.obs["n_counts"].tolist() == [1, 2]
        assert list(source.var.index) == GENES


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (FRAME.assign(when=pd.Timestamp("2020-01-01")), "found column 'when' of type timestamp"),
        (
            FRAME.assign(some=pd.Series([[1], [2]], FRAME.index, object)),
            "found column 'some' of type list",
        ),
        (FRAME.reset_index(drop=True), "expected a column of names"),
        (FRAME[[]].assign(a="x"), "columns of numbers"),
        (FRAME.mask(FRAME == 3), "row 's2' and column 'ENSG00000254647', expected a number"),
        (FRAME.set_axis(["s1", ""]), "a row has no name"),
        (FRAME.iloc[:0], "no rows"),
        (FRAME * 2.0**40 + 1, "up to which"),
    ],
)
def test_other_tables_are_refused(tmp_path: Path, frame: pd.DataFrame, message: str) -> None:
    """Each with what was found and where."""
    frame.to_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputError, match=message):
        open_expression(tmp_path / "a.parquet")


@pytest.mark.parametrize("keep", [0.5, 0.95])
def test_damage_is_named(tmp_path: Path, keep: float) -> None:
    """A file whose middle was overwritten, or that was cut and closed again, is not read."""
    path = tmp_path / "a.parquet"
    FRAME.to_parquet(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)] + b"PAR1")
    with pytest.raises(InputError, match="not a whole Parquet file"):
        open_expression(path)


@pytest.mark.parametrize("noted", [b"{", b"[]", b'{"index_columns": 3}', b'{"index_columns": [1]}'])
def test_notes_of_pandas_are_not_trusted(tmp_path: Path, noted: bytes) -> None:
    """Notes other than JSON, or without a column, are left aside."""
    table = pa.Table.from_pandas(FRAME.rename_axis("name").reset_index(), preserve_index=False)
    pq.write_table(table.replace_schema_metadata({b"pandas": noted}), tmp_path / "a.parquet")
    assert values(tmp_path / "a.parquet") == VALUES.tolist()


def test_a_table_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size is stated in the file, and looked at before anything is read."""
    FRAME.to_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(parquet_tables, "MAXIMUM_VALUES", 0)
    with pytest.raises(InputError, match="write it as"):
        open_expression(tmp_path / "a.parquet")


@pytest.mark.parametrize("choice", [{"layer": "X"}, {"modality": "rna"}])
def test_it_has_no_layers(tmp_path: Path, choice: dict[str, Any]) -> None:
    """Options of other forms are refused."""
    FRAME.to_parquet(tmp_path / "a.parquet")
    with pytest.raises(UsageError, match="no such choice"):
        open_expression(tmp_path / "a.parquet", Choices(**choice))
