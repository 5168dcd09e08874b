"""Files that a build shares with others, under its own names."""

from pathlib import Path
from typing import Any

from orthoweave.builds.assemble import ASIDE_FILE, Assembled
from orthoweave.builds.kept import Kept, link
from orthoweave.storage.layout import Layout

_TABLES = "tables"
_SET_ASIDE = "set_aside"


class Linked:
    """Links from a build's folder to kept files.

    A build is whole in its folder: kept folders may be removed, and its checksums cover all files.
    """

    def __init__(self, layout: Layout, folder: Path) -> None:
        self._layout = layout
        self._folder = folder
        self.digests: set[str] = set()
        """Linked parts by digest."""
        self.files: dict[str, dict[str, Any]] = {}
        """``sha256`` and ``bytes`` of each file, as they were when it was made."""

    def add(self, kept: Kept, name: str, target: str) -> None:
        """Link a kept file under the name `target` in the build's folder."""
        self.digests.add(kept.digest)
        if target not in self.files:
            link(kept.folder / name, self._folder / target)
            self.files[target] = kept.files[name]

    def all_of(self, kept: Kept | None, prefix: str) -> None:
        """Link all files of a kept folder under names that begin with `prefix`."""
        if kept is not None:
            for name in kept.files:
                self.add(kept, name, f"{prefix}{name}")

    def tables(self, found: Assembled) -> dict[str, list[str]]:
        """Link the Parquet files that belong to no source, and those of edges set aside.

        Return all files by table, relative to the knowledge base; ``{home}`` stands for the
        build's folder.
        """
        paths: dict[str, list[str]] = {}
        for table, slices in found.slices.items():
            for one in slices:
                kept, name = one.part.kept, one.parquet.name
                if one.parquet.is_relative_to(kept.folder):
                    target = f"{_TABLES}/{one.parquet.stem}-{kept.digest[:12]}.parquet"
                    self.add(kept, name, target)
                    path = f"{{home}}/{target}"
                else:
                    path = one.parquet.relative_to(self._layout.root).as_posix()
                paths.setdefault(table, []).append(path)
        for name, part in found.aside.items():
            self.add(part.kept, ASIDE_FILE, f"{_SET_ASIDE}/{name}")
        return paths
