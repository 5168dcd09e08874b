"""Copies of knowledge bases that were built once, for tests that change them."""

import shutil
from pathlib import Path


def copied(source: Path, target: Path) -> Path:
    """Copy a folder; files that are one file there, under several names, are one here too."""
    known: dict[int, str] = {}

    def copy(path: str, to: str) -> str:
        first = known.setdefault(Path(path).stat().st_ino, to)
        if first == to:
            return str(shutil.copy2(path, to))
        Path(to).hardlink_to(first)
        return to

    return Path(shutil.copytree(source, target, copy_function=copy))
