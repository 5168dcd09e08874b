"""The tutorials do what they say: their code blocks are run, in order, on the demo."""

import contextlib
import io
import re
import shutil
from pathlib import Path

import pytest

from orthoweave.gateway.sandbox import landlock_version
from orthoweave.opening import open_knowledge_base

TUTORIALS = Path(__file__).parents[1] / "docs" / "tutorials"


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of each code block of a tutorial; a printed result has no language."""
    text = (TUTORIALS / page).read_text(encoding="utf-8")
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_the_python_tutorial_runs(
    demo_kb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each block runs after those before it, and prints what the page shows."""
    shutil.copytree(demo_kb, tmp_path / "kb")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    printed = ""
    for language, text in blocks("python.md"):
        if language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(text, "python.md", "exec"), names)
            printed = out.getvalue()
        elif not language:
            assert printed == text
    table = names["table"]
    assert set(table["dataset"]) >= {"baron_human", "baron_mouse", "my_islets"}  # type: ignore[index]


@pytest.mark.parametrize("text", [text for _, text in blocks("cypher.md")])
def test_every_statement_of_the_cypher_tutorial_gives_rows(demo_kb: Path, text: str) -> None:
    """Each statement is answered, with rows and without a note on names that are not there."""
    if not landlock_version():
        pytest.skip("this kernel has no Landlock")
    with open_knowledge_base(demo_kb, store="") as kb:
        answer = kb.cypher(text)
    assert len(answer) > 0
    assert answer.notes == ()


def test_the_cypher_tutorial_says_what_the_note_says(demo_kb: Path) -> None:
    """A property that is misspelt brings the note that the page promises."""
    if not landlock_version():
        pytest.skip("this kernel has no Landlock")
    with open_knowledge_base(demo_kb, store="") as kb:
        answer = kb.cypher("MATCH (g:Gene) RETURN g.symbl LIMIT 1")
    assert "symbol" in answer.notes[0]
