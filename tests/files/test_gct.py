"""GCT tables of both versions are read as they state themselves; what does not fit is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.files.expression_files import Choices, open_expression

OLD = "#1.2\n2\t3\nName\tDescription\ts1\ts2\ts3\nINS\tinsulin\t5\t0\t1.5\nGCG\tna\t3\t0\t-2\n"
NEW = (
    "#1.3\n2\t2\t2\t1\nid\tsymbol\tkind\ts1\ts2\nage\tna\tna\t50\t\n"
    "ENSG00000254647\tINS\tx\t1\t2\nENSG00000115263\tGCG\ty\t3\t4\n"
)


def written(folder: Path, text: str, *, zipped: bool = False) -> Path:
    """Write a file."""
    path = folder / ("a.gct.gz" if zipped else "a.gct")
    path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
    return path


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_version_1_2(tmp_path: Path, zipped: bool, end: str) -> None:
    """Names, descriptions and values are those of the file."""
    path = written(tmp_path, OLD.replace("\n", end), zipped=zipped)
    with open_expression(path) as source:
        assert source.kind == "gct"
        assert (list(source.obs.index), list(source.var.index)) == (
            ["s1", "s2", "s3"],
            ["INS", "GCG"],
        )
        assert source.var["Description"].tolist() == ["insulin", "na"]
        values = np.vstack([block.toarray() for _, block in source.blocks()])
        assert values.tolist() == [[5, 3], [0, 0], [1.5, -2]]


def test_version_1_3_has_facts_on_both_sides(tmp_path: Path) -> None:
    """Columns beside the names are facts on genes, the rows above the values facts on samples."""
    with open_expression(written(tmp_path, NEW)) as source:
        assert source.obs["age"].tolist() == ["50", ""]
        assert source.var["symbol"].tolist() == ["INS", "GCG"]
        values = np.vstack([block.toarray() for _, block in source.blocks()])
        assert values.tolist() == [[1, 3], [2, 4]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (OLD.replace("2\t3\n", "3\t3\n"), "promises 3 rows, found 2"),
        (OLD.replace("2\t3\n", "2\t4\n"), "promises 6 columns, found 5"),
        (OLD.replace("2\t3\n", "two\t3\n"), "line 2: expected 2 whole numbers"),
        (OLD.replace("2\t3\n", "-2\t3\n"), "line 2: expected 2 whole numbers"),
        ("#1.2\n", "line 2: expected 2 whole numbers"),
        (OLD.replace("5\t0", "NA\t0"), "'NA' in row 'INS' and column 's1', expected a number"),
        (NEW.replace("2\t2\t2\t1", "2\t2\t2\t3"), "expected a number|promises"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """Sizes that are not the file's, and texts among the values, are named."""
    with pytest.raises(InputError, match=message):
        open_expression(written(tmp_path, text))


def test_there_is_nothing_to_choose(tmp_path: Path) -> None:
    """The rows of a GCT file are genes."""
    with pytest.raises(UsageError, match="rows='cells'"):
        open_expression(written(tmp_path, OLD), Choices(rows="cells"))
