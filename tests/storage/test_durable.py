"""Writes that are whole or absent."""

from pathlib import Path

import pytest

from orthoweave.errors import UsageError
from orthoweave.storage import faults
from orthoweave.storage.durable import (
    PENDING,
    file_digest,
    pending_file,
    pending_folder,
    publish_folder,
    require_new,
    sweep_pending,
    text_digest,
    write_text,
)


def test_a_block_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """The target keeps its content and nothing pending stays."""
    target = tmp_path / "f"
    write_text(target, "old")

    def fail() -> None:
        with pending_file(target) as path:
            path.write_text("half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_folder_appears_when_it_is_published(tmp_path: Path) -> None:
    """Before, only a pending name is there; afterwards only the final one."""
    with pending_folder(tmp_path, "x") as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "f").write_text("1")
        assert {path.name.startswith(PENDING) for path in tmp_path.iterdir()} == {True}
        publish_folder(folder, tmp_path / "x")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x" / "sub" / "f").read_text() == "1"


def test_a_folder_that_is_there_is_kept(tmp_path: Path) -> None:
    """Content-addressed folders are written once."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "f").write_text("first")
    before = (tmp_path / "x").stat().st_ino
    with pending_folder(tmp_path, "x") as folder:
        (folder / "f").write_text("first")
        publish_folder(folder, tmp_path / "x")
    assert (tmp_path / "x").stat().st_ino == before


@pytest.mark.parametrize("damage", ["other", None])
def test_a_damaged_folder_is_replaced(tmp_path: Path, damage: str | None) -> None:
    """A folder that lacks a file, or has another content than its name says, is written again."""
    (tmp_path / "x").mkdir()
    if damage is not None:
        (tmp_path / "x" / "f").write_text(damage)
    with pending_folder(tmp_path, "x") as folder:
        (folder / "f").write_text("right")
        publish_folder(folder, tmp_path / "x")
    assert (tmp_path / "x" / "f").read_text() == "right"


def test_remains_of_a_killed_writer_are_removed(tmp_path: Path) -> None:
    """Pending files and folders go, all else stays."""
    (tmp_path / f"{PENDING}a").mkdir()
    (tmp_path / f"{PENDING}a" / "f").write_text("x")
    (tmp_path / f"{PENDING}b").write_text("x")
    (tmp_path / "kept").write_text("x")
    sweep_pending(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_digests_are_sha256(tmp_path: Path) -> None:
    """The empty text and file have SHA-256's well-known digest."""
    (tmp_path / "f").touch()
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert text_digest("") == file_digest(tmp_path / "f") == empty


def test_a_fault_fires_at_its_number_or_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points before it pass; unset, nothing ever fails."""
    monkeypatch.delenv(faults.VARIABLE, raising=False)
    faults.fault_point("a")
    faults.passed_points()
    monkeypatch.setenv(faults.VARIABLE, "2:ENOSPC")
    faults.fault_point("a")
    with pytest.raises(OSError, match="asked for by a test"):
        faults.fault_point("b")
    monkeypatch.setenv(faults.VARIABLE, "c:EIO")
    faults.fault_point("b")
    with pytest.raises(OSError, match="asked for by a test"):
        faults.fault_point("c")
    faults.passed_points()


def test_only_new_names_in_folders_that_exist(tmp_path: Path) -> None:
    """A name that is taken, also by a folder, and a folder that is not there are refused."""
    require_new(tmp_path / "new", "file")
    for taken in (tmp_path, tmp_path / "none" / "new"):
        with pytest.raises(UsageError, match="the name of a new folder in a folder that exists"):
            require_new(taken, "folder")
