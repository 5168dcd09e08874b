"""The commands verify and repair: what they print, and their exit codes."""

import json
import shutil
from pathlib import Path

import pytest

from orthoweave.cli.main import main
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build


@pytest.fixture
def layout(toy_kb: Path, tmp_path: Path) -> Layout:
    """A copy of the toy world that a test may damage."""
    return Layout(Path(shutil.copytree(toy_kb, tmp_path / "kb")))


def test_damage_is_listed_repaired_and_gone(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    """Verify ends with 1 and names the file; after repair it ends with 0 and lists nothing."""
    kb = ["--kb", str(layout.root)]
    assert main(["verify", *kb, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == []
    damaged = layout.builds / current_build(layout) / "genes.sqlite"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"\xff")
    # the size is as it was, so that only the content tells
    assert main(["verify", *kb, "--format", "json"]) == 0
    capsys.readouterr()
    assert main(["verify", "--deep", *kb, "--format", "json"]) == 1
    row = json.loads(capsys.readouterr().out)["rows"][0]
    assert (row["state"], row["part_of"]) == ("damaged", "build")
    assert row["file"].endswith("genes.sqlite")
    assert main(["repair", *kb]) == 0
    assert "1 files were damaged or missing" in capsys.readouterr().err
    assert main(["verify", "--deep", *kb]) == 0


@pytest.mark.parametrize("command", ["verify", "repair", "status"])
def test_an_empty_folder_is_not_a_knowledge_base(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Where nothing was ingested yet, no command speaks of damage: it says how to begin."""
    Layout(tmp_path / "kb").create()
    assert main([command, "--kb", str(tmp_path / "kb")]) == 2
    said = capsys.readouterr().err
    assert "yet" in said
    assert "orthoweave ingest" in said
    assert "repair" not in said


def test_all_files_can_be_listed(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """With --all, whole files come too; --build takes those of one build."""
    build = current_build(layout)
    every = ["verify", "--all", "--kb", str(layout.root), "--format", "json"]
    assert main(every) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["state"] for row in rows} == {"whole"}
    assert main([*every, "--build", build]) == 0
    own = json.loads(capsys.readouterr().out)["rows"]
    assert 0 < len(own) < len(rows)


def test_what_cannot_be_repaired_ends_with_1(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lost ledger without entries beside the tables is named with what to do."""
    layout.ledger.unlink()
    for path in layout.tables.glob("*/ENTRY.json"):
        path.unlink()
    assert main(["status", "--kb", str(layout.root)]) == 1
    assert "orthoweave repair" in capsys.readouterr().err
    assert main(["repair", "--kb", str(layout.root)]) == 1
    assert "not repaired: ledger" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["verify", "repair"])
def test_without_a_knowledge_base(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """A folder without a knowledge base is a wrong command, not damage."""
    assert main([command, "--kb", str(tmp_path / "none")]) == 2
    assert "no knowledge base" in capsys.readouterr().err
