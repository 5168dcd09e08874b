"""Status of a knowledge base, rollback to an older build, removal of sources and old builds."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orthoweave.builds.collect import Collected, collect_garbage, current_or_none
from orthoweave.builds.difference import Diff, TableDiff, diff
from orthoweave.builds.names import build_name, name_of
from orthoweave.builds.stale import changes_since
from orthoweave.builds.verify import ENTRY, verify
from orthoweave.errors import FormatError, IntegrityError, OrthoweaveError
from orthoweave.progress import Progress, Quiet
from orthoweave.storage.durable import write_text
from orthoweave.storage.integrity import REPAIR
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.manifest import Manifest, published, read_manifest, verify_files
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


# damaged files that a message names
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source as it is in the ledger and in the published build."""

    entry: Entry
    published: bool
    """Whether the published build contains exactly these tables."""
    stale: tuple[str, ...]
    """Changes since it was ingested, in words; a new ingest takes them in."""
    problem: str = ""
    """Damage to its tables, with what to do; only their description is looked at."""


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
    problems: tuple[str, ...] = ()
    """Damage to what builds say of themselves, with what to do."""


def status(layout: Layout) -> Status:
    """Return the sources and builds of a knowledge base, what is not built yet, and its disk use.

    Raises
    ------
    UnknownNameError
        If there is no knowledge base.
    """
    layout.require()
    ledger = Ledger(layout.ledger)
    current = current_or_none(layout)
    manifests, problems = _readable(layout, current)
    manifest = next((item for item in manifests if item.build == current), None)
    built = {source.name: source for source in manifest.sources} if manifest else {}
    active = ledger.active()
    broken = _broken(layout, active)
    sources = tuple(
        SourceStatus(
            entry,
            entry.name in built and built[entry.name].tables_digest == entry.tables_digest,
            changes_since(layout, ledger, entry) if not broken else (),
            broken.get(entry.name, ""),
        )
        for entry in active
    )
    return Status(
        sources,
        _builds(layout, manifests, current),
        current,
        () if current and not manifest else _not_built(active, manifest),
        disk_sizes(_folders(layout)),
        problems,
    )


def _readable(layout: Layout, current: str | None) -> tuple[list[Manifest], tuple[str, ...]]:
    """Return the manifests that can be read, oldest first, and the problems of the others."""
    found, problems = [], []
    for name in dict.fromkeys([*published(layout), *([current] if current else [])]):
        try:
            found.append(read_manifest(layout, name))
        except FormatError:
            raise
        except OrthoweaveError as error:
            # one that was collected meanwhile has no problem
            if (layout.builds / name).is_dir():
                problems.append(str(error))
    return found, tuple(problems)


def _broken(layout: Layout, active: Iterable[Entry]) -> dict[str, str]:
    """Return the sources whose description cannot be read, each with its problem."""
    found = {}
    for entry in active:
        try:
            read_tableset(layout.tables / entry.tables_digest)
        except IntegrityError as error:
            found[entry.name] = str(error)
    return found


def rollback(layout: Layout, build: str, progress: Progress | None = None) -> Manifest:
    """Publish an older build again, after checking every byte of it.

    That includes the tables and matrices that it reads. The sources stay as they are in the ledger:
    the next build makes them visible again.

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
        found = verify(layout, progress or Quiet(), deep=True, build=build)
        # the entries beside the tables are for the ledger alone
        damaged = [item.path for item in found if item.is_damage and item.kind != ENTRY]
        if damaged:
            message = (
                f"what build {build} reads is damaged: {', '.join(damaged[:_SHOWN])}"
                f"{' and more' if len(damaged) > _SHOWN else ''}. {REPAIR}"
            )
            raise IntegrityError(message)
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


def _builds(
    layout: Layout, manifests: Iterable[Manifest], current: str | None
) -> tuple[BuildStatus, ...]:
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
    if active and not found and name_of(manifest.build) != build_name(active):
        made = f"orthoweave {manifest.code_version}"
        found.append(f"the build was made by {made}, with another code or graph schema than now")
    return tuple(sorted(found))


def _folders(layout: Layout) -> list[Path]:
    return [
        layout.sources,
        layout.tables,
        layout.matrices,
        layout.weights,
        layout.builds,
        layout.projections,
        layout.numbers,
        layout.cache,
    ]
