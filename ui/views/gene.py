"""One gene: names, orthologs, expression by cell type, and similar genes."""

import re

import streamlit as st

from orthoweave.charts.dots import dot_plot
from orthoweave.errors import InputError
from orthoweave.questions.answer import Answer
from orthoweave.questions.genes import species_name
from parts import base, show
from parts.genes import WHY, candidate_links
from parts.orthologs import orthologs_section
from parts.pages import go, link
from parts.state import LONGEST_TEXT, read_text
from parts.text import md

kb = base.base()


def finder() -> None:
    """Show a box that opens the page of a gene."""
    with st.form("find", border=False, clear_on_submit=True):
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        text = left.text_input(
            "Gene",
            placeholder="symbol, synonym or ID: INS, p53, ENSG00000254647",
            label_visibility="collapsed",
            key="find_text",
            max_chars=LONGEST_TEXT,
            type="search",
        )
        if right.form_submit_button("Show", key="find_go", width="stretch") and text.strip():
            go("gene", gene=text.strip())


def ambiguous(text: str) -> None:
    """Show links to the genes that a text may refer to, or say that there are none."""
    candidates = kb.genes.resolve(text) or kb.genes.complete(text, limit=12)
    st.title("Gene")
    finder()
    if not candidates:
        message = (
            f"No gene is called “{md(text, 80)}” here. Check the spelling, or search by meaning:"
        )
        st.info(message, icon=":material/info:")
        link("overview", f"Search for “{md(text, 80)}”", icon=":material/search:", q=text)
        return
    st.write(f"“{md(text, 80)}” may refer to:")
    candidate_links(candidates[:30])


def expression_section(gene: str, species: str) -> None:
    """Show the expression of the gene by cell type."""
    st.subheader("Expression by cell type")
    others = [name for name in base.species_here() if name != species]
    link(
        "across",
        "Compare across species",
        icon=":material/compare_arrows:",
        genes=gene,
        across=",".join([species, *others][:4]),
    )
    answer = base.expression((gene,), (species,))
    rows = answer.rows()
    if not rows or all(row["dataset"] is None for row in rows):
        st.info(f"This build contains no dataset of {md(species)}.", icon=":material/info:")
        return
    show.plot(dot_plot(rows, order="species", dark=show.dark()), "gene_dots")
    with st.expander("Data"):
        show.table(
            answer,
            "gene_expression",
            hide=("query", "gene", "cell_type", "cardinality"),
            first=("name", "mean", "fraction", "n_cells", "dataset", "state"),
            names={"name": "cell type"},
        )


def neighbours_section(gene: str) -> None:
    """Show genes with similar descriptions beside genes with correlated expression."""
    st.subheader("Similar genes")
    left, right = st.columns(2)
    with left:
        st.caption(
            "**By description**: genes of any species whose descriptions are nearest in meaning."
        )
        with base.explained():
            neighbours = kb.nearest_genes(gene, k=15)
            clicked = show.table(neighbours, "near_text", hide=("rank", "gene"), select=True)
            _open(neighbours, clicked)
    with right:
        st.caption(
            "**By expression**: genes whose expression correlates across the cells of a dataset."
        )
        with base.explained():
            together = base.ask("coexpressed_genes", {"gene": gene, "limit": 50})
            if not len(together):
                st.info(
                    "This build has no co-expression data for this gene.", icon=":material/info:"
                )
                return
            hide = ("gene", "cell_type", "method")
            clicked = show.table(together, "near_cells", hide=hide, select=True)
            _open(together, clicked)


def _open(answer: Answer, row: int | None) -> None:
    if row is not None:
        go("gene", gene=str(answer.column("gene")[row]))


def names_section(about: dict[str, object]) -> None:
    """Show all names and IDs of the gene."""
    for title, column in (
        ("Synonyms", "synonyms"),
        ("Previous symbols", "previous_symbols"),
        ("IDs in other databases", "xrefs"),
        ("Retired ids", "retired_ids"),
    ):
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
    """Show everything on one gene."""
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
        link("graph", "Show in graph", icon=":material/hub:", node=gene)
    orthologs_section(gene, species)
    with base.explained():
        expression_section(gene, species)
    neighbours_section(gene)


def main() -> None:
    """Show the gene in the address, or a box to find one."""
    try:
        key = read_text("gene")
    except InputError:
        st.title("Gene")
        finder()
        raise
    if not key.strip():
        st.title("Gene")
        st.write("Enter a symbol, a synonym or an ID of a gene of any species.")
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
        st.subheader("Other genes with this name")
        candidate_links(others[:30])


with base.explained():
    main()
