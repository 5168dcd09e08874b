"""Make the notebook of a page: its text and its Python blocks, with what they print.

``python docs/site/notebook.py`` writes ``docs/tutorials/python.ipynb`` from ``python.md``.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

PAGE: Final = Path(__file__).parents[1] / "tutorials" / "python.md"
NOTEBOOK: Final = PAGE.with_suffix(".ipynb")
_BLOCK: Final = re.compile(r"^```(python|output)\n(.*?)^```\n", re.DOTALL | re.MULTILINE)


def notebook_of(page: str) -> str:
    """Return the notebook of a page's Markdown, as JSON of nbformat 4.5.

    Blocks of ``python`` become code cells, an ``output`` block what the cell before it printed;
    all else is text. Equal pages give equal bytes.

    Raises
    ------
    ValueError
        If an ``output`` block does not follow a ``python`` block.
    """
    cells: list[dict[str, Any]] = []
    # what re.split leaves between the blocks: text, language, code, text, language, code, …, text
    parts = _BLOCK.split(page)
    for text, language, code in zip(
        parts[::3], [*parts[1::3], ""], [*parts[2::3], ""], strict=True
    ):
        if text.strip():
            cells.append(_cell(len(cells), "markdown", text.strip()))
        if language == "python":
            cells.append(_cell(len(cells), "code", code.rstrip("\n")))
        elif language == "output":
            if text.strip() or not cells:
                message = f"expected a python block right before the output {code!r}"
                raise ValueError(message)
            cells[-1]["outputs"] = [{"name": "stdout", "output_type": "stream", "text": code}]
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": python, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _cell(number: int, kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell | {"source": source}


if __name__ == "__main__":
    NOTEBOOK.write_text(notebook_of(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
