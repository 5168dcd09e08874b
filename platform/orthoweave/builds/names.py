"""Ids of builds: named after their content; made again of the same, they get a number."""

import hashlib
from collections.abc import Sequence

from orthoweave.schema import read_schema
from orthoweave.storage.durable import text_digest
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Entry
from orthoweave.storage.manifest import published
from orthoweave.version import VERSION


def in_precedence(entries: Sequence[Entry]) -> list[Entry]:
    """Return entries in order of precedence: first those that name genes by themselves, by name."""
    return sorted(entries, key=lambda entry: ("genes" in entry.depends, entry.name))


def build_name(entries: Sequence[Entry]) -> str:
    """Return the name of the build of these sources, whatever the order of their ingest."""
    content = [entry.tables_digest for entry in in_precedence(entries)]
    content += [VERSION, text_digest(repr(read_schema()))]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:12]


def name_of(build_id: str) -> str:
    """Return the name that a build shares with those that were made again of the same content."""
    return build_id.partition("-")[0]


def made_before(layout: Layout, name: str) -> str | None:
    """Return the id of the build of this name: the published one, else the latest; None if none."""
    copies = [build_id for build_id in published(layout) if name_of(build_id) == name]
    current = published_id(layout)
    return current if current in copies else max(copies, key=_copy_number, default=None)


def free_id(layout: Layout, name: str) -> str:
    """Return the id of a new build: above that of every build of this name that is there."""
    taken = [path.name for path in layout.builds.iterdir() if name_of(path.name) == name]
    highest = max(map(_copy_number, taken), default=0)
    return f"{name}-{highest + 1}" if taken else name


def published_id(layout: Layout) -> str:
    """Return the content of ``CURRENT``: the id of the published build, empty if there is none."""
    current = layout.current.read_bytes() if layout.current.is_file() else b""
    return current.strip().decode(errors="replace")


def _copy_number(build_id: str) -> int:
    return int(build_id.partition("-")[2] or 1)
