"""Finds damage: compares every file of a knowledge base with what was recorded of it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from orthoweave.builds.kept import KEPT_FILE, read_kept
from orthoweave.builds.numbers import REGISTER_FILE, lost_numbers, segment_digest
from orthoweave.errors import FormatError, IntegrityError, OrthoweaveError
from orthoweave.progress import Progress
from orthoweave.storage.durable import PENDING, file_digest
from orthoweave.storage.integrity import read_sealed
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import ENTRY_FILE, Ledger
from orthoweave.storage.manifest import MANIFEST_FILE, current_build, published, read_manifest
from orthoweave.storage.tableset import SOURCE_FILE, TableSet, read_tableset
from orthoweave.storage.weights import WEIGHTS_FILE, read_weights
from orthoweave.storage.weights_file import ARRAYS_FILE
from orthoweave.storage.zarr_groups import ROOT_FILE, read_checksums

State = Literal["whole", "damaged", "missing", "surplus"]

LEDGER: Final = "ledger"
CURRENT: Final = "current"
SOURCE: Final = "source"
ENTRY: Final = "entry"
MATRIX: Final = "matrix"
WEIGHTS: Final = "weights"
PROJECTION: Final = "projection"
REGISTER: Final = "register"
BUILD: Final = "build"


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one file."""

    path: str
    """Relative to the knowledge base."""
    state: State
    kind: str
    """The part of the knowledge base that it belongs to: one of the kinds above."""
    owner: str
    """Name of that: digest of tables, folder of a matrix, digest of a projection, id of a build."""
    detail: str = ""

    @property
    def is_damage(self) -> bool:
        """Return whether something is not as it should be; surplus files do no harm."""
        return self.state in {"damaged", "missing"}


@dataclass(frozen=True, slots=True)
class _Expected:
    """A file as it was recorded."""

    path: Path
    kind: str
    owner: str
    sha256: str = ""
    """Empty if the file was found whole when it was read."""
    n_bytes: int | None = None
    problem: str = ""
    """Why its content is not what was recorded, if that is known already."""


def verify(
    layout: Layout, progress: Progress, *, deep: bool, build: str | None = None
) -> list[Finding]:
    """Compare the files of a knowledge base with what was recorded.

    Parameters
    ----------
    deep
        Read every file in full and compare its SHA-256; otherwise only presence, sizes and
        descriptions are checked.
    build
        Only the files that this build needs; by default all of the knowledge base.

    Raises
    ------
    UnknownNameError
        If there is no such build.
    FormatError
        If a newer orthoweave wrote some of them: that is not damage.
    """
    expected = list(_expected(layout, build))
    found: list[Finding] = []
    known: dict[tuple[int, int], str] = {}
    with progress.task("Verification", len(expected)) as task:
        for item in expected:
            found.append(_look(layout, item, known, deep=deep))
            task.advance()
    if build is None:
        found += _surplus(layout, {layout.root / finding.path for finding in found})
    return found


def _look(
    layout: Layout, item: _Expected, known: dict[tuple[int, int], str], *, deep: bool
) -> Finding:
    path = item.path.relative_to(layout.root).as_posix()
    state: State = "whole"
    detail = item.problem
    if not item.path.is_file():
        state = "missing"
    elif item.problem:
        state = "damaged"
    elif item.n_bytes is not None and (size := item.path.stat().st_size) != item.n_bytes:
        state, detail = "damaged", f"{size:,} bytes, expected {item.n_bytes:,}"
    elif deep and item.sha256:
        about = item.path.stat()
        # builds and projections share files: each is read once
        key = (about.st_dev, about.st_ino)
        digest = known.get(key) or known.setdefault(key, file_digest(item.path))
        if not digest.startswith(item.sha256):
            state, detail = "damaged", f"SHA-256 {digest[:12]}…, expected {item.sha256[:12]}…"
    return Finding(path, state, item.kind, item.owner, detail)


def _expected(layout: Layout, build: str | None) -> Iterator[_Expected]:
    if build is not None:
        manifest = read_manifest(layout, build)
        tables = {source.tables_digest for source in manifest.sources}
        matrices = {Path(folder).name for folder in manifest.matrices.values()}
        yield from _build(layout, build)
    else:
        yield from _ledger(layout)
        yield from _missing_entries(layout)
        yield from _numbers(layout)
        for folder in _folders(layout.projections):
            yield from _projection(folder)
        builds = {folder.name for folder in _folders(layout.builds)}
        for name in sorted(builds):
            yield from _build(layout, name)
        tables, matrices = _named(layout, builds)
    sets: list[TableSet] = []
    for digest in sorted(tables):
        yield from _tables(layout.tables / digest, sets)
    if build is None:
        # no build reads them
        held = {one.weights for one in sets if one.weights}
        for name in sorted(held | {folder.name for folder in _folders(layout.weights)}):
            yield from _weights(layout.weights / name)
    for name in sorted(matrices | {name for one in sets for name in one.matrices.values()}):
        yield from _matrix(layout.matrices / name)


def _named(layout: Layout, builds: set[str]) -> tuple[set[str], set[str]]:
    """Tables and matrices that are there, and those that the ledger or a build names."""
    tables = {folder.name for folder in _folders(layout.tables)}
    matrices = {folder.name for folder in _folders(layout.matrices)}
    with contextlib.suppress(OrthoweaveError):
        tables |= {entry.tables_digest for entry in Ledger(layout.ledger).active()}
    for name in builds:
        with contextlib.suppress(OrthoweaveError):
            manifest = read_manifest(layout, name)
            tables |= {source.tables_digest for source in manifest.sources}
            matrices |= {Path(folder).name for folder in manifest.matrices.values()}
    return tables, matrices


def _ledger(layout: Layout) -> Iterator[_Expected]:
    yield _Expected(layout.ledger, LEDGER, LEDGER, problem=_ledger_problem(layout))
    if layout.current.is_file() or published(layout):
        problem = ""
        try:
            read_manifest(layout, current_build(layout))
        except FormatError:
            raise
        except OrthoweaveError as error:
            problem = str(error)
        yield _Expected(layout.current, CURRENT, CURRENT, problem=problem)


def _missing_entries(layout: Layout) -> Iterator[_Expected]:
    """Entries of active sources that do not lie beside their tables, as after a crash."""
    with contextlib.suppress(OrthoweaveError):
        for entry in Ledger(layout.ledger).active():
            path = layout.tables / entry.tables_digest / ENTRY_FILE
            if path.parent.is_dir() and not path.is_file():
                yield _Expected(path, ENTRY, entry.tables_digest)


def _ledger_problem(layout: Layout) -> str:
    if not layout.ledger.is_file():
        return ""
    try:
        ledger = Ledger(layout.ledger)
        ledger.entries()
        return ledger.problem()
    except FormatError:
        raise
    except OrthoweaveError as error:
        return str(error)


def _tables(folder: Path, sets: list[TableSet]) -> Iterator[_Expected]:
    owner = folder.name
    try:
        tables = read_tableset(folder)
    except IntegrityError as error:
        yield _Expected(folder / SOURCE_FILE, SOURCE, owner, problem=str(error))
        return
    sets.append(tables)
    yield _Expected(folder / SOURCE_FILE, SOURCE, owner)
    for name, digest in tables.files.items():
        yield _Expected(folder / name, SOURCE, owner, digest)
    if (folder / ENTRY_FILE).is_file():
        yield _sealed(folder / ENTRY_FILE, ENTRY, owner)


def _matrix(folder: Path) -> Iterator[_Expected]:
    try:
        sums = read_checksums(folder)
    except (IntegrityError, OSError) as error:
        yield _Expected(folder / ROOT_FILE, MATRIX, folder.name, problem=str(error))
        return
    yield _Expected(folder / ROOT_FILE, MATRIX, folder.name)
    for name, digest in sums.items():
        yield _Expected(folder / name, MATRIX, folder.name, digest)


def _weights(folder: Path) -> Iterator[_Expected]:
    try:
        declared = read_weights(folder).declared
    except IntegrityError as error:
        yield _Expected(folder / WEIGHTS_FILE, WEIGHTS, folder.name, problem=str(error))
        return
    yield _Expected(folder / WEIGHTS_FILE, WEIGHTS, folder.name)
    yield _Expected(folder / ARRAYS_FILE, WEIGHTS, folder.name, declared.sha256, declared.size)


def _projection(folder: Path) -> Iterator[_Expected]:
    kept = read_kept(folder)
    problem = "" if kept is not None else "its description cannot be read"
    yield _Expected(folder / KEPT_FILE, PROJECTION, folder.name, problem=problem)
    for name, about in (kept.files if kept is not None else {}).items():
        yield _Expected(folder / name, PROJECTION, folder.name, about["sha256"], about["bytes"])


def _numbers(layout: Layout) -> Iterator[_Expected]:
    if (layout.numbers / REGISTER_FILE).is_file():
        yield _register(layout.numbers)
    for path in sorted(layout.numbers.glob("*.parquet")):
        if not path.name.startswith(PENDING):
            yield _Expected(path, REGISTER, REGISTER, segment_digest(path))


def _register(folder: Path) -> _Expected:
    path, problem = folder / REGISTER_FILE, ""
    try:
        lost = lost_numbers(folder)
        problem = ", ".join(f"{n:,} numbers of {label} are lost" for label, n in lost.items())
    except IntegrityError as error:
        problem = str(error)
    return _Expected(path, REGISTER, REGISTER, problem=problem)


def _build(layout: Layout, name: str) -> Iterator[_Expected]:
    folder = layout.builds / name
    try:
        manifest = read_manifest(layout, name)
    except FormatError:
        raise
    except OrthoweaveError as error:
        yield _Expected(folder / MANIFEST_FILE, BUILD, name, problem=str(error))
        return
    yield _Expected(folder / MANIFEST_FILE, BUILD, name)
    for file, about in manifest.files.items():
        yield _Expected(folder / file, BUILD, name, about["sha256"], about["bytes"])


def _sealed(path: Path, kind: str, owner: str) -> _Expected:
    try:
        read_sealed(path)
    except IntegrityError as error:
        return _Expected(path, kind, owner, problem=str(error))
    return _Expected(path, kind, owner)


def _surplus(layout: Layout, known: set[Path]) -> Iterator[Finding]:
    """Files that nothing names; a matrix of the first format names none of its files."""
    plain = {path.parent for path in known if path.name == ROOT_FILE and not _has_sums(path.parent)}
    for parent in _parents(layout):
        for path in sorted(parent.rglob("*")):
            names = path.relative_to(parent).parts
            if path in known or not path.is_file() or names[0].startswith(PENDING):
                continue
            if not plain.isdisjoint(path.parents):
                continue
            yield Finding(
                path.relative_to(layout.root).as_posix(), "surplus", parent.name, names[0]
            )


def _parents(layout: Layout) -> tuple[Path, ...]:
    return (layout.tables, layout.matrices, layout.weights, layout.builds, layout.projections)


def _has_sums(folder: Path) -> bool:
    with contextlib.suppress(IntegrityError, OSError):
        return bool(read_checksums(folder))
    return True


def _folders(parent: Path) -> list[Path]:
    """Folders that are finished, sorted; none if there is no such parent."""
    if not parent.is_dir():
        return []
    found = (path for path in parent.iterdir() if path.is_dir())
    return sorted(path for path in found if not path.name.startswith(PENDING))
