"""Status of a knowledge base, rollback to an older build, removal of sources and old builds."""

import contextlib
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from orthoweave.builds.build import build_name
from orthoweave.builds.difference import Diff, TableDiff, diff
from orthoweave.builds.kept import remove_folder
from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.jobs.depends import changed_dependencies
from orthoweave.storage.durable import PENDING, write_text
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.locks import claim
from orthoweave.storage.manifest import (
    MANIFEST_FILE,
    Manifest,
    current_build,
    published,
    read_manifest,
    verify_files,
)
from orthoweave.storage.tableset import read_tableset

__all__ = [
    "BuildStatus",
    "Collected",
    "Diff",
    "SourceStatus",
    "Status",
    "TableDiff",
    "collect_garbage",
    "diff",
    "remove_source",
    "rollback",
    "status",
]


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source as it is in the ledger and in the published build."""

    entry: Entry
    published: bool
    """Whether the published build contains exactly these tables."""
    stale: tuple[str, ...]
    """Changes since it was ingested, in words; a new ingest takes them in."""


@dataclass(frozen=True, slots=True)
class BuildStatus:
    """A build that readers may open."""

    id: str
    created: str
    n_sources: int
    size: int
    """Bytes of its folder; some files may be shared with other builds."""
    current: bool


@dataclass(frozen=True, slots=True)
class Status:
    """Sources, builds and disk use of a knowledge base."""

    sources: tuple[SourceStatus, ...]
    builds: tuple[BuildStatus, ...]
    """Oldest first."""
    current: str | None
    not_built: tuple[str, ...]
    """Differences of the active sources from the published build, in words."""
    size: dict[str, int]
    """Bytes on disk by folder of the knowledge base; files that builds share count once."""


@dataclass(frozen=True, slots=True)
class Collected:
    """The outcome of a garbage collection."""

    builds: tuple[str, ...]
    tables: int
    """Number of table sets."""
    matrices: int
    projections: int
    """Number of kept parts that builds are made of."""
    size: int
    """Freed bytes."""
    held: tuple[str, ...] = ()
    """Builds that would have gone, but that some process has open."""


def status(layout: Layout) -> Status:
    """Return the sources and builds of a knowledge base, what is not built yet, and its disk use.

    Raises
    ------
    UnknownNameError
        If there is no knowledge base.
    """
    layout.require()
    ledger = Ledger(layout.ledger)
    current = _current(layout)
    manifest = read_manifest(layout, current) if current else None
    built = {source.name: source for source in manifest.sources} if manifest else {}
    active = ledger.active()
    sources = tuple(
        SourceStatus(
            entry,
            entry.name in built and built[entry.name].tables_digest == entry.tables_digest,
            tuple(changed_dependencies(layout, ledger, entry)),
        )
        for entry in active
    )
    return Status(
        sources,
        _builds(layout, current),
        current,
        _not_built(active, manifest),
        disk_sizes(_folders(layout)),
    )


def rollback(layout: Layout, build: str) -> Manifest:
    """Publish an older build again, after checking every byte of it.

    The sources stay as they are in the ledger: the next build makes them visible again.

    Raises
    ------
    UnknownNameError
        If there is no such build; the message lists those that exist.
    IntegrityError
        If the build is damaged; the published build stays.
    """
    layout.require()
    with writing(layout):
        manifest = read_manifest(layout, build)
        verify_files(layout, manifest, content=True)
        write_text(layout.current, build + "\n")
        Ledger(layout.ledger).log("rollback", build)
    return manifest


def remove_source(layout: Layout, name: str) -> Entry:
    """Remove a source from the next build and return the entry that was active.

    Raises
    ------
    UnknownNameError
        If no source of that name is active; the message lists those that are.
    """
    layout.require()
    with writing(layout):
        return Ledger(layout.ledger).remove(name)


def collect_garbage(layout: Layout, keep: int) -> Collected:
    """Remove old builds, and the tables and matrices that neither a build nor the ledger needs.

    A build that some process has open stays with all that it needs until a later collection.

    Parameters
    ----------
    keep
        Number of builds to keep besides the current one, the newest first.
    """
    if keep < 0:
        message = f"keep={keep!r}: expected the number of builds to keep, 0 or more"
        raise UsageError(message)
    layout.require()
    with writing(layout):
        current = _current(layout)
        others = [name for name in published(layout) if name != current]
        kept = {*others[len(others) - min(keep, len(others)) :], *([current] if current else [])}
        _needed(layout, kept)  # raises before anything goes if it cannot be told
        old = [path for path in _children(layout.builds) if path.name not in kept]
        sizes = {path.name: remove_build(path) for path in old}
        held = {name for name, freed in sizes.items() if freed is None}
        tables, matrices, parts = _needed(layout, kept | held)
        old_tables = [path for path in _children(layout.tables) if path.name not in tables]
        old_matrices = [path for path in _children(layout.matrices) if path.name not in matrices]
        old_parts = [path for path in _children(layout.projections) if path.name not in parts]
        size = sum(freed for freed in sizes.values() if freed is not None)
        size += sum(_remove(path) for path in (*old_tables, *old_matrices, *old_parts))
    return Collected(
        tuple(name for name in sizes if name not in held),
        len(old_tables),
        len(old_matrices),
        len(old_parts),
        size,
        tuple(sorted(held)),
    )


def remove_build(folder: Path) -> int | None:
    """Remove a build unless some process has it open; return the freed bytes, or None.

    Hold the lock of the knowledge base.
    """
    sign = folder / MANIFEST_FILE
    with ExitStack() as stack:
        if sign.exists():
            held = claim(sign)
            if held is None:
                return None
            stack.enter_context(held)
        return _remove(folder)


def folder_size(folder: Path) -> int:
    """Return the total size of all files below a folder, in bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def disk_sizes(folders: Iterable[Path]) -> dict[str, int]:
    """Return bytes on disk by folder; a file of several names counts in the first one."""
    seen: set[tuple[int, int]] = set()
    sizes = {}
    for folder in folders:
        sizes[folder.name] = 0
        for path in folder.rglob("*"):
            about = path.lstat()
            if not path.is_file() or (about.st_dev, about.st_ino) in seen:
                continue
            seen.add((about.st_dev, about.st_ino))
            sizes[folder.name] += about.st_size
    return sizes


def _current(layout: Layout) -> str | None:
    with contextlib.suppress(UnknownNameError):
        return current_build(layout)
    return None


def _builds(layout: Layout, current: str | None) -> tuple[BuildStatus, ...]:
    manifests = [read_manifest(layout, name) for name in published(layout)]
    return tuple(
        BuildStatus(
            item.build,
            item.created,
            len(item.sources),
            folder_size(item.folder(layout)),
            item.build == current,
        )
        for item in manifests
    )


def _not_built(active: list[Entry], manifest: Manifest | None) -> tuple[str, ...]:
    if manifest is None:
        return tuple(f"{entry.name} {entry.version} is not built yet" for entry in active)
    built = {source.name: source for source in manifest.sources}
    now = {entry.name: entry for entry in active}
    found = [f"{name} was removed since" for name in built if name not in now]
    for name, entry in now.items():
        if name not in built:
            found.append(f"{name} {entry.version} was added since")
        elif built[name].tables_digest != entry.tables_digest:
            found.append(f"{name} {built[name].version} was replaced by {entry.version} since")
    if active and not found and manifest.build.partition("-")[0] != build_name(active):
        made = f"orthoweave {manifest.code_version}"
        found.append(f"the build was made by {made}, with another code or graph schema than now")
    return tuple(sorted(found))


def _folders(layout: Layout) -> list[Path]:
    return [
        layout.sources,
        layout.tables,
        layout.matrices,
        layout.builds,
        layout.projections,
        layout.numbers,
        layout.cache,
    ]


def _needed(layout: Layout, kept: set[str]) -> tuple[set[str], set[str], set[str]]:
    """Return the names of the table sets and matrices of the kept builds and active sources.

    The third set are the kept parts of those builds.
    """
    parts: set[str] = set()
    active = Ledger(layout.ledger).active()
    tables = {entry.tables_digest for entry in active}
    matrices = {
        folder
        for entry in active
        for folder in read_tableset(layout.tables / entry.tables_digest).matrices.values()
    }
    for name in kept:
        manifest = read_manifest(layout, name)
        tables |= {source.tables_digest for source in manifest.sources}
        matrices |= {Path(folder).name for folder in manifest.matrices.values()}
        parts |= set(manifest.projections)
    return tables, matrices, parts


def _children(folder: Path) -> list[Path]:
    """Return the finished folders below a folder; pending ones may be another process's."""
    found = (path for path in folder.iterdir() if not path.name.startswith(PENDING))
    return sorted(path for path in found if path.is_dir())


def _remove(folder: Path) -> int:
    """Remove a folder so that no half of it is ever seen under its name; return the freed bytes."""
    files = [path.stat() for path in folder.rglob("*") if path.is_file()]
    remove_folder(folder)
    # a file with another name elsewhere stays; of several names here the last one frees it
    return sum(about.st_size for about in files if about.st_nlink == 1)
