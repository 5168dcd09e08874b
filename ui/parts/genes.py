"""Choosing genes: every gene that a text may mean, and why it may."""

from collections.abc import Sequence

from orthoweave.genes.records import Candidate
from orthoweave.queries.genes import species_name
from parts.pages import link
from parts.text import md

WHY = {
    "id": "its id",
    "xref": "its id elsewhere",
    "retired_id": "a retired id of it",
    "symbol": "its symbol",
    "symbol_case": "its symbol, in other case",
    "previous_symbol": "a symbol it had before",
    "previous_symbol_case": "a symbol it had before, in other case",
    "synonym": "a synonym",
    "synonym_case": "a synonym, in other case",
    "symbol_dots": "its symbol, with dots for hyphens",
    "name": "its name",
}


def candidate_links(candidates: Sequence[Candidate], screen: str = "gene") -> None:
    """Link to genes, each with species and the name of it that matched."""
    for one in candidates:
        label = f"**{md(one.symbol or one.gene)}** {md(species_name(one.species))}"
        label += f" · {md(one.name)}" if one.name else ""
        if one.matched not in {one.symbol, one.name}:
            label += f" · {md(one.matched)} is {WHY[one.reason]}"
        name = "node" if screen == "graph" else "gene"
        link(screen, label, icon=":material/genetics:", **{name: one.gene})
