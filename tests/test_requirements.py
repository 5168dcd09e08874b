"""The lock in requirements/ holds all that pyproject.toml asks for, each package with hashes."""

import importlib.metadata as metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
FILES = ("base", "torch", "dev")
# those with the GPL, and with other hardware, are nobody's default
_OUTSIDE = {"gpu", "hypernetx"}


def locked(name: str) -> dict[str, str]:
    """Return the text of each package's entry in one file of the lock, by name."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    parts = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    return {part.partition("==")[0]: part for part in parts if "==" in part}


LOCK = {package: text for name in FILES for package, text in locked(name).items()}


def wanted() -> dict[str, Requirement]:
    """Return the requirements of the package and of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    texts = [*project["dependencies"]]
    texts += [text for name in extras.keys() - _OUTSIDE for text in extras[name]]
    found = (Requirement(text) for text in texts)
    return {canonicalize_name(one.name): one for one in found if one.name != "orthoweave"}


def _version(text: str) -> str:
    return text.partition("==")[2].split()[0]


@pytest.mark.parametrize("package", sorted(wanted()))
def test_the_lock_satisfies(package: str) -> None:
    """The locked version of what we ask for is in the range that we ask for."""
    assert wanted()[package].specifier.contains(_version(LOCK[package]))


@pytest.mark.parametrize("package", sorted(LOCK))
def test_every_package_has_hashes(package: str) -> None:
    """Each locked package has one exact version and at least one SHA-256."""
    lines = LOCK[package].strip().split("\n")
    assert re.match(r"[a-z0-9._-]+==[\w.!+]+( ;.+)? \\$", lines[0])
    assert all(re.match(r" +--hash=sha256:[0-9a-f]{64}( \\)?$", line) for line in lines[1:])
    assert len(lines) > 1


def test_a_package_is_in_one_file() -> None:
    """The three files share no package, and PyTorch with what CUDA needs is apart."""
    names = [set(locked(name)) for name in FILES]
    assert len(LOCK) == sum(map(len, names))
    assert {"torch"} <= names[1]
    assert not [name for name in names[0] | names[2] if name.startswith(("nvidia-", "cuda-"))]


def test_what_runs_here_is_what_is_locked() -> None:
    """The versions that this suite runs with are those of the lock."""
    differing = {
        name: (_version(text), metadata.version(name))
        for name, text in LOCK.items()
        if _installed(name) and metadata.version(name).partition("+")[0] != _version(text)
    }
    assert differing == {}


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
