"""Records of the gene catalogue: genes, candidates for a text and the reason for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

Reason = Literal[
    "id",
    "xref",
    "retired_id",
    "symbol",
    "symbol_case",
    "previous_symbol",
    "synonym",
    "previous_symbol_case",
    "synonym_case",
    "symbol_dots",
    "mended",
    "name",
]
"""Why a gene is a candidate, best first. ``_case``: only the case of letters differs; ``_dots``: R
wrote a dot for each hyphen, such as ``HLA.A``; ``mended``: the text fits after look-alike
characters were replaced, such as a Greek letter; ``name``: its full name, which completes a text
but never resolves one."""

REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
RANK: Final = {reason: rank for rank, reason in enumerate(REASONS)}
# the reason where the case of letters differs; ids have no case
OTHER_CASE: Final[dict[Reason, Reason]] = {
    "symbol": "symbol_case",
    "previous_symbol": "previous_symbol_case",
    "synonym": "synonym_case",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A gene that a text may mean."""

    gene: str
    """Key of the gene, such as ``NCBIGene:7157``."""
    symbol: str | None
    name: str | None
    species: str
    """Key of the species, such as ``NCBITaxon:9606``."""
    reason: Reason
    matched: str
    """The gene's own name or id that the text matched, as its source spells it."""


@dataclass(frozen=True, slots=True)
class GeneRecord:
    """All that the gene tables hold about one gene, with its provenance."""

    id: str
    symbol: str | None
    name: str | None
    species: str
    summary: str | None
    biotype: str | None
    synonyms: tuple[str, ...]
    previous_symbols: tuple[str, ...]
    xrefs: tuple[str, ...]
    retired_ids: tuple[str, ...]
    source: str
    source_version: str
    license: str
    knowledge_level: str
    agent_type: str
    primary_knowledge_source: str


def contenders(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with the best reason, from candidates in order of reason.

    A symbol in another case does not win against a gene that has the exact text as a synonym or
    previous symbol: people write both, such as ``CAT`` for mouse.
    """
    if not candidates:
        return []
    best = candidates[0].reason
    equal = {best} if best != "symbol_case" else {best, "previous_symbol", "synonym"}
    return [candidate for candidate in candidates if candidate.reason in equal]


LISTS: Final = ("synonyms", "previous_symbols", "xrefs", "retired_ids")
