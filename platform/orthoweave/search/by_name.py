"""Genes and cell types whose name is the text of a search: they come before all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.genes.names import fold
from orthoweave.genes.records import RANK, Candidate, contenders
from orthoweave.questions.genes import describe
from orthoweave.species import Species

Match = Literal["by name", "by meaning"]
BY_NAME: Final[Match] = "by name"
BY_MEANING: Final[Match] = "by meaning"

# names that begin like the text; those that are the text are the shortest of them
_FULL_NAMES: Final = 100
# a full name is official, so it counts more than a former symbol or a synonym
_RANK: Final = RANK | {"name": RANK["symbol_case"] + 0.5}


@dataclass(frozen=True, slots=True)
class NamedGenes:
    """The genes that a text names."""

    meant: tuple[Candidate, ...]
    """The genes that fit best in each species, best first."""
    others: tuple[Candidate, ...]
    """Genes with a lesser claim to the name, such as a synonym where another has the symbol."""

    def notes(self, text: str, k: int) -> list[str]:
        """Say which genes with the name are not among the first `k` hits, or that none has it."""
        notes = []
        if not self.meant and len(text.split()) == 1:
            notes.append(f"no gene that may be found is called {text!r}: all hits are by meaning")
        if len(self.meant) > k:
            more = len(self.meant) - k
            notes.append(f"{more:,} more genes are called {text!r}: raise k or name the species")
        if self.others:
            notes.append(f"{text!r} is a lesser name of {describe(self.others)}")
        return notes


def named_genes(catalogue: GeneCatalogue, text: str, species: Species | None) -> NamedGenes:
    """Return the genes whose id, symbol, full name, former symbol or synonym is `text`."""
    candidates = catalogue.resolve(text, species)
    known = {candidate.gene for candidate in candidates}
    meant = [one for group in _by_species(candidates) for one in contenders(group)]
    meant += [
        candidate
        for candidate in catalogue.complete(text, species, _FULL_NAMES)
        if candidate.reason == "name"
        and fold(candidate.matched) == fold(text)
        and candidate.gene not in known
    ]
    meant.sort(key=lambda candidate: (_RANK[candidate.reason], candidate.gene))
    named = {candidate.gene for candidate in meant}
    others = tuple(candidate for candidate in candidates if candidate.gene not in named)
    return NamedGenes(tuple(meant), others)


def _by_species(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    groups: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.species, []).append(candidate)
    return list(groups.values())
