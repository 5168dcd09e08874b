"""Which gene a text means, and everything the graph says of one gene."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import pyarrow as pa

from orthoweave.errors import AmbiguousNameError, UnknownNameError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.genes.names import describe_mangled, is_mangled
from orthoweave.genes.records import Candidate, contenders
from orthoweave.ids import SPECIES, Species
from orthoweave.queries.gateway import Gateway
from orthoweave.schema import read_schema

Status = Literal["found", "ambiguous", "no such gene"]

_COMMON: Final = {species.key: species.common for species in SPECIES}
_ORTHOLOGS: Final = """
MATCH (g:Gene {id: $gene})
MATCH (g)-[o:ORTHOLOGOUS_TO]-(h:Gene)
WHERE o.assertion = 'consensus'
RETURN h.id AS ortholog, h.symbol AS symbol, h.species AS species, o.support_count AS support,
       o.covering_count AS covering
ORDER BY species, support DESC, ortholog
"""
_MEASURED: Final = """
MATCH (g:Gene {id: $gene})
MATCH (g)-[m:MEASURED_IN]->(d:Dataset)
RETURN d.id AS dataset
ORDER BY dataset
"""


@dataclass(frozen=True, slots=True)
class Meant:
    """What one text means."""

    query: str
    status: Status
    candidates: tuple[Candidate, ...]
    """The genes that fit best: one if it was found, several if it is ambiguous."""

    @property
    def gene(self) -> str | None:
        """Key of the gene, if exactly one fits best."""
        return self.candidates[0].gene if self.status == "found" else None

    @property
    def symbol(self) -> str | None:
        """Symbol of the gene, if exactly one fits best."""
        return self.candidates[0].symbol if self.status == "found" else None

    def note(self) -> str | None:
        """Say what the reader should know of how it was understood; None if it is plain."""
        if self.status == "ambiguous":
            return f"{self.query!r} is ambiguous: {describe(self.candidates)}"
        if self.status == "no such gene":
            why = f": it {describe_mangled(self.query)}" if is_mangled(self.query) else ""
            return f"{self.query!r} names no gene here{why}"
        if self.candidates[0].reason in {"id", "symbol"}:
            return None
        return f"{self.query!r} was taken for {describe(self.candidates)}"


def species_name(key: str) -> str:
    """Give the common name of a species, or its key if it has none.

    Examples
    --------
    >>> species_name("NCBITaxon:10090"), species_name("NCBITaxon:1")
    ('mouse', 'NCBITaxon:1')
    """
    return _COMMON.get(key, key)


def describe(candidates: Sequence[Candidate]) -> str:
    """List candidates with species and reason, for messages."""
    listed = [
        f"{one.gene} ({one.symbol}, {species_name(one.species)}, "
        f"{one.reason.replace('_', ' ')} {one.matched})"
        for one in candidates[:8]
    ]
    more = len(candidates) - len(listed)
    return ", ".join(listed) + (f" and {more} more" if more else "")


def understand(catalogue: GeneCatalogue, text: str, species: Species | None = None) -> Meant:
    """Say which gene a text means; nothing is guessed where several fit equally well."""
    best = tuple(contenders(catalogue.resolve(text, species)))
    if not best:
        return Meant(text, "no such gene", ())
    return Meant(text, "found" if len(best) == 1 else "ambiguous", best)


def require_gene(catalogue: GeneCatalogue, text: str, species: Species | None = None) -> Candidate:
    """Give the one gene that a text means.

    Raises
    ------
    UnknownNameError
        If it names no gene; the message lists names that begin alike.
    AmbiguousNameError
        If several genes fit equally well; the message lists them.
    """
    meant = understand(catalogue, text, species)
    if meant.status == "found":
        return meant.candidates[0]
    if meant.status == "ambiguous":
        message = f"{meant.note()}. Name the species, or give one of these ids"
        raise AmbiguousNameError(message)
    where = f" in {species.common}" if species else ""
    similar = catalogue.complete(text, species, limit=5)
    hint = f"Did you mean {describe(similar)}?" if similar else "Expected a symbol, synonym or id"
    message = f"{meant.note()}{where}. {hint}"
    raise UnknownNameError(message)


def show_gene(
    gateway: Gateway, catalogue: GeneCatalogue, text: str, species: Species | None = None
) -> tuple[pa.Table, tuple[str, ...]]:
    """Everything known of one gene in one row, and notes.

    The columns are `query`, `matched` (the name that fits), `reason`, all columns of Gene,
    `orthologs` (key, symbol, species and support, as text) and `measured_in` (datasets).

    Raises
    ------
    UnknownNameError
        If the text names no gene.
    AmbiguousNameError
        If several genes fit equally well.
    """
    found = require_gene(catalogue, text, species)
    key = {"gene": found.gene}
    gene = gateway.ask(_every_column(), key).table
    orthologs = [
        f"{row['ortholog']} {row['symbol']} ({species_name(row['species'])}, "
        f"{row['support']} of {row['covering']} resources)"
        for row in gateway.ask(_ORTHOLOGS, key).table.to_pylist()
    ]
    datasets = gateway.ask(_MEASURED, key).table["dataset"].to_pylist()
    texts = pa.list_(pa.string())
    for name, value in reversed(
        (("query", text), ("matched", found.matched), ("reason", found.reason))
    ):
        gene = gene.add_column(0, name, pa.array([value], pa.string()))
    gene = gene.append_column("orthologs", pa.array([orthologs], texts))
    gene = gene.append_column("measured_in", pa.array([sorted(set(datasets))], texts))
    note = Meant(text, "found", (found,)).note()
    return gene, (note,) if note else ()


@cache
def _every_column() -> str:
    # reading the schema takes longer than asking
    names = [column.name for column in read_schema().nodes["Gene"].columns]
    columns = ", ".join(f"g.`{name}` AS `{name}`" for name in names)
    return f"MATCH (g:Gene {{id: $gene}}) RETURN {columns}"
