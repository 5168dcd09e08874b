"""One gene: its names, its orthologs and who says so, where it is expressed, what is like it."""

import re

import streamlit as st

from orthoweave.charts.dots import dot_plot
from orthoweave.queries.answer import Answer
from orthoweave.queries.genes import species_name
from orthoweave.queries.neighbourhood import nearest_genes
from parts import base, show
from parts.genes import WHY, candidate_links
from parts.orthologs import orthologs_section
from parts.pages import go, link
from parts.text import md

kb = base.base()
key = str(st.query_params.get("gene", ""))


def finder() -> None:
    """Show a box that leads to a gene's page."""
    with st.form("find", border=False, clear_on_submit=True):
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        text = left.text_input(
            "Gene", placeholder="symbol, synonym or id: INS, p53, ENSG00000254647",
            label_visibility="collapsed", key="find_text", type="search",
        )  # fmt: skip
        if right.form_submit_button("Show", key="find_go", width="stretch") and text.strip():
            go("gene", gene=text.strip())


def ambiguous(text: str) -> None:
    """Offer every gene that a text may mean, or say that there is none."""
    found = kb.genes.resolve(text) or kb.genes.complete(text, limit=12)
    st.title("Gene")
    finder()
    if not found:
        message = (
            f"No gene is called “{md(text, 80)}” here. Check the spelling, or search by meaning:"
        )
        st.info(message, icon=":material/info:")
        link("overview", f"Search for “{md(text, 80)}”", icon=":material/search:", q=text)
        return
    st.write(f"“{md(text, 80)}” may mean:")
    candidate_links(found[:30])


def expression_section(gene: str, species: str) -> None:
    """Where the gene is expressed, by cell type."""
    st.subheader("Expression by cell type")
    others = [name for name in base.species_here() if name != species]
    link("across", "Compare across species", icon=":material/compare_arrows:", genes=gene,
         across=",".join([species, *others][:4]))  # fmt: skip
    answer = base.expression((gene,), (species,))
    rows = answer.rows()
    if not rows or all(row["dataset"] is None for row in rows):
        st.info(f"No dataset of {md(species)} is in this build.", icon=":material/info:")
        return
    show.plot(dot_plot(rows, order="species", dark=show.dark()), "gene_dots")
    with st.expander("The numbers"):
        show.table(answer, "gene_expression", hide=("query", "gene", "cell_type", "cardinality"),
                   first=("name", "mean", "fraction", "n_cells", "dataset", "state"),
                   names={"name": "cell type"})  # fmt: skip


def neighbours_section(gene: str) -> None:
    """Genes with texts alike beside genes that go up and down together."""
    st.subheader("Genes like it")
    left, right = st.columns(2)
    with left:
        st.caption("**By what is written about them**: nearest text vectors, any species.")
        with base.explained():
            neighbours = nearest_genes(kb, gene, k=15)
            clicked = show.table(neighbours, "near_text", hide=("rank", "gene"), select=True)
            _open(neighbours, clicked)
    with right:
        st.caption("**By expression**: they go up and down together over the cells of a dataset.")
        with base.explained():
            together = base.ask("coexpressed_genes", {"gene": gene, "limit": 50})
            if not len(together):
                st.info("No co-expression of this gene is known here.", icon=":material/info:")
                return
            hide = ("gene", "cell_type", "method")
            clicked = show.table(together, "near_cells", hide=hide, select=True)
            _open(together, clicked)


def _open(answer: Answer, row: int | None) -> None:
    if row is not None:
        go("gene", gene=str(answer.column("gene")[row]))


def names_section(about: dict[str, object]) -> None:
    """All names and ids of the gene."""
    for title, column in (
        ("Synonyms", "synonyms"), ("Previous symbols", "previous_symbols"),
        ("Ids elsewhere", "xrefs"), ("Retired ids", "retired_ids"),
    ):  # fmt: skip
        values = about.get(column)
        if isinstance(values, list) and values:
            st.markdown(f"**{title}** " + ", ".join(md(value) for value in values[:40]))
    st.caption(f"Source: {md(about.get('source'))}, {md(about.get('license'))}.")


def outside_links(gene: str) -> None:
    """Links to the gene's page at NCBI or Ensembl; only for ids that are sound."""
    ncbi = re.fullmatch(r"NCBIGene:(\d{1,12})", gene)
    ensembl = re.fullmatch(r"ENSEMBL:([A-Za-z0-9]{1,30})", gene)
    if ncbi:
        st.link_button("NCBI Gene", f"https://www.ncbi.nlm.nih.gov/gene/{ncbi[1]}")
    elif ensembl:
        st.link_button("Ensembl", f"https://www.ensembl.org/id/{ensembl[1]}")


def page(gene: str) -> None:
    """Everything on one gene."""
    about = kb.gene(gene).rows()[0]
    species = species_name(str(about["species"]))
    st.title(md(about["symbol"] or gene))
    st.markdown(f"**{md(about['name'] or 'no name')}** · {md(species)} · {md(gene)}")
    finder()
    if about.get("summary"):
        st.text(str(about["summary"]))
    names_section(about)
    with st.container(horizontal=True):
        outside_links(gene)
        link("graph", "Its neighbourhood", icon=":material/hub:", node=gene)
    orthologs_section(gene, species)
    with base.explained():
        expression_section(gene, species)
    neighbours_section(gene)


def main() -> None:
    """Show the gene of the address, or a box to find one."""
    if not key.strip():
        st.title("Gene")
        st.write("Type a symbol, a synonym or an id of any species.")
        finder()
        return
    candidates = kb.genes.resolve(key)
    record = kb.genes.gene(key)
    best = [one for one in candidates if one.reason == candidates[0].reason]
    if record is None and len(best) == 1:
        record = kb.genes.gene(best[0].gene)
        if record is not None and best[0].reason not in {"id", "symbol"}:
            why = WHY.get(best[0].reason, "")
            st.caption(f"“{md(key, 80)}” is {why}: {md(best[0].matched)}")
    if record is None:
        ambiguous(key)
        return
    page(record.id)
    others = [one for one in candidates if one.gene != record.id]
    if others:
        st.subheader("Other genes of that name")
        candidate_links(others[:30])


with base.explained():
    main()
