"""A process that closes its way to files, tested in separate processes."""

import subprocess
import sys
from pathlib import Path

import pytest

import orthoweave
from orthoweave.errors import QueryRefusedError
from orthoweave.sandbox import files, landlock, seccomp

needs_landlock = pytest.mark.skipif(
    not landlock.landlock_version(), reason="this kernel has no Landlock"
)
START = """
import os, socket, subprocess, sys
from pathlib import Path
from orthoweave.sandbox.files import *
from orthoweave.sandbox.limits import *
allowed, other = Path(sys.argv[1]), Path(sys.argv[2])
def tried(action):
    try:
        action()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"
"""


def _run(code: str, *paths: Path) -> list[str]:
    source = str(Path(orthoweave.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", START + code, *map(str, paths)],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": source, "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=60,
    )
    return done.stdout.split()


@needs_landlock
def test_only_what_is_named_can_be_read(tmp_path: Path) -> None:
    """One file may be read, no other; nothing may be written, run or connected to."""
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    allowed.write_text("a")
    other.write_text("b")
    code = """
forbid_files([allowed])
print(tried(allowed.read_text), tried(other.read_text), tried(lambda: allowed.write_text("x")),
      tried(lambda: os.listdir("/")), tried(lambda: subprocess.run(["/bin/true"])))
forbid_opening()
print(tried(allowed.read_text))
"""
    denied = "PermissionError"
    assert _run(code, allowed, other) == ["done", denied, denied, denied, denied, denied]
    assert allowed.read_text() == "a"


@needs_landlock
def test_memory_and_writing_are_limited(tmp_path: Path) -> None:
    """Beyond the sandbox's memory there is a MemoryError, and no byte reaches an open file."""
    target = tmp_path / "target"
    code = """
stream = open(allowed, "wb", buffering=0)
mapped = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
forbid_growth(SandboxLimits(memory_mb=64), mapped)
print(tried(lambda: bytearray(32 << 20)), tried(lambda: bytearray(512 << 20)),
      tried(lambda: stream.write(b"x")))
"""
    assert _run(code, target, target) == ["done", "MemoryError", "OSError"]
    assert target.read_bytes() == b""


def test_processor_time_is_limited(tmp_path: Path) -> None:
    """The kernel ends a process that exceeds its processor time."""
    with pytest.raises(subprocess.CalledProcessError) as caught:
        _run("allow_processor_time(0.1)\nwhile True: pass", tmp_path, tmp_path)
    assert caught.value.returncode < 0


def test_without_a_sandbox_nothing_is_pretended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Landlock and seccomp, sandboxing is an error and never does nothing in silence."""
    monkeypatch.setattr(landlock, "landlock_version", lambda: 0)
    monkeypatch.setattr(seccomp, "seccomp_available", lambda: False)
    with pytest.raises(QueryRefusedError, match=r"Landlock.*seccomp"):
        files.forbid_files([])
    with pytest.raises(QueryRefusedError, match=r"Landlock.*seccomp"):
        files.forbid_opening()
