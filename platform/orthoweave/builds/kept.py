"""Parts of builds: made once, kept by the digest of their recipe, and linked into each build.

A kept folder lies below ``projections/`` under the digest of everything that it depends on. It is
whole or absent, never changes, and describes itself and its files in `KEPT_FILE`. A build holds the
files by its own hard links, so that a kept folder may be removed at any time.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orthoweave.errors import IntegrityError
from orthoweave.storage.durable import (
    file_digest,
    pending_folder,
    pending_path,
    publish_folder,
    text_digest,
)
from orthoweave.storage.integrity import read_sealed, sealed
from orthoweave.storage.layout import Layout

KEPT_FILE: Final = "KEPT.json"
# raised when the same recipe would yield another result
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept folder."""

    digest: str
    folder: Path
    recipe: dict[str, Any]
    about: dict[str, Any]
    files: dict[str, dict[str, Any]]
    """``sha256`` and ``bytes`` of each of its files."""


def keep(
    layout: Layout,
    recipe: Mapping[str, object],
    make: Callable[[Path], dict[str, Any]],
    *,
    check: bool = False,
) -> Kept:
    """Return the kept folder of a recipe; make it first if it does not exist.

    Parameters
    ----------
    recipe
        Everything that the folder's content depends on.
    make
        Fills an empty folder and returns its description.
    check
        Read an existing folder in full, and make it again if a byte differs.
    """
    text = json.dumps({"format": _FORMAT, **recipe}, sort_keys=True)
    digest = text_digest(text)[:32]
    target = layout.projections / digest
    if target.is_dir():
        found = read_kept(target)
        if found is not None and _is_whole(found, content=check):
            return found
        remove_folder(target)
    with pending_folder(layout.projections, digest) as folder:
        about = make(folder)
        files = files_of(folder)
        content = {"recipe": json.loads(text), "about": about, "files": files}
        (folder / KEPT_FILE).write_text(sealed(content), encoding="utf-8")
        publish_folder(folder, target, what="kept")
    return Kept(digest, target, json.loads(text), about, files)


def read_kept(folder: Path) -> Kept | None:
    """Return the kept folder, or None if its description is missing or damaged."""
    try:
        raw = read_sealed(folder / KEPT_FILE)
        return Kept(folder.name, folder, raw["recipe"], raw["about"], raw["files"])
    except (IntegrityError, KeyError):
        return None


def files_of(folder: Path, known: Mapping[str, dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return ``sha256`` and ``bytes`` of all files below a folder; `known` ones are not read."""
    given = known or {}
    return {
        name: given.get(name) or {"sha256": file_digest(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (name := path.relative_to(folder).as_posix())
    }


def link(source: Path, target: Path) -> None:
    """Link a file under a second name, or copy it where the file system has no hard links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def remove_folder(folder: Path) -> None:
    """Remove a folder so that no half of it is ever seen under its name."""
    dying = pending_path(folder)
    folder.rename(dying)
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(dying)


def _is_whole(found: Kept, *, content: bool) -> bool:
    for name, about in found.files.items():
        path = found.folder / name
        if not path.is_file() or path.stat().st_size != about["bytes"]:
            return False
        if content and file_digest(path) != about["sha256"]:
            return False
    return True
