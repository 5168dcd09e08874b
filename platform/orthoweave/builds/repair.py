"""Makes damaged files again from what is left: the ledger, sources' tables, projections, builds.

The order is that of dependence. Each step is one of the ordinary operations, so that a repair that
is interrupted is continued by saying it again.
"""

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orthoweave.builds.build import build
from orthoweave.builds.collect import remove_build
from orthoweave.builds.kept import remove_folder
from orthoweave.builds.verify import (
    BUILD,
    ENTRY,
    LEDGER,
    MATRIX,
    PROJECTION,
    REGISTER,
    SOURCE,
    WEIGHTS,
    Finding,
    verify,
)
from orthoweave.errors import OrthoweaveError
from orthoweave.jobs.ingest import ingest
from orthoweave.jobs.job import Job
from orthoweave.progress import Progress
from orthoweave.storage.durable import file_digest, pending_folder, write_text
from orthoweave.storage.integrity import read_sealed
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import ENTRY_FILE, Entry, Ledger
from orthoweave.storage.manifest import current_build, published
from orthoweave.storage.tableset import read_tableset


@dataclass(slots=True)
class Repaired:
    """The result of a repair."""

    damage: list[Finding]
    """Files that were damaged or missing at the beginning."""
    done: list[str] = field(default_factory=list)
    """Lines on what was made again."""
    left: list[str] = field(default_factory=list)
    """Lines on what could not be made again, why, and what to do."""


def repair(layout: Layout, jobs: Mapping[str, Job], progress: Progress) -> Repaired:
    """Find what is damaged, and make it again where that is possible.

    Parameters
    ----------
    jobs
        Ingest jobs by name: a damaged source is ingested again from its raw files.

    Raises
    ------
    LockedError
        If another process is writing the knowledge base.
    """
    with writing(layout):
        damage = _damage(layout, progress)
        result = Repaired(damage)
        if _of(damage, LEDGER):
            _remake_ledger(layout, result)
        for name in sorted(_of(damage, ENTRY)):
            (layout.tables / name / ENTRY_FILE).unlink(missing_ok=True)
            result.done.append(f"entry beside tables {name[:12]}: removed, the next build has it")
        if _of(damage, REGISTER):
            # numbers are only ever new ones of another register: what was kept by them goes too
            remove_folder(layout.numbers)
            layout.create()
            result.done.append("register of numbers: removed, the next build makes another")
        for name in sorted(_of(damage, PROJECTION)):
            remove_folder(layout.projections / name)
            result.done.append(f"projection {name[:12]}: removed, the next build makes it again")
    _remake_sources(layout, jobs, damage, progress, result)
    _remake_builds(layout, damage, progress, result)
    return result


def _damage(layout: Layout, progress: Progress) -> list[Finding]:
    return [item for item in verify(layout, progress, deep=True) if item.is_damage]


def _of(damage: Collection[Finding], kind: str) -> set[str]:
    return {item.owner for item in damage if item.kind == kind}


def _remake_ledger(layout: Layout, result: Repaired) -> None:
    """Make the ledger again from the entries beside the tables; the old one is kept aside."""
    entries: list[Entry] = []
    for path in sorted(layout.tables.glob(f"*/{ENTRY_FILE}")):
        with contextlib.suppress(OrthoweaveError, TypeError):
            entries.append(Entry(**read_sealed(path)))
    if not entries:
        result.left.append(
            "ledger: no entry lies beside the tables, so that it cannot be made again. Restore "
            f"{layout.ledger.name} from a copy, or ingest the sources into a new knowledge base"
        )
        return
    for suffix in ("", "-wal", "-shm"):
        path = layout.ledger.with_name(layout.ledger.name + suffix)
        if path.exists():
            path.rename(path.with_name(f"damaged-{path.name}"))
    with pending_folder(layout.root, "ledger") as folder:
        ledger = Ledger(folder / layout.ledger.name)
        for entry in sorted(entries, key=lambda item: (item.recorded, item.name)):
            ledger.restore(entry)
        (folder / layout.ledger.name).rename(layout.ledger)
    result.done.append(f"ledger: made again from {len(entries)} entries beside the tables")


def _remake_sources(
    layout: Layout,
    jobs: Mapping[str, Job],
    damage: Collection[Finding],
    progress: Progress,
    result: Repaired,
) -> None:
    """Ingest damaged sources again, for as long as one of them succeeds."""
    try:
        active = Ledger(layout.ledger).active()
    except OrthoweaveError as error:
        result.left.append(f"sources: {error}")
        return
    broken = [entry for entry in active if _is_broken(layout, entry, damage)]
    problems: dict[str, str] = {}
    while broken:
        left = []
        for entry in broken:
            problem = _ingest_again(layout, jobs, entry, progress)
            if problem:
                problems[entry.name] = problem
                left.append(entry)
            else:
                result.done.append(f"source {entry.name} {entry.version}: ingested again")
        if len(left) == len(broken):
            break
        broken = left
    for entry in broken:
        result.left.append(f"source {entry.name} {entry.version}: {problems[entry.name]}")


def _is_broken(layout: Layout, entry: Entry, damage: Collection[Finding]) -> bool:
    if entry.tables_digest in _of(damage, SOURCE):
        return True
    with contextlib.suppress(OrthoweaveError):
        tables = read_tableset(layout.tables / entry.tables_digest)
        if tables.weights in _of(damage, WEIGHTS):
            return True
        return not _of(damage, MATRIX).isdisjoint(tables.matrices.values())
    return True


def _ingest_again(layout: Layout, jobs: Mapping[str, Job], entry: Entry, progress: Progress) -> str:
    """Ingest a source from its raw files; return why that was not possible, else nothing."""
    if entry.job not in jobs:
        return f"made by {entry.job!r}, which no ingest repeats: make it again by that command"
    found: dict[str, Path] = {}
    for item in entry.inputs:
        path = _raw_file(layout, item)
        if path is None:
            return (
                f"its raw file {item['path']!r} is gone or has another content: put it back, or "
                f"`orthoweave remove {entry.name}`"
            )
        found.setdefault(item.get("given", item["path"]), path)
    try:
        options = {name: str(value) for name, value in entry.options.items()}
        ingest(layout, jobs[entry.job], list(found.values()), options, progress, remake=True)
    except (OrthoweaveError, OSError) as error:
        return str(error)
    return ""


def _raw_file(layout: Layout, item: Mapping[str, Any]) -> Path | None:
    """Return what was given as an input, where its file is unchanged or was fetched again."""
    path, given = Path(item["path"]), Path(item.get("given", item["path"]))
    for part, whole in ((path, given), *[(layout.sources / path.name,) * 2]):
        if part.is_file() and file_digest(part) == item["sha256"]:
            return whole
    return None


def _remake_builds(
    layout: Layout, damage: Collection[Finding], progress: Progress, result: Repaired
) -> None:
    """Build again what was damaged, and let the damaged builds go."""
    if not damage or not layout.builds.is_dir():
        return
    broken = _of(damage, BUILD)
    force = bool(broken or _of(damage, REGISTER))
    made = ""
    try:
        # it also writes the ledger's entries beside their tables where they are not
        built = build(layout, progress, force=force)
        made = built.manifest.build
        result.done.append(f"build {made}: {'published' if built.unchanged else 'made again'}")
    except (OrthoweaveError, OSError) as error:
        result.left.append(f"build: {error}")
    with writing(layout):
        for name in sorted(broken - {made}):
            if (layout.builds / name).is_dir():
                _let_go(layout, name, broken, result)


def _let_go(layout: Layout, name: str, broken: Collection[str], result: Repaired) -> None:
    """Remove a damaged build; if it is the published one, go back to the newest that is whole."""
    current = ""
    with contextlib.suppress(OrthoweaveError):
        current = current_build(layout)
    if current == name:
        whole = [other for other in published(layout) if other not in broken]
        if not whole:
            result.left.append(f"build {name}: damaged, and no other build is whole")
            return
        write_text(layout.current, whole[-1] + "\n")
        result.done.append(f"build {whole[-1]}: published again in place of {name}")
    if remove_build(layout.builds / name) is None:
        result.left.append(
            f"build {name}: damaged, and some process has it open: end that, and repair again"
        )
        return
    result.done.append(f"build {name}: removed, since it was damaged")
