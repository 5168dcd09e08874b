"""An overview of the knowledge base, and one box to search it."""

import streamlit as st

from orthoweave.errors import UnknownNameError
from parts import base, show
from parts.genes import candidate_links
from parts.pages import link
from parts.state import check_text
from parts.text import md

kb = base.base()
counts = kb.manifest.counts

st.title("Species, genes and cells")
query = st.text_input(
    "Search",
    key="q",
    bind="query-params",
    type="search",
    placeholder="a gene, a cell type or a function: INS, p53, beta cell, glucose transport …",
    label_visibility="collapsed",
)


def matching_types(text: str) -> list[dict[str, object]]:
    """List the cell types of the datasets that have a text in their name, ID or synonyms."""
    wanted = text.lower()
    return [
        row
        for row in base.types_here().rows()
        if wanted in " | ".join(map(str, (row["name"], row["cell_type"], row["synonyms"]))).lower()
    ][:10]


def search(text: str) -> None:
    """Show the genes and cell types that a text may refer to, and the nearest in meaning."""
    check_text("q", text)
    genes = kb.genes.complete(text, limit=8)
    types = matching_types(text)
    if genes:
        st.subheader("Genes")
        candidate_links(genes)
    if types:
        st.subheader("Cell types")
        for row in types:
            link(
                "graph",
                md(row["name"] or row["cell_type"]),
                icon=":material/bubble_chart:",
                node=str(row["cell_type"]),
            )
    st.subheader("By meaning")
    link("cells", f"Cells that match “{md(text, 80)}”", icon=":material/bubble_chart:", text=text)
    try:
        with st.spinner("Searching. The first search loads the text model …"):
            answer = kb.search_genes(text, k=8)
    except UnknownNameError as error:
        st.caption(md(error))
    else:
        picked = show.table(answer, "meaning", hide=("rank", "gene"), select=True)
        if picked is not None:
            st.switch_page(
                st.session_state["screens"]["gene"],
                query_params={"gene": str(answer.column("gene")[picked])},
            )
    if not genes and not types:
        st.caption("No gene or cell type has this name; these are the nearest in meaning.")


if query and query.strip():
    with base.explained():
        search(query.strip())

with st.container(horizontal=True):
    st.metric("Species", f"{counts.get('Species', 0):,}", border=True)
    st.metric("Genes", f"{counts.get('Gene', 0):,}", border=True)
    st.metric("Cells", f"{counts.get('Cell', 0):,}", border=True)
    st.metric("Cell types", f"{counts.get('CellType', 0):,}", border=True)
    st.metric("Datasets", f"{counts.get('Dataset', 0):,}", border=True)

with base.explained():
    st.subheader("Examples")
    with st.container(horizontal=True):
        link("across", "Insulin across species", icon=":material/compare_arrows:", genes="INS")
        link(
            "cells",
            "Insulin-secreting beta cells",
            icon=":material/bubble_chart:",
            text="insulin secreting beta cell",
        )
        link("cypher", "Ready-made questions", icon=":material/terminal:")

    st.subheader("Datasets")
    show.table(base.ask("datasets"), "datasets")
    st.subheader("Sources")
    st.caption("The data sources of this build, with their versions and licences.")
    show.table(kb.sources(), "sources", hide=("job", "primary_knowledge_source"))

    st.subheader("This build")
    st.caption(f"Published {md(kb.manifest.created)} as {md(kb.manifest.build)}.")
    differences = kb.changes()
    if differences is None:
        st.caption("This is the first build, so there is no earlier one to compare it with.")
    elif not len(differences):
        st.caption(
            "It contains the same sources and the same number of rows as the previous build."
        )
    else:
        st.caption("Changes since the previous build:")
        show.table(differences, "changes")
