"""The manifest of a build: its content and sources, and the checksum of every file."""

import contextlib
import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from orthoweave.errors import IntegrityError, OrthoweaveError, UnknownNameError
from orthoweave.ids import name_on_disk
from orthoweave.storage.durable import PENDING, file_digest, text_digest
from orthoweave.storage.integrity import REPAIR, read_sealed, sealed
from orthoweave.storage.layout import Layout

MANIFEST_FILE: Final = "MANIFEST.json"
# files in a build's folder besides its merged and derived tables
GRAPH_FILE: Final = "graph.duckdb"
GENES_FILE: Final = "genes.sqlite"
_VECTORS: Final = "vectors"

_BUILD_ID: Final = re.compile(r"[0-9a-f]{12}(-[0-9]+)?")


@dataclass(frozen=True, slots=True)
class BuiltSource:
    """A source as the build used it."""

    name: str
    version: str
    job: str
    license: str
    tables_digest: str
    counts: dict[str, int]
    title: str = ""
    url: str = ""
    primary_knowledge_source: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of a published build. Paths are relative to the knowledge base's folder."""

    build: str
    """Id of the build, derived from its content."""
    created: str
    """Time of the build in UTC and ISO 8601."""
    code_version: str
    sources: tuple[BuiltSource, ...]
    counts: dict[str, int]
    """Rows in the graph by node and edge table."""
    tables: dict[str, list[str]]
    """Parquet files by node and edge table; together they are exactly the rows of the graph."""
    files: dict[str, dict[str, Any]]
    """``sha256`` and ``bytes`` of each file of the build's own folder."""
    vectors: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By vector space: folder, n, dimension, kind, model, model digest, measured recall."""
    matrices: dict[str, str] = field(default_factory=dict)
    """Folder of the expression matrix by dataset."""
    set_aside: dict[str, int] = field(default_factory=dict)
    """Number of edges left out for a missing end, by edge table; rows in ``set_aside/``."""

    content: dict[str, str] = field(default_factory=dict)
    """By table: number of rows and a hash of them that does not depend on their order."""
    projections: tuple[str, ...] = ()
    """Digests of its parts below ``projections/``, to which the build has its own links."""

    @property
    def content_digest(self) -> str:
        """Content of the whole graph in 16 hexadecimal digits: equal rows give equal digits."""
        return text_digest(json.dumps(self.content, sort_keys=True))[:16]

    def write(self, folder: Path) -> None:
        """Write ``MANIFEST.json`` to a build's folder: after all else, since it makes it valid."""
        (folder / MANIFEST_FILE).write_text(sealed(asdict(self)), encoding="utf-8")

    def table_paths(self, layout: Layout, table: str) -> list[Path]:
        """Return the Parquet files of a node or edge table."""
        return [layout.root / path for path in self.tables.get(table, [])]

    def folder(self, layout: Layout) -> Path:
        """Return the folder of the build."""
        return layout.builds / self.build


def vectors_folder(space: str) -> str:
    """Return the folder of a space's index in that of a build; a run's space has a colon.

    Examples
    --------
    >>> vectors_folder("cell_text-1a2b:cells")
    'vectors/cell_text-1a2b+cells'
    """
    return f"{_VECTORS}/{name_on_disk(space)}"


def read_manifest(layout: Layout, build: str) -> Manifest:
    """Read the manifest of a published build.

    Raises
    ------
    UnknownNameError
        If there is no such build; the message lists those that exist.
    IntegrityError
        If the manifest is not what was written.
    """
    path = layout.builds / build / MANIFEST_FILE
    if _BUILD_ID.fullmatch(build) and path.parent.is_dir() and not path.is_file():
        raise IntegrityError(f"{str(path)!r} is missing: {REPAIR}")
    if not path.is_file():
        known = ", ".join(published(layout)) or "none"
        message = f"no build {build!r} in {str(layout.root)!r}: expected one of {known}"
        raise UnknownNameError(message)
    raw = read_sealed(path)
    try:
        raw["sources"] = tuple(BuiltSource(**item) for item in raw["sources"])
        raw["projections"] = tuple(raw.get("projections", ()))
        manifest = Manifest(**raw)
    except (TypeError, KeyError) as error:
        message = f"{str(path)!r} is damaged ({error}): {REPAIR}"
        raise IntegrityError(message) from error
    if manifest.build != build:
        message = f"{str(path)!r} is that of build {manifest.build}, not of {build}: {REPAIR}"
        raise IntegrityError(message)
    return manifest


def published(layout: Layout) -> list[str]:
    """Return the ids of the builds that have a manifest, oldest first."""
    found = []
    for path in layout.builds.glob(f"*/{MANIFEST_FILE}"):
        # a build under way or on its way out is none, and one that was listed may go
        if not path.parent.name.startswith(PENDING):
            with contextlib.suppress(FileNotFoundError):
                found.append((path.parent.stat().st_mtime_ns, path.parent.name))
    return [name for _, name in sorted(found)]


def manifests(layout: Layout) -> list[Manifest]:
    """Return the manifests of all builds, oldest first, without those that go meanwhile.

    Raises
    ------
    IntegrityError
        If one of them is not what was written.
    """
    found = []
    for name in published(layout):
        try:
            found.append(read_manifest(layout, name))
        except OrthoweaveError:
            if (layout.builds / name / MANIFEST_FILE).is_file():
                raise
    return found


def current_build(layout: Layout) -> str:
    """Return the id of the published build that readers open.

    Raises
    ------
    UnknownNameError
        If nothing has been built yet.
    IntegrityError
        If ``CURRENT`` does not hold the id of a build.
    """
    layout.require()
    if not layout.current.is_file():
        builds = published(layout)
        message = f"nothing is published in {str(layout.root)!r} yet: run `orthoweave build`"
        if builds:
            message = (
                f"nothing is published in {str(layout.root)!r}, though it has builds: publish one "
                f"of {', '.join(builds)} by `orthoweave rollback ID`"
            )
        raise UnknownNameError(message)
    before, named = None, _named(layout)
    while named != before:
        if _BUILD_ID.fullmatch(named) and (layout.builds / named).is_dir():
            return named
        # one that was collected meanwhile gave way to the one published since
        before, named = named, _named(layout)
    message = (
        f"{str(layout.current)!r} is damaged: expected the id of a build, found {named[:40]!r}. "
        f"Name one of {', '.join(published(layout)) or 'none'} by `orthoweave rollback ID`"
    )
    raise IntegrityError(message)


def _named(layout: Layout) -> str:
    return layout.current.read_text(encoding="utf-8", errors="replace").strip()


def verify_files(layout: Layout, manifest: Manifest, *, content: bool) -> None:
    """Check a build's files against its manifest: sizes always, SHA-256 if `content`.

    Raises
    ------
    IntegrityError
        Naming every file that is missing or differs.
    """
    problems = []
    for name, about in manifest.files.items():
        path = layout.builds / manifest.build / name
        if not path.is_file():
            problems.append(f"{name} is missing")
        elif path.stat().st_size != about["bytes"]:
            problems.append(f"{name} has {path.stat().st_size:,} bytes, not {about['bytes']:,}")
        elif content and file_digest(path) != about["sha256"]:
            problems.append(f"{name} has another SHA-256")
    if problems:
        message = (
            f"build {manifest.build} is damaged: {'; '.join(problems)}. {REPAIR}; "
            "`orthoweave rollback ID` goes back to another build"
        )
        raise IntegrityError(message)
