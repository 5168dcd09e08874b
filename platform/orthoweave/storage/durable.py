"""Write files and folders whole or not at all, even across a crash: fsync, rename, fsync.

Work in progress is locked for as long as its process lives, so that another one that clears up
leaves it alone.
"""

import filecmp
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orthoweave.errors import UsageError
from orthoweave.storage.faults import fault_point
from orthoweave.storage.locks import claim

# names with this prefix are work in progress: never read, and removed by the next writer
PENDING = ".pending-"
# added to a pending name: the file whose lock shows that somebody works under that name
_LOCK = ".lock"


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    fault_point("sync folder")
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make the content of `path` durable."""
    fault_point("sync file")
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def pending_path(target: Path) -> Path:
    """Return a fresh name for work in progress beside `target`, on the same file system."""
    return target.parent / f"{PENDING}{target.name}-{uuid.uuid4().hex[:8]}"


@contextmanager
def _held_name(target: Path) -> Iterator[Path]:
    """Yield a pending name beside `target` that no other process clears away meanwhile."""
    while True:
        path = pending_path(target)
        lock = path.with_name(path.name + _LOCK)
        # None only if a sweep came between: another name will do
        if (held := claim(lock, create=True)) is not None:
            break
    try:
        yield path
    finally:
        lock.unlink(missing_ok=True)
        held.close()


@contextmanager
def pending_file(target: Path) -> Iterator[Path]:
    """Yield a path to write to; it becomes `target` if the block succeeds, else it vanishes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with _held_name(target) as path:
        try:
            yield path
            sync_file(path)
            fault_point(f"replace {target.name}")
            path.replace(target)
            fault_point(f"replaced {target.name}")
            sync_folder(target.parent)
        finally:
            path.unlink(missing_ok=True)


def require_new(target: Path, what: str) -> None:
    """Check that something may be written under a name.

    Raises
    ------
    UsageError
        If it exists already, or its folder does not.
    """
    if target.exists() or not target.resolve().parent.is_dir():
        message = f"{str(target)!r}: expected the name of a new {what} in a folder that exists"
        raise UsageError(message)


@contextmanager
def pending_folder(parent: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder below `parent` to write to; it is removed when the block ends.

    Call `publish_folder` in the block to keep it under its final name.
    """
    parent.mkdir(parents=True, exist_ok=True)
    with _held_name(parent / name) as path:
        path.mkdir()
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


def publish_folder(pending: Path, target: Path, *, what: str = "folder") -> None:
    """Rename a finished folder to its name; a `target` of the same content is kept.

    A target of another content is damaged, since names are digests of contents: it is replaced.
    Files that have another name already are durable: they are not synchronised again.
    """
    for path in sorted(pending.rglob("*"), reverse=True):
        if path.is_dir():
            sync_folder(path)
        elif path.stat().st_nlink == 1:
            sync_file(path)
    sync_folder(pending)
    if target.exists():
        if _same_content(pending, target):
            return
        target.rename(pending_path(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    fault_point(f"rename {what}")
    pending.rename(target)
    fault_point(f"renamed {what}")
    sync_folder(target.parent)


def _same_content(one: Path, two: Path) -> bool:
    """Return whether every file of a folder is in another one with the same content."""
    return all(
        (other := two / path.relative_to(one)).is_file() and filecmp.cmp(path, other, shallow=False)
        for path in one.rglob("*")
        if path.is_file()
    )


def write_text(target: Path, text: str) -> None:
    """Replace `target` by `text` in one step."""
    with pending_file(target) as path:
        path.write_text(text, encoding="utf-8")


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def text_digest(text: str) -> str:
    """Return the SHA-256 of a string in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def sweep_pending(folder: Path) -> None:
    """Remove work in progress that a killed process left directly in `folder`.

    What a living process works on stays, whoever holds the lock of the knowledge base.
    """
    for path in sorted(folder.glob(f"{PENDING}*")):
        lock = path if path.name.endswith(_LOCK) else path.with_name(path.name + _LOCK)
        if not lock.exists():
            # a folder on its way out, or of a version that did not lock its work
            _discard(path)
        elif (held := claim(lock)) is not None:
            with held:
                _discard(lock.with_name(lock.name.removesuffix(_LOCK)))
                lock.unlink(missing_ok=True)


def _discard(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
