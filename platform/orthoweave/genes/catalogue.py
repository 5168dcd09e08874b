"""The gene catalogue: all genes that a text may mean. It never guesses."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final, Self

from orthoweave.errors import IntegrityError, UsageError
from orthoweave.files.damage import MISSING_WORDS
from orthoweave.genes.build import FORMAT, build_catalogue
from orthoweave.genes.connections import ConnectionPool
from orthoweave.genes.matching import FoundName, rank, spellings_of
from orthoweave.genes.names import clean, fold
from orthoweave.genes.records import LISTS, RANK, REASONS, Candidate, GeneRecord
from orthoweave.genes.resolution import OnAmbiguous, Resolution, make_resolution
from orthoweave.species import Species
from orthoweave.storage.durable import file_digest, text_digest, write_text
from orthoweave.storage.integrity import REPAIR
from orthoweave.storage.tableset import TableSet

__all__ = ["GeneCatalogue", "build_catalogue", "open_cached_catalogue"]

# texts looked up in one SQLite statement
_BATCH: Final = 500
_COMPLETED: Final = (RANK["symbol"], RANK["name"], RANK["previous_symbol"], RANK["synonym"])
# reasons that come before names that only begin with the text
_WHOLE: Final = frozenset({"id", "xref", "retired_id", "symbol", "symbol_case"})
_COLUMNS: Final = tuple(field.name for field in fields(GeneRecord))

_FOUND: Final = (
    "SELECT c.folded, c.rank, c.name, g.id, g.symbol, g.name, g.species "
    "FROM called c CROSS JOIN gene g ON g.number = c.gene WHERE "
)


class GeneCatalogue:
    """All genes of a knowledge base with every name they go by; usable from several threads.

    Parameters
    ----------
    path
        SQLite file made by `build_catalogue`. It is never changed.

    Attributes
    ----------
    digest
        SHA-256 of all that decides how names resolve; summaries and provenance do not count.
    n_genes
        Number of genes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections = ConnectionPool(path)
        try:
            with self._connections.lend() as connection:
                self.digest, self.n_genes = _read_about(path, connection)
        except BaseException:
            self._connections.close()
            raise

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a catalogue for reading.

        Raises
        ------
        IntegrityError
            If there is no catalogue at `path`, or one that this version cannot read.
        """
        return cls(path)

    def resolve(self, text: str, species: Species | None = None) -> list[Candidate]:
        """Return all genes that a text may mean, best first; none if it names no gene.

        Parameters
        ----------
        text
            Symbol, synonym, previous symbol, or an id of NCBI, Ensembl, UniProt or a species'
            authority, with or without its prefix.
        species
            Only genes of this species; None for all.
        """
        return self.resolve_each([text], species)[0]

    def resolve_each(
        self, texts: Sequence[str], species: Species | None = None
    ) -> list[list[Candidate]]:
        """Return all genes that each of many texts may mean, best first, in one look-up."""
        found = self._candidates(texts, species)
        return [found[clean(text)] for text in texts]

    def resolve_many(
        self,
        texts: Sequence[str],
        species: Species | None = None,
        *,
        on_ambiguous: OnAmbiguous = "all",
    ) -> Resolution:
        """Resolve many texts at once, with a report of what was lost.

        Parameters
        ----------
        on_ambiguous
            ``all``: every candidate has a row; ``best``: one row for each text, with the first
            key of the best reason where that reason ties; ``error``: a tie is an error.

        Raises
        ------
        AmbiguousNameError
            With ``error``, if the best reason for some text holds for several genes.
        """
        found = zip(texts, self.resolve_each(texts, species), strict=True)
        return make_resolution(list(found), on_ambiguous)

    def gene(self, key: str) -> GeneRecord | None:
        """Return all that is known about the gene with this key, or None if there is none."""
        with self._connections.lend() as connection:
            columns = ", ".join(f'"{name}"' for name in _COLUMNS)
            row = connection.execute(f"SELECT {columns} FROM gene WHERE id = ?", (key,)).fetchone()
        if row is None:
            return None
        values = dict(zip(_COLUMNS, row, strict=True))
        return GeneRecord(**values | {name: tuple(json.loads(values[name])) for name in LISTS})

    def symbols_of(self, keys: Sequence[str], species: Species) -> dict[str, str | None]:
        """Return the symbol by key, of those keys that are genes of a species."""
        found: dict[str, str | None] = {}
        with self._connections.lend() as connection:
            for start in range(0, len(keys), _BATCH):
                batch = keys[start : start + _BATCH]
                marks = ", ".join("?" for _ in batch)
                query = f"SELECT id, symbol FROM gene WHERE id IN ({marks}) AND species = ?"
                found.update(connection.execute(query, [*batch, species.key]))
        return found

    def complete(
        self, text: str, species: Species | None = None, limit: int = 20
    ) -> list[Candidate]:
        """Return genes with a name that begins with `text`: exact ids and symbols come first.

        Longer symbols follow, then full names, such as insulin, and last former symbols and
        synonyms. The reason of a candidate is that of the name that begins with the text.
        """
        if not clean(text) or limit < 1:
            return []
        whole = self.resolve(text, species)
        first = [candidate for candidate in whole if candidate.reason in _WHOLE]
        found = {candidate.gene: candidate for candidate in first}
        for order in _COMPLETED:
            if len(found) >= limit:
                break
            begins = self._named if order == RANK["name"] else self._beginning
            for row in begins(fold(text), order, species, limit):
                candidate = Candidate(*row[3:], REASONS[order], row[2])
                found.setdefault(candidate.gene, candidate)
        return list(found.values())[:limit]

    def names_genes_of(self, species: Species) -> bool:
        """Return whether any gene of a species is known."""
        with self._connections.lend() as connection:
            query = "SELECT 1 FROM gene WHERE species = ? LIMIT 1"
            return connection.execute(query, (species.key,)).fetchone() is not None

    def symbols_like_missing(self) -> frozenset[tuple[str, str]]:
        """Return species key and symbol of genes whose symbol is also a word for "missing"."""
        rows = self._called(sorted(MISSING_WORDS), None)
        return frozenset(
            (species, name)
            for names in rows.values()
            for _, called, name, _, _, _, species in names
            if called == RANK["symbol"]
        )

    def close(self) -> None:
        """Close the file."""
        self._connections.close()

    def __contains__(self, key: object) -> bool:
        with self._connections.lend() as connection:
            found = connection.execute("SELECT 1 FROM gene WHERE id = ?", (key,)).fetchone()
        return found is not None

    def __len__(self) -> int:
        return self.n_genes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _candidates(
        self, texts: Sequence[str], species: Species | None
    ) -> dict[str, list[Candidate]]:
        """Candidates by clean text."""
        wanted = list(dict.fromkeys(clean(text) for text in texts))
        folded = sorted({spelling for text in wanted for spelling in spellings_of(text)})
        rows = self._called(folded, species)
        return {text: rank(text, rows) for text in wanted}

    def _called(self, folded: Sequence[str], species: Species | None) -> dict[str, list[FoundName]]:
        """Rows by folded spelling."""
        found: dict[str, list[FoundName]] = {}
        narrow = " AND g.species = ?" if species is not None else ""
        with self._connections.lend() as connection:
            for start in range(0, len(folded), _BATCH):
                batch = [*folded[start : start + _BATCH]]
                marks = ", ".join("?" for _ in batch)
                values = [*batch, species.key] if species is not None else batch
                query = f"{_FOUND} c.folded IN ({marks}){narrow}"
                for row in connection.execute(query, values):
                    found.setdefault(row[0], []).append(row)
        return found

    def _beginning(
        self, prefix: str, order: int, species: Species | None, limit: int
    ) -> list[FoundName]:
        narrow = " AND g.species = ?" if species is not None else ""
        query = (
            f"{_FOUND} c.folded >= ? AND c.folded < ? AND c.rank = ?{narrow} "
            "ORDER BY c.folded, c.rank, c.gene LIMIT ?"
        )
        values = [prefix, prefix + "\U0010ffff", order]
        values += [species.key] if species is not None else []
        with self._connections.lend() as connection:
            return connection.execute(query, [*values, limit]).fetchall()

    def _named(
        self, prefix: str, order: int, species: Species | None, limit: int
    ) -> list[FoundName]:
        narrow = " AND species = ?" if species is not None else ""
        query = (
            "SELECT '', ?, name, id, symbol, name, species FROM gene "
            rf"WHERE name LIKE ? ESCAPE '\'{narrow} "
            "ORDER BY length(name), lower(name), number LIMIT ?"
        )
        literal = "".join(f"\\{one}" if one in "\\%_" else one for one in prefix)
        values = [order, f"{literal}%", *([species.key] if species is not None else []), limit]
        with self._connections.lend() as connection:
            return connection.execute(query, values).fetchall()


def open_cached_catalogue(cache: Path, tables: Sequence[TableSet]) -> GeneCatalogue:
    """Open the catalogue of the genes in some table sets; build it once in the folder `cache`.

    Parameters
    ----------
    tables
        In order of precedence; those without a Gene table are ignored.
    """
    with_genes = [table for table in tables if table.table_path("Gene") is not None]
    if not with_genes:
        message = "no source has a Gene table: ingest gene_descriptions first"
        raise UsageError(message)
    digests = [table.digest for table in with_genes]
    target = cache / f"genes-{text_digest(chr(10).join([FORMAT, *digests]))[:32]}.sqlite"
    written = target.with_suffix(".sha256")
    if not (target.is_file() and written.is_file() and written.read_text() == file_digest(target)):
        target.unlink(missing_ok=True)
        paths = [table.checked_table("Gene") for table in with_genes]
        build_catalogue([path for path in paths if path is not None], target)
        write_text(written, file_digest(target))
    return GeneCatalogue.open(target)


def _read_about(path: Path, connection: sqlite3.Connection) -> tuple[str, int]:
    try:
        about = dict(connection.execute("SELECT key, value FROM about").fetchall())
    except sqlite3.DatabaseError as error:
        message = f"{str(path)!r} is not a gene catalogue ({error}): {REPAIR}"
        raise IntegrityError(message) from error
    if about.get("format") != FORMAT:
        message = (
            f"{str(path)!r} has format {about.get('format')!r}, expected {FORMAT!r}: make it again "
            "with `orthoweave build --force`"
        )
        raise IntegrityError(message)
    return about["digest"], int(about["genes"])
