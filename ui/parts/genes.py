"""Links to the genes that a text may refer to, with the reason for each."""

from collections.abc import Sequence

from orthoweave.genes.records import Candidate
from orthoweave.questions.genes import species_name
from parts.pages import link
from parts.text import md

WHY = {
    "id": "its ID",
    "xref": "its ID in another database",
    "retired_id": "a retired ID of it",
    "symbol": "its symbol",
    "symbol_case": "its symbol in different case",
    "previous_symbol": "a previous symbol",
    "previous_symbol_case": "a previous symbol in different case",
    "synonym": "a synonym",
    "synonym_case": "a synonym in different case",
    "symbol_dots": "its symbol with dots in place of hyphens",
    "mended": "a name with look-alike characters in place of its own",
    "name": "its name",
}


def candidate_links(candidates: Sequence[Candidate], screen: str = "gene") -> None:
    """Show a link to each gene, with its species and the name that matched."""
    for gene in candidates:
        label = f"**{md(gene.symbol or gene.gene)}** {md(species_name(gene.species))}"
        label += f" · {md(gene.name)}" if gene.name else ""
        if gene.matched not in {gene.symbol, gene.name}:
            label += f" · {md(gene.matched)} is {WHY[gene.reason]}"
        name = "node" if screen == "graph" else "gene"
        link(screen, label, icon=":material/genetics:", **{name: gene.gene})
