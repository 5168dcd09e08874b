"""What is in this knowledge base, and one box to search all of it."""

import streamlit as st

from orthoweave.errors import UnknownNameError
from orthoweave.queries.changes import changes
from parts import base, show
from parts.genes import candidate_links
from parts.pages import link
from parts.text import md

kb = base.base()
counts = kb.manifest.counts

st.title("Species, genes and cells")
query = st.text_input(
    "Search",
    key="q",
    bind="query-params",
    type="search",
    placeholder="a gene, a cell type, or what it does: INS, p53, beta cell, glucose transport …",
    label_visibility="collapsed",
)


def found_types(text: str) -> list[dict[str, object]]:
    """Cell types with that text in their name or key, those that are in a dataset."""
    wanted = text.lower()
    return [
        row
        for row in base.types_here().rows()
        if wanted in " | ".join(map(str, (row["name"], row["cell_type"], row["synonyms"]))).lower()
    ][:10]


def search(text: str) -> None:
    """Show all that a text may mean."""
    genes = kb.genes.complete(text, limit=8)
    types = found_types(text)
    if genes:
        st.subheader("Genes")
        candidate_links(genes)
    if types:
        st.subheader("Cell types")
        for row in types:
            link("graph", md(row["name"] or row["cell_type"]), icon=":material/bubble_chart:",
                 node=str(row["cell_type"]))  # fmt: skip
    st.subheader("By meaning")
    link("cells", f"Cells that fit “{md(text, 80)}”", icon=":material/bubble_chart:", text=text)
    try:
        with st.spinner("Reading the text model, the first time …"):
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
        st.caption("No gene or cell type is called so; these are the nearest in meaning.")


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
    st.subheader("Try")
    with st.container(horizontal=True):
        link("across", "Insulin across species", icon=":material/compare_arrows:", genes="INS")
        link("cells", "Insulin secreting beta cells", icon=":material/bubble_chart:",
             text="insulin secreting beta cell")  # fmt: skip
        link("cypher", "Ready-made questions", icon=":material/terminal:")

    st.subheader("Datasets")
    show.table(base.ask("datasets"), "datasets")
    st.subheader("Sources")
    st.caption("Who says what is in here, in which version and under which licence.")
    show.table(kb.sources(), "sources", hide=("job", "primary_knowledge_source"))

    st.subheader("This build")
    st.caption(f"Published {md(kb.manifest.created)} as {md(kb.manifest.build)}.")
    found = changes(kb.layout, kb.manifest.build)
    if found is None:
        st.caption("It is the first one, so there is nothing to compare it with.")
    elif not len(found):
        st.caption("It holds the same sources and as many rows as the one before.")
    else:
        st.caption("What changed since the one before:")
        show.table(found, "changes")
