"""The notebook of the Python tutorial is the page, and runs."""

import contextlib
import io
import json
import shutil
from pathlib import Path

import pytest
from docs.site.notebook import NOTEBOOK, PAGE, notebook_of


def test_the_notebook_is_the_page() -> None:
    """The file is what `docs/site/notebook.py` makes of the page: run it after a change."""
    made = notebook_of(PAGE.read_text(encoding="utf-8"))
    assert NOTEBOOK.read_text(encoding="utf-8") == made


def test_the_cells_run_in_order(
    demo_kb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each code cell runs after those before it, and prints what stands below it."""
    shutil.copytree(demo_kb, tmp_path / "kb")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "notebook"}
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(cell["source"], cell["id"], "exec"), names)
            assert out.getvalue() == "".join(output["text"] for output in cell["outputs"])
    assert sum(cell["cell_type"] == "code" for cell in cells) >= 10


def test_a_page_becomes_cells() -> None:
    """Text, code and output keep their order; a block of commands stays within the text."""
    page = (
        "# A\n\n```python\nprint(1)\n```\n\n```output\n1\n```\n\nb\n\n"
        "```console\northoweave queries\n```\n\n```python\nx = 2\n```\n"
    )
    cells = json.loads(notebook_of(page))["cells"]
    assert [(cell["cell_type"], cell["source"]) for cell in cells] == [
        ("markdown", "# A"),
        ("code", "print(1)"),
        ("markdown", "b\n\n```console\northoweave queries\n```"),
        ("code", "x = 2"),
    ]
    assert cells[1]["outputs"][0]["text"] == "1\n"
    assert cells[3]["outputs"] == []


def test_output_of_no_cell_is_an_error() -> None:
    """An output block that no code stands before is refused."""
    with pytest.raises(ValueError, match="output"):
        notebook_of("a\n\n```output\n1\n```\n")
