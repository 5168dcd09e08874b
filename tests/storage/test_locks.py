"""Locks that show what is in use."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orthoweave.storage.durable import PENDING, pending_file, pending_folder, sweep_pending
from orthoweave.storage.locks import claim, share

_WORK = (
    "import sys, time, pathlib\n"
    "from orthoweave.storage.durable import pending_file, pending_folder\n"
    "at = pathlib.Path(sys.argv[1])\n"
    "with pending_folder(at, 'x') as one, pending_file(at / 'y') as two:\n"
    "    (one / 'f').write_text('1'); two.write_text('2')\n"
    "    print('working', flush=True); sys.stdin.read()\n"
)


def test_a_file_is_shared_or_claimed(tmp_path: Path) -> None:
    """Several share it; while one does nobody claims it, and the other way round."""
    path = tmp_path / "f"
    path.touch()
    one, two = share(path), share(path)
    assert one is not None
    assert two is not None
    one.close()
    assert claim(path) is None
    two.close()
    alone = claim(path)
    assert alone is not None
    assert claim(path) is None
    alone.close()
    assert claim(path) is not None


def test_a_file_that_has_gone_is_not_held(tmp_path: Path) -> None:
    """Neither one that is not there nor one that was replaced before its lock was given."""
    assert share(tmp_path / "f") is None
    assert claim(tmp_path / "f") is None


@pytest.mark.parametrize("take", [share, claim])
def test_a_file_renamed_before_its_lock_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, take: object
) -> None:
    """Whoever opened it by its old name must look again."""
    path = tmp_path / "f"
    path.touch()
    lock = fcntl.flock

    def late(descriptor: int, kind: int) -> None:
        path.rename(tmp_path / "g")
        lock(descriptor, kind)

    monkeypatch.setattr(fcntl, "flock", late)
    assert take(path) is None  # type: ignore[operator]


def test_without_locks_nothing_is_taken_for_unused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files can be read and written; whether another's is in use is not known, so it stays."""
    path = tmp_path / "f"
    path.touch()

    def none(descriptor: int, kind: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", none)
    assert share(path) is not None
    assert claim(path) is None
    with pending_folder(tmp_path, "x") as folder:
        sweep_pending(tmp_path)
        assert folder.is_dir()


def test_work_of_a_living_process_is_not_swept(tmp_path: Path) -> None:
    """Its pending names stay while it lives, and go when it was killed."""
    command = [sys.executable, "-c", _WORK, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"working\n"
        before = sorted(tmp_path.iterdir())
        sweep_pending(tmp_path)
        assert sorted(tmp_path.iterdir()) == before
        assert len([path for path in before if path.name.startswith(PENDING)]) == 4
        worker.send_signal(signal.SIGKILL)
    sweep_pending(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_work_of_this_process_is_not_swept(tmp_path: Path) -> None:
    """Nor by itself, from another thread or inside its own block."""
    with pending_file(tmp_path / "f") as path:
        path.write_text("x")
        sweep_pending(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
