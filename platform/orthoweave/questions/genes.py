"""Look up the gene that a name refers to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from orthoweave.errors import AmbiguousNameError, UnknownNameError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.genes.names import explain_lost
from orthoweave.genes.records import Candidate, contenders
from orthoweave.species import Species, find_species

Status = Literal["found", "ambiguous", "no such gene"]


@dataclass(frozen=True, slots=True)
class Meant:
    """The genes that one text may refer to."""

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
        """Return a note on how the text was understood; None if it is an id or a symbol."""
        if self.status == "ambiguous":
            return f"{self.query!r} is ambiguous: {describe(self.candidates)}"
        if self.status == "no such gene":
            why = explain_lost(self.query)
            return f"{self.query!r} names no gene here" + (f": it {why}" if why else "")
        if self.candidates[0].reason in {"id", "symbol"}:
            return None
        return f"{self.query!r} was taken for {describe(self.candidates)}"


def species_name(key: str) -> str:
    """Return the common name of a species, or its key if it has none.

    Examples
    --------
    >>> species_name("NCBITaxon:10090"), species_name("NCBITaxon:1")
    ('mouse', 'NCBITaxon:1')
    """
    try:
        return find_species(key).common
    except UnknownNameError:
        return key


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
    """Look up the gene that a name refers to; do not guess if several fit equally well."""
    return understand_each(catalogue, [text], species)[0]


def understand_each(
    catalogue: GeneCatalogue, texts: Sequence[str], species: Species | None = None
) -> list[Meant]:
    """Look up the gene that each text refers to, in one pass."""
    candidates = catalogue.resolve_each(texts, species)
    return [understood(*pair) for pair in zip(texts, candidates, strict=True)]


def understood(text: str, candidates: Sequence[Candidate]) -> Meant:
    """Return the best of the candidates of a name, which are sorted best first."""
    best = tuple(contenders(candidates))
    if not best:
        return Meant(text, "no such gene", ())
    return Meant(text, "found" if len(best) == 1 else "ambiguous", best)


def require_gene(catalogue: GeneCatalogue, text: str, species: Species | None = None) -> Candidate:
    """Return the one gene that a name refers to.

    Raises
    ------
    UnknownNameError
        If it names no gene; the message lists names with the same beginning.
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
