"""Parts of graphs: rows of some tables with numbers in place of keys, sorted both ways and kept.

A part is one file of DuckDB with tables as `stores.duckdb_tables` describes them, and facts about
each. Numbers come from the register, so that parts fit together whatever they were made for.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb

from orthoweave.builds.content import Content
from orthoweave.builds.kept import Kept, keep
from orthoweave.builds.numbers import Register
from orthoweave.builds.projection import PartTable, project
from orthoweave.schema import Schema
from orthoweave.storage.engine import literal
from orthoweave.storage.layout import Layout
from orthoweave.stores.duckdb.tables import Facts, table_of

PART_FILE: Final = "part.duckdb"


@dataclass(frozen=True, slots=True)
class Part:
    """Kept tables of graphs."""

    kept: Kept
    tables: Mapping[str, PartTable]

    @property
    def digest(self) -> str:
        """Digest of its recipe."""
        return self.kept.digest

    @property
    def path(self) -> Path:
        """Its file of tables."""
        return self.kept.folder / PART_FILE

    @property
    def alias(self) -> str:
        """Name of its file in an engine that has it attached."""
        return f"part_{self.digest[:16]}"


@dataclass(slots=True)
class Workshop:
    """The place where parts are made and read."""

    layout: Layout
    schema: Schema
    register: Register
    engine: duckdb.DuckDBPyConnection
    check: bool = False
    """Whether existing parts are read in full before they are used again."""
    used: set[str] = field(default_factory=set)
    """Digests of all requested parts."""

    def part(
        self, recipe: Mapping[str, object], write: Callable[[Path], Mapping[str, Path]]
    ) -> Part:
        """Return the part of a recipe; make it first if it does not exist.

        Parameters
        ----------
        write
            Returns the Parquet files by table; it writes into the folder that it is given.
        """

        def make(folder: Path) -> dict[str, PartTable]:
            path = folder / PART_FILE
            return project(self.engine, path, write(folder), self.schema, self.register)

        return self.made(recipe, make)

    def made(
        self, recipe: Mapping[str, object], make: Callable[[Path], Mapping[str, PartTable]]
    ) -> Part:
        """Return the part of a recipe; if it does not exist, `make` writes its file to a folder."""

        def made(folder: Path) -> dict[str, Any]:
            return {name: asdict(table) for name, table in make(folder).items()}

        kept = keep(self.layout, self.recipe(recipe), made, check=self.check)
        self.used.add(kept.digest)
        return Part(kept, {name: _table(raw) for name, raw in kept.about.items()})

    def recipe(self, recipe: Mapping[str, object]) -> dict[str, object]:
        """Return the recipe with everything that all parts depend on."""
        return {
            **recipe,
            "register": self.register.id,
            "schema": repr(self.schema),
            # content is compared by hashes, which another version may compute differently
            "engine": duckdb.__version__,
        }

    def attach(self, part: Part) -> str:
        """Attach a part's tables for queries; return the name of the attached database."""
        self.engine.execute(
            f"ATTACH IF NOT EXISTS {literal(str(part.path))} AS {part.alias} (READ_ONLY)"
        )
        return part.alias


def _table(raw: Mapping[str, Any]) -> PartTable:
    facts = Facts(
        table_of(raw["facts"]["table"]),
        high_units=raw["facts"]["high_units"],
        high_plane=raw["facts"]["high_plane"],
    )
    return PartTable(facts, Content(raw["content"]["rows"], raw["content"]["total"]))
