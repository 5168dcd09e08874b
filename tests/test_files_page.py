"""docs/files.md is true: its forms are cases of tests, its messages are those of the code."""

import ast
import re
from pathlib import Path

import pytest
from tests.support.file_forms import FORMS
from tests.support.foreign_files import FILES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
# forms that are recognised by more than their first bytes, and a word of their case
BY_PARTS = {
    "molecule_info.h5": "barcode_idx",
    "TileDB-SOMA": "TileDB-SOMA",
    "BPCells": "BPCells",
    "Stereo-seq": "geneExp",
}
CONVERTED = (".feather", ".npz", ".npy")


def rows(title: str) -> list[str]:
    """Return the first cells of the table under a title."""
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [line.split(" | ")[0].removeprefix("| ") for line in lines]


def test_every_form_that_is_read_is_tried() -> None:
    """The table and the cases of the test have the same names."""
    assert rows("What is read") == list(FORMS)


@pytest.mark.parametrize("row", rows("What is not read"))
def test_every_form_that_is_not_read_is_tried(row: str) -> None:
    """Each suffix is that of a case, and each name stands in the test."""
    tests = (ROOT / "tests/files/test_foreign.py").read_text(encoding="utf-8")
    suffixes = [text for text in re.findall(r"`(\.[\w.]+)`", row) if text not in CONVERTED]
    cases = "\n".join(name.removesuffix(".gz") for name in FILES) + "\n" + "\n".join(FILES)
    assert all(re.search(rf"{re.escape(text)}$", cases, re.MULTILINE) for text in suffixes)
    assert all(f'"a{text}"' in tests or text[1:] in tests for text in CONVERTED if text in row)
    assert all(word in tests for name, word in BY_PARTS.items() if name in row)


def _templates() -> list[str]:
    """Return every text of the readers and jobs, with ``…`` for what is filled in."""
    rooms = ("files", "jobs", "genes", "storage")
    files = [path for room in rooms for path in (ROOT / "platform/orthoweave" / room).rglob("*.py")]
    files += [ROOT / "platform/orthoweave/ids.py", *(ROOT / "ingest").glob("*.py")]
    found = []
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else "…" for p in node.values]
                found.append("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return found


TEMPLATES = _templates()


@pytest.mark.parametrize("row", rows("What a message means"))
def test_every_message_is_one_of_the_code(row: str) -> None:
    """The words of each message stand in one text of the code, in their order."""
    parts = [part.strip() for part in row.strip("`").split("…") if part.strip(" :,.()")]
    assert parts
    pattern = re.compile(".*".join(map(re.escape, parts)), re.DOTALL)
    assert any(pattern.search(text) for text in TEMPLATES)


def test_a_message_that_is_not_in_the_code_is_found_out() -> None:
    """The check can fail."""
    with pytest.raises(AssertionError):
        test_every_message_is_one_of_the_code("`… is a file from nowhere`")
