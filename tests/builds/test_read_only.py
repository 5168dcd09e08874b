"""A knowledge base that can only be read is asked, listed and exported without a write."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.readers import answers

import orthoweave as ow
from orthoweave.builds.build import build
from orthoweave.builds.history import diff
from orthoweave.cli.main import main
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.manifest import current_build
from orthoweave.views.requests import ExpressionRequest


def read_only(folder: Path) -> Iterator[None]:
    """Forbid writes below a folder until the iteration goes on, even to root."""
    if os.geteuid():
        paths = [folder, *folder.rglob("*")]
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in paths}
        for path, mode in modes.items():
            path.chmod(mode & ~0o222)
        yield
        for path, mode in modes.items():
            path.chmod(mode)
        return
    # no mode stops root, but a file system that can only be read does
    bind = ["mount", "--bind", str(folder), str(folder)]
    if shutil.which("mount") is None or subprocess.run(bind, check=False).returncode:
        pytest.skip("root writes everywhere, and this process may not mount anything")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def expected(toy_kb_with_vectors: Path) -> dict[str, str]:
    """Return the answers of the same knowledge base where it can be written."""
    with ow.open(toy_kb_with_vectors) as kb:
        return answers(kb)


@pytest.fixture(scope="module")
def layout(toy_kb_with_vectors: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layout]:
    """A copy with two builds and without a cache, that can only be read."""
    folder = tmp_path_factory.mktemp("read_only") / "kb"
    shutil.copytree(toy_kb_with_vectors, folder)
    shutil.rmtree(folder / "cache")
    (folder / "cache").mkdir()
    build(Layout(folder), Quiet(), force=True)
    for _ in read_only(folder):
        with pytest.raises(OSError, match=r"Read-only|Permission"):
            (folder / "cache" / "x").touch()
        yield Layout(folder)


def test_it_answers_as_where_it_can_be_written(layout: Layout, expected: dict[str, str]) -> None:
    """Questions, search, samples of cells, views and exports."""
    with ow.open(layout.root) as kb:
        assert answers(kb) == expected
        sample = kb.cells("toy_human")
        assert kb.cell_map(sample, "pca").shape == (40, 2)
        assert kb.view(ExpressionRequest("toy_human", scale="counts")).digest
        assert kb.changes() is not None


def test_it_is_listed_verified_and_compared(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the commands, and by the library."""
    kb = ["--kb", str(layout.root)]
    for command in (["status"], ["status", "--builds"], ["verify", "--deep"], ["orthologs", "INS"]):
        assert main([*command, *kb]) == 0, capsys.readouterr().err
    builds = sorted(path.name for path in layout.builds.iterdir())
    assert diff(layout, *builds).tables == ()
    assert len(Ledger(layout.ledger).active()) == 16


@pytest.mark.parametrize(
    "command", [["build"], ["remove", "toy_human"], ["repair"], ["upgrade"], ["rollback", "ID"]]
)
def test_a_change_is_refused_with_what_to_do(
    layout: Layout, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It says that the folder can only be read, and that a copy can be changed."""
    words = [current_build(layout) if word == "ID" else word for word in command]
    assert main([*words, "--kb", str(layout.root)]) == 1
    said = capsys.readouterr().err
    assert "can only be read here" in said
    assert "copy the folder to where you may write, and name the copy with --kb" in said
    assert "Traceback" not in said


def test_a_copy_can_be_changed(layout: Layout, tmp_path: Path) -> None:
    """As the message says."""
    subprocess.run(["cp", "-r", str(layout.root), str(tmp_path / "copy")], check=True)
    subprocess.run(["chmod", "-R", "u+w", str(tmp_path / "copy")], check=True)
    assert main(["remove", "toy_human_coexpression", "--kb", str(tmp_path / "copy")]) == 0
