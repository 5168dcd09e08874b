"""The orthologs of a gene as a bipartite graph and a table, for the chosen resources."""

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from orthoweave.charts.network import Edge, Network, Node, columns_figure
from orthoweave.questions.answer import Answer
from orthoweave.questions.genes import species_name
from parts import show
from parts.base import explained, orthologs, species_here
from parts.defence import defended
from parts.state import read_number, write_state
from parts.text import md

MEANING = {
    "1:1": "one gene here, one there",
    "1:many": "one gene here, several there; all are shown",
    "many:1": "several genes here, one there",
    "many:many": "several genes here, several there",
}


@st.fragment
def orthologs_section(gene: str, species: str) -> None:
    """Show the orthologs in all other species, supported by the resources that are selected."""
    st.subheader("Orthologs")
    others = [name for name in species_here() if name != species]
    if not others:
        st.info("This build contains only one species.", icon=":material/info:")
        return
    with defended("part"), explained():
        known = resources(gene, species, others)
        left, right = st.columns([3, 1])
        chosen = left.multiselect(
            "Count only these resources",
            known,
            key="sources",
            bind="query-params",
            placeholder="all resources",
        )
        most = max(len(known), 1)
        # not bound to the address: Streamlit fails there at a number of very many digits
        least = right.number_input(
            "Supported by at least", 1, most, read_number("least", 1, 1, most), key="least_sources"
        )
        write_state(least=str(least) if least > 1 else "")
        found = all_orthologs((gene,), species, others, int(least), tuple(chosen))
        pairs = [row for row in found.rows() if row["status"] == "ortholog"]
        if not pairs:
            st.info(
                "No ortholog is supported by enough of these resources. Either there is none, or "
                "none of them covers this gene and species.",
                icon=":material/info:",
            )
            show.table(found, "orthologs", hide=("query", "gene"))
            return
        show.plot(columns_figure(network(gene, species, pairs), dark=show.dark()), "ortholog_graph")
        cardinalities = sorted({str(row["cardinality"]) for row in pairs})
        st.caption(" · ".join(f"**{md(name)}** {MEANING.get(name, '')}" for name in cardinalities))
        show.table(found, "orthologs", hide=("query", "gene", "symbol"))


def all_orthologs(
    genes: tuple[str, ...],
    species: str,
    others: Sequence[str],
    least: int = 1,
    sources: tuple[str, ...] = (),
) -> Answer:
    """Return the orthologs in several species as one answer."""
    answers = [orthologs(genes, species, other, least, sources) for other in others]
    first = answers[0]
    table = pa.concat_tables([answer.table for answer in answers])
    notes = tuple(dict.fromkeys(note for answer in answers for note in answer.notes))
    return Answer(
        table, f"Orthologs of {' '.join(genes)}", notes=notes, provenance=first.provenance
    )


def resources(gene: str, species: str, others: Sequence[str]) -> list[str]:
    """List the resources that support any ortholog of this gene."""
    rows = all_orthologs((gene,), species, others).rows()
    found: set[str] = set()
    for row in rows:
        if isinstance(row["resources"], list):
            found |= {str(name) for name in row["resources"]}
    return sorted(found, key=str.lower)


def network(gene: str, species: str, pairs: Sequence[dict[str, object]]) -> Network:
    """Return a network with the gene on the left and its orthologs on the right."""
    nodes = {gene: Node(gene, "Gene", str(pairs[0]["symbol"] or gene), species, 0)}
    edges = []
    for row in pairs:
        key = str(row["ortholog"])
        where = species_name(str(row["species"]))
        nodes[key] = Node(key, "Gene", f"{row['ortholog_symbol'] or key} ({where})", where, 1)
        about = f"{row['cardinality']}, {row['support_count']} of {row['covering_count']} resources"
        edges.append(Edge(gene, key, "ORTHOLOGOUS_TO", about))
    return Network(tuple(nodes.values()), tuple(edges))
