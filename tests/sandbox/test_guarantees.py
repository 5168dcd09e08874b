"""The guarantees are tried, and what is not enforced is not claimed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import orthoweave
from orthoweave.sandbox import landlock, seccomp
from orthoweave.sandbox.guarantees import look

needs_both = pytest.mark.skipif(
    not landlock.landlock_version() or not seccomp.seccomp_available(),
    reason="this kernel lacks Landlock or seccomp",
)
FILES = {"read", "write"}
LIMITS = {"memory", "processor"}
ALL = {*FILES, *LIMITS, "attributes", "network", "programs", "processes", "kernel"}
NO_LANDLOCK = "landlock.landlock_version = lambda: 0\n"
NO_SECCOMP = "seccomp.seccomp_available = lambda: False\n"


def held(folder: Path, changes: str) -> set[str]:
    """Return the guarantees that hold in a process on a changed system."""
    for name in ("own", "other"):
        (folder / name).write_bytes(b"x")
    code = (
        "import sys\nfrom orthoweave.sandbox import attempts, landlock, seccomp\n"
        f"{changes}attempts.main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        env={"PYTHONPATH": str(Path(orthoweave.__file__).parents[1])},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return {name for name, holds in json.loads(done.stdout).items() if holds}


@needs_both
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ("", ALL),
        (NO_LANDLOCK, ALL),
        ("landlock.landlock_version = lambda: 1\n", ALL),
        (NO_SECCOMP, FILES | LIMITS),
        (NO_LANDLOCK + NO_SECCOMP, set()),
    ],
)
def test_attempts_tell_what_holds(tmp_path: Path, changes: str, expected: set[str]) -> None:
    """Seccomp alone keeps all guarantees; Landlock alone those of files; without both none hold."""
    assert held(tmp_path, changes) == expected


@needs_both
def test_every_guarantee_holds_here() -> None:
    """With Landlock and seccomp all guarantees hold, and each names what enforces it."""
    found = look()
    assert all(one.holds and one.enforced_by for one in found.guarantees)
    assert len(found.guarantees) == len(ALL)
    assert found.seccomp


def test_nothing_is_claimed_without_a_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the process that tries them ends early, no guarantee holds."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert not any(one.holds for one in look().guarantees)
