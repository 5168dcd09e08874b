"""Add files whose rows say more about genes that other files or sources describe.

A row belongs to the gene with its id. Where no known gene has the id, it belongs to the one gene
of its species that has the row's current symbol and lacks an NCBI id. A row about no known gene is
counted as unused, so that details never add a second gene of the same name.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

import polars as pl

from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.genes.combine import Combined, add_row
from orthoweave.genes.formats import Description
from orthoweave.species import Species

_NCBI = "NCBIGene:"


class KnownGenes(Protocol):
    """Genes that details may be about."""

    def has_species(self, species: Species, /) -> bool:
        """Return whether any gene of a species is known."""

    def with_id(self, key: str, species: Species, /) -> str | None:
        """Return the key of the one gene with an id, also a retired one."""

    def lacking_id(self, symbol: str, species: Species) -> str | None:
        """Return the key of the one gene with this current symbol that lacks an NCBI id."""


class GenesOfFiles:
    """The genes that files of the same ingest describe."""

    def __init__(self, combined: Combined) -> None:
        self._genes = combined.genes
        self._lacking: dict[tuple[str, int], list[str]] = {}
        for key, gene in self._genes.single().items():
            symbol = gene.scalars.get("symbol")
            if symbol and not _has_ncbi(key, gene.ids):
                self._lacking.setdefault((symbol, gene.species.taxon), []).append(key)
        # of a gene in columns, an NCBI id is always the key
        named = (pl.col("symbol") != "") & ~pl.col("key").str.starts_with(_NCBI)
        columns = self._genes.columns().filter(named).select("key", "symbol", "taxon")
        for key, symbol, taxon in columns.iter_rows():
            self._lacking.setdefault((symbol, taxon), []).append(key)

    def has_species(self, _: Species, /) -> bool:
        """Return True: rows of species without genes in these files are unused."""
        return True

    def with_id(self, key: str, _: Species, /) -> str | None:
        """Return the key if a gene has it."""
        return key if key in self._genes else None

    def lacking_id(self, symbol: str, species: Species) -> str | None:
        """Return the key of the one gene with this symbol that lacks an NCBI id."""
        keys = self._lacking.get((symbol, species.taxon), [])
        return keys[0] if len(keys) == 1 else None


class GenesOfCatalogue:
    """The genes that other sources of the knowledge base describe."""

    def __init__(self, catalogue: GeneCatalogue) -> None:
        self._catalogue = catalogue
        self._named: dict[Species, bool] = {}

    def has_species(self, species: Species) -> bool:
        """Return whether any gene of a species is known."""
        if species not in self._named:
            self._named[species] = self._catalogue.names_genes_of(species)
        return self._named[species]

    def with_id(self, key: str, species: Species) -> str | None:
        """Return the key of the one gene with an id, also a retired one."""
        if key in self._catalogue:
            return key
        genes = {candidate.gene for candidate in self._catalogue.resolve(key, species)}
        return genes.pop() if len(genes) == 1 else None

    def lacking_id(self, symbol: str, species: Species) -> str | None:
        """Return the key of the one gene with this symbol that lacks an NCBI id."""
        keys = [
            candidate.gene
            for candidate in self._catalogue.resolve(symbol, species)
            if candidate.reason == "symbol" and self._lacks_ncbi(candidate.gene)
        ]
        return keys[0] if len(keys) == 1 else None

    def _lacks_ncbi(self, key: str) -> bool:
        record = self._catalogue.gene(key)
        return record is not None and not _has_ncbi(key, record.xrefs)


def add_details(
    combined: Combined, file: str, rows: Iterable[Description], known: KnownGenes | None
) -> None:
    """Add a file of details to the genes that are known.

    Parameters
    ----------
    known
        None if no gene is known: then, as for species without known genes, each row stands for a
        gene of its own.
    """
    described = []
    for row in rows:
        combined.damaged_ids += row.damaged_ids
        if row.ids:
            described.append(row)
        else:
            combined.unused += 1
    moved = {
        retired: row.ids[0]
        for row in described
        for retired in row.retired_ids
        if retired != row.ids[0]
    }
    for row in described:
        last = _last(moved, row.ids[0])
        alone = known is None or not known.has_species(row.species)
        combined.alone += alone
        key = last if known is None or alone else known.with_id(last, row.species)
        if key is None and known is not None and row.symbol:
            key = known.lacking_id(row.symbol, row.species)
            combined.joined += key is not None
        if key is None:
            combined.unused += 1
        else:
            ids = row.ids if last == row.ids[0] else (last,)
            add_row(combined, file, key, replace(row, ids=ids))


def _has_ncbi(key: str, ids: Iterable[str]) -> bool:
    return any(one.startswith(_NCBI) for one in (key, *ids))


def _last(moved: dict[str, str], key: str) -> str:
    """Return the end of a chain of retired ids; a circle ends where it was entered."""
    seen = {key}
    while key in moved and moved[key] not in seen:
        key = moved[key]
        seen.add(key)
    return key
