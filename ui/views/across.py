"""Compare the expression of genes and their orthologs by cell type across species."""

import streamlit as st

from orthoweave.charts.dots import EXPLAINED, Order, dot_plot, narrowest
from orthoweave.errors import InputError
from orthoweave.questions.gene_lists import LARGEST_FILE, read_gmt, split_genes
from orthoweave.scales import shown_scale
from parts import base, show
from parts.genes import candidate_links
from parts.pages import link
from parts.state import read_list, write_state
from parts.style import widen
from parts.text import md

# genes in one plot; the table and the download contain all genes
MOST_PLOTTED = 40
MOST_ASKED = 500

kb = base.base()
here = base.species_here()
kinds = {
    str(row["cell_type"]): f"{row['name'] or row['cell_type']} ({row['n_types']} types)"
    for row in base.kinds_here().rows()
    if isinstance(row["n_types"], int) and row["n_types"] > 1
}


def chosen_set() -> str:
    """Return the genes of a gene set in an uploaded GMT file; empty if there is none."""
    with st.expander("Genes from a GMT file"):
        file = st.file_uploader("GMT file", type=["gmt", "txt"], key="gmt", max_upload_size=5)
        if file is None:
            return ""
        if file.size > LARGEST_FILE:
            st.warning("That file is larger than 5 MB.")
            return ""
        try:
            sets = read_gmt(file.getvalue())
        except InputError as error:
            st.warning(md(error))
            return ""
        name = st.selectbox("Gene set", list(sets), key="gmt_set")
        st.caption(f"{len(sets[name]):,} genes")
        if st.button("Use these genes", key="gmt_use"):
            return " ".join(sets[name])
    return ""


def settings() -> None:
    """Show the form, and write what it holds to the address."""
    with st.form("across_form", border=False):
        genes = st.text_area(
            "Genes",
            value=", ".join(read_list("genes")),
            height=68,
            key="across_genes",
            placeholder="symbols, synonyms or IDs: INS, GCG, SST …",
            max_chars=20_000,
        )
        left, middle, right = st.columns([3, 3, 2], vertical_alignment="bottom")
        across = left.multiselect(
            "Species to compare", here, default=species_chosen(), key="across_species"
        )
        roll_up = middle.multiselect(
            "Pool cell types into",
            list(kinds),
            format_func=lambda key: kinds[key],
            default=[key for key in read_list("pool") if key in kinds],
            key="across_pool",
            placeholder="no pooling",
            help="Pools finer cell types into broader ones of the Cell Ontology, weighted by their "
            "number of cells. Cell counts then refer to the pooled types.",
        )
        order = right.radio(
            "Group columns by",
            ["gene", "species"],
            horizontal=True,
            key="across_order",
            index=int(st.query_params.get("order") == "species"),
        )
        if st.form_submit_button("Show", type="primary", key="across_go"):
            write_state(
                genes=as_many_as_fit(split_genes(genes)),
                across=across,
                pool=roll_up,
                order="species" if order == "species" else "",
            )
            st.rerun()


def as_many_as_fit(genes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first genes of a list, as many as the screen shows; note how many there were."""
    st.session_state["across_entered"] = len(genes)
    return genes[:MOST_ASKED]


def species_chosen() -> list[str]:
    """Return the species in the address, else those that have a dataset."""
    asked = [name for name in read_list("across") if name in here]
    if asked:
        return asked
    with_cells = {str(row["species"]) for row in base.datasets_here()}
    return [name for name in here if base.species_key(name) in with_cells] or here[:2]


def ambiguous_names(genes: tuple[str, ...]) -> None:
    """Show links to the candidates of each name that fits several genes."""
    for text in genes[:20]:
        genes_found = kb.genes.resolve(text)
        best = [gene for gene in genes_found if gene.reason == genes_found[0].reason]
        # several genes of one species: orthologs of the same name are not ambiguous
        if len(best) > len({gene.species for gene in best}):
            st.write(f"“{md(text, 60)}” matches several genes. Enter the ID of the one you mean:")
            candidate_links(best[:8])


def explain(states: set[str], scales: set[str]) -> None:
    """Show the legend of the marks."""
    marks = {"measured zero": "○", "not measured": "×", "no ortholog": "—"}
    lines = [
        f"**{marks[state]} {state}**: {EXPLAINED[state]}" for state in EXPLAINED if state in states
    ]
    lines.append("**no mark**: the dataset has no cells of this type")
    lines.append(
        "**all cells**, **without a label**: cells that have no cell type in their dataset"
    )
    units = " / ".join(shown_scale(scale).unit for scale in sorted(scales)) or "expression"
    lines.append(f"**colour**: mean over the cells of this type, {units}")
    st.caption("  \n".join(lines))


def absent_species() -> None:
    """Show which species of the address are not in this build."""
    absent = [name for name in read_list("across") if name not in here]
    if absent:
        listed = ", ".join(md(name, 40) for name in absent[:8])
        st.info(f"Not in this build: {listed}.", icon=":material/info:")


def picture(rows: list[dict[str, object]]) -> None:
    """Show the plot and its legend."""
    asked = list(dict.fromkeys(row["query"] for row in rows))
    plotted = set(asked[:MOST_PLOTTED])
    order: Order = "species" if st.query_params.get("order") == "species" else "gene"
    drawn = [row for row in rows if row["query"] in plotted]
    figure = dot_plot(drawn, order=order, dark=show.dark())
    widen("across_dots", narrowest(figure))
    show.plot(figure, "across_dots")
    if len(plotted) < len(asked):
        st.caption(
            f"The plot shows the first {MOST_PLOTTED} genes; the table contains all of them."
        )
    scales = {str(row["scale"]) for row in rows if row["scale"] is not None}
    explain({str(row["state"]) for row in rows}, scales)
    several = {str(row["query"]) for row in rows if row["cardinality"] not in {None, "1:1"}}
    if several:
        listed = ", ".join(md(name) for name in sorted(several)[:12])
        st.caption(f"**Not one to one**: {listed}. Each ortholog has its own column.")


def result(genes: tuple[str, ...]) -> None:
    """Show the plot, its legend and the table."""
    entered = max(st.session_state.pop("across_entered", 0), len(genes))
    if entered > MOST_ASKED:
        st.warning(f"You entered {entered:,} genes. This screen shows the first {MOST_ASKED}.")
        genes = genes[:MOST_ASKED]
    pool = tuple(key for key in read_list("pool") if key in kinds)
    answer = base.expression(genes, tuple(species_chosen()), pool)
    rows = answer.rows()
    absent_species()
    ambiguous_names(genes)
    if not rows:
        show.notes(answer)
        if pool:
            return
        st.info("None of these names is a gene of the selected species.", icon=":material/info:")
        return
    picture(rows)
    st.subheader("Data")
    first = ("symbol", "species", "name", "mean", "fraction", "n_cells", "state", "cardinality")
    hide, names = ("gene", "cell_type"), {"name": "cell type"}
    show.table(answer, "across", hide=hide, first=first, names=names)


st.title("Across species")
st.caption("Compare genes and their orthologs by cell type in several species.")
from_file = chosen_set()
if from_file:
    write_state(genes=as_many_as_fit(split_genes(from_file)))
    st.rerun()
settings()
with base.explained():
    wanted = read_list("genes")
    if wanted:
        result(wanted)
    else:
        st.write("Enter one or more genes, or start with an example:")
        with st.container(horizontal=True):
            link("across", "Insulin", genes="INS")
            link("across", "Islet hormones", genes="INS,GCG,SST,PPY")
