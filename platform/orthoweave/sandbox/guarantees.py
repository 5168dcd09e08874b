"""The guarantees of sandboxed processes, and which of them hold on this system.

Each is tried in a process that sandboxes itself as those for free text do (see `attempts`).
"""

import json
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orthoweave import errors
from orthoweave.sandbox.landlock import landlock_version
from orthoweave.sandbox.seccomp import seccomp_available

_TIMEOUT_S: Final = 60
# what enforces a guarantee, in order
_BOTH, _FILTER, _LIMITS = ("Landlock", "seccomp"), ("seccomp",), ("limits",)
_GUARANTEES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "read": ("it opens no file but the graph", _BOTH),
    "write": ("it writes, makes, renames and removes no file", ("Landlock", "seccomp", "limits")),
    "attributes": ("it changes no mode, owner or time of a file", _FILTER),
    "network": ("it connects to nothing, on this machine or another", _FILTER),
    "programs": ("it starts no program and no process", _FILTER),
    "processes": ("it looks into no other process and sends none a signal", _FILTER),
    "kernel": ("it reaches no io_uring, namespace, mount or trace of the kernel", _FILTER),
    "memory": ("its memory is limited", _LIMITS),
    "processor": ("its processor time is limited", _LIMITS),
}


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A promise about sandboxed processes."""

    text: str
    enforced_by: tuple[str, ...]
    """The parts of this system that enforce it; empty if there is none."""
    holds: bool
    """True if every attempt to break it just now failed."""


@dataclass(frozen=True, slots=True)
class Security:
    """The guarantees on this system, and the parts of the kernel that they rest on."""

    guarantees: tuple[Guarantee, ...]
    kernel: str
    landlock: int
    """Version of the Landlock interface; 0 without Landlock."""
    seccomp: bool


def look() -> Security:
    """Try every guarantee in a sandboxed process of this system."""
    version, filtered = landlock_version(), seccomp_available()
    parts = {
        "Landlock": f"Landlock {version}" if version else "",
        "seccomp": "seccomp" if filtered else "",
        "limits": "limits" if sys.platform == "linux" else "",
    }
    held = _tried()
    guarantees = tuple(
        Guarantee(text, tuple(parts[name] for name in names if parts[name]), held.get(key, False))
        for key, (text, names) in _GUARANTEES.items()
    )
    kernel = f"{platform.system()} {platform.release()} on {platform.machine()}"
    return Security(guarantees, kernel, version, filtered)


def _tried() -> dict[str, bool]:
    """Return whether each guarantee holds; none where no process could be sandboxed."""
    package = str(Path(errors.__file__).parents[1])
    with tempfile.TemporaryDirectory(prefix="orthoweave-") as folder:
        for name in ("own", "other"):
            (Path(folder) / name).write_bytes(b"x")
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "orthoweave.sandbox.attempts", folder],
            env={"PYTHONPATH": package, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    if done.returncode != 0 or not done.stdout:
        return {}
    held: dict[str, bool] = json.loads(done.stdout)
    return held
