"""The orthologs of a gene as a small bipartite graph and a table, by the sources chosen."""

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from orthoweave.charts.network import Edge, Network, Node, columns_figure
from orthoweave.queries.answer import Answer
from orthoweave.queries.genes import species_name
from parts import show
from parts.base import explained, orthologs, species_here
from parts.text import md

MEANING = {
    "1:1": "one gene here, one there",
    "1:many": "one gene here, several there: none of them is picked",
    "many:1": "several genes here, one there",
    "many:many": "several genes here, several there",
}


@st.fragment
def orthologs_section(gene: str, species: str) -> None:
    """Orthologs in all other species; which sources count can be switched."""
    st.subheader("Orthologs")
    others = [name for name in species_here() if name != species]
    if not others:
        st.info("This build holds one species only.", icon=":material/info:")
        return
    with explained():
        known = resources(gene, species, others)
        left, right = st.columns([3, 1])
        chosen = left.multiselect(
            "Go by these resources", known, key="sources", bind="query-params",
            placeholder="all of them",
        )  # fmt: skip
        least = right.number_input(
            "Supported by at least", 1, max(len(known), 1), 1, key="least", bind="query-params"
        )
        found = all_orthologs((gene,), species, others, int(least), tuple(chosen))
        pairs = [row for row in found.rows() if row["status"] == "ortholog"]
        if not pairs:
            st.info(
                "No ortholog that enough of these sources support. That may mean that there is "
                "none, or that no source looked.",
                icon=":material/info:",
            )
            show.table(found, "orthologs", hide=("query", "gene"))
            return
        show.plot(columns_figure(network(gene, species, pairs), dark=show.dark()), "ortholog_graph")
        said = sorted({str(row["cardinality"]) for row in pairs})
        st.caption(" · ".join(f"**{md(one)}** {MEANING.get(one, '')}" for one in said))
        show.table(found, "orthologs", hide=("query", "gene", "symbol"))


def all_orthologs(
    genes: tuple[str, ...], species: str, others: Sequence[str], least: int = 1,
    sources: tuple[str, ...] = (),
) -> Answer:  # fmt: skip
    """Orthologs in several species in one answer."""
    answers = [orthologs(genes, species, other, least, sources) for other in others]
    first = answers[0]
    table = pa.concat_tables([answer.table for answer in answers])
    said = tuple(dict.fromkeys(note for answer in answers for note in answer.notes))
    return Answer(table, f"Orthologs of {' '.join(genes)}", notes=said, provenance=first.provenance)


def resources(gene: str, species: str, others: Sequence[str]) -> list[str]:
    """List the resources that say anything of this gene's orthologs."""
    rows = all_orthologs((gene,), species, others).rows()
    found: set[str] = set()
    for row in rows:
        if isinstance(row["resources"], list):
            found |= {str(name) for name in row["resources"]}
    return sorted(found, key=str.lower)


def network(gene: str, species: str, pairs: Sequence[dict[str, object]]) -> Network:
    """Put the gene on the left, its orthologs on the right, with who supports each pair."""
    nodes = {gene: Node(gene, "Gene", str(pairs[0]["symbol"] or gene), species, 0)}
    edges = []
    for row in pairs:
        key = str(row["ortholog"])
        where = species_name(str(row["species"]))
        nodes[key] = Node(key, "Gene", f"{row['ortholog_symbol'] or key} ({where})", where, 1)
        about = f"{row['cardinality']}, {row['support_count']} of {row['covering_count']} resources"
        edges.append(Edge(gene, key, "ORTHOLOGOUS_TO", about))
    return Network(tuple(nodes.values()), tuple(edges))
