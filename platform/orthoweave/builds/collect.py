"""Collection of what nothing needs any more: old builds, tables, matrices, weights, projections."""

import contextlib
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from orthoweave.builds.kept import remove_folder
from orthoweave.errors import IntegrityError, UnknownNameError, UsageError
from orthoweave.storage.durable import PENDING
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.locks import claim
from orthoweave.storage.manifest import MANIFEST_FILE, current_build, published, read_manifest
from orthoweave.storage.tableset import read_tableset
from orthoweave.storage.weights_named import needed_weights


@dataclass(frozen=True, slots=True)
class Collected:
    """The outcome of a garbage collection."""

    builds: tuple[str, ...]
    tables: int
    """Number of table sets."""
    matrices: int
    projections: int
    """Number of kept parts that builds are made of."""
    weights: int
    """Number of folders of weights."""
    size: int
    """Freed bytes."""
    held: tuple[str, ...] = ()
    """Builds that would have gone, but that some process has open."""
    unknown: tuple[str, ...] = ()
    """Damage that hides which tables and matrices are needed: all of them were kept."""


def collect_garbage(layout: Layout, keep: int) -> Collected:
    """Remove old builds, and tables, matrices and weights that no build and no ledger needs.

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
        current = current_or_none(layout)
        others = [name for name in published(layout) if name != current]
        if current is None and others:
            current_build(layout)  # raises: a file that is missing decides nothing
        kept = {*others[len(others) - min(keep, len(others)) :], *([current] if current else [])}
        old = [path for path in _children(layout.builds) if path.name not in kept]
        sizes = {path.name: remove_build(path) for path in old}
        held = {name for name, freed in sizes.items() if freed is None}
        needed = _needed(layout, kept | held)
        old_tables, old_matrices, old_parts, old_weights = (
            [path for path in _children(folder) if path.name not in names and not needed.unknown]
            for folder, names in (
                (layout.tables, needed.tables),
                (layout.matrices, needed.matrices),
                (layout.projections, needed.parts),
                (layout.weights, needed.weights),
            )
        )
        size = sum(freed for freed in sizes.values() if freed is not None)
        old = [*old_tables, *old_matrices, *old_parts, *old_weights]
        size += sum(_remove(path) for path in old)
    return Collected(
        tuple(name for name in sizes if name not in held),
        len(old_tables),
        len(old_matrices),
        len(old_parts),
        len(old_weights),
        size,
        tuple(sorted(held)),
        tuple(needed.unknown),
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


@dataclass(slots=True)
class _Needed:
    """Names of the table sets, matrices, kept parts and weights that something needs."""

    tables: set[str] = field(default_factory=set)
    matrices: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    weights: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    """Why more may be needed than is known."""


def _needed(layout: Layout, kept: set[str]) -> _Needed:
    """Return what the kept builds and the active sources need."""
    needed = _Needed()
    for entry in Ledger(layout.ledger).active():
        needed.tables.add(entry.tables_digest)
        try:
            tables = read_tableset(layout.tables / entry.tables_digest)
        except IntegrityError as error:
            needed.unknown.append(str(error))
        else:
            needed.matrices |= set(tables.matrices.values())
            needed.weights |= needed_weights(layout, entry)
    for name in kept:
        try:
            manifest = read_manifest(layout, name)
        except (IntegrityError, UnknownNameError) as error:
            needed.unknown.append(str(error))
            continue
        for source in manifest.sources:
            needed.tables.add(source.tables_digest)
            try:
                needed.weights.add(read_tableset(layout.tables / source.tables_digest).weights)
            except IntegrityError as error:
                needed.unknown.append(str(error))
        needed.matrices |= {Path(folder).name for folder in manifest.matrices.values()}
        needed.parts |= set(manifest.projections)
    return needed


def current_or_none(layout: Layout) -> str | None:
    """Return the id of the published build, or None if nothing is published."""
    with contextlib.suppress(UnknownNameError):
        return current_build(layout)
    return None


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
