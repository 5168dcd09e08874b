"""Genes and their orthologs by cell type, species side by side: the screen this app is for."""

import streamlit as st

from orthoweave.charts.dots import EXPLAINED, Order, dot_plot, narrowest
from orthoweave.errors import InputError
from orthoweave.queries.gene_lists import LARGEST_FILE, read_gmt, split_genes
from parts import base, show
from parts.genes import candidate_links
from parts.pages import link
from parts.state import read_list, write_state
from parts.style import widen
from parts.text import md

# what a plot can hold; more genes stay in the table and the download
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
    """Genes of a gene set in an uploaded GMT file, if there is one."""
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
    """Show the form; what it says goes into the address."""
    with st.form("across_form", border=False):
        genes = st.text_area(
            "Genes", value=", ".join(read_list("genes")), height=68, key="across_genes",
            placeholder="INS, GCG, SST … typed or pasted: symbols, synonyms or ids",
            max_chars=20_000,
        )  # fmt: skip
        left, middle, right = st.columns([3, 3, 2], vertical_alignment="bottom")
        across = left.multiselect(
            "Species, side by side", here, default=species_chosen(), key="across_species"
        )
        roll_up = middle.multiselect(
            "Pool cell types into", list(kinds), format_func=lambda key: kinds[key],
            default=[key for key in read_list("pool") if key in kinds], key="across_pool",
            placeholder="as the datasets have them",
            help="Finer types are pooled into wider ones of the Cell Ontology, weighted by their "
            "number of cells. Counts change their meaning with it.",
        )  # fmt: skip
        order = right.radio(
            "Group columns by", ["gene", "species"], horizontal=True, key="across_order",
            index=int(st.query_params.get("order") == "species"),
        )  # fmt: skip
        if st.form_submit_button("Show", type="primary", key="across_go"):
            write_state(genes=split_genes(genes), across=across, pool=roll_up,
                        order="species" if order == "species" else "")  # fmt: skip
            st.rerun()


def species_chosen() -> list[str]:
    """Species of the address; without any, those with a dataset."""
    asked = [name for name in read_list("across") if name in here]
    if asked:
        return asked
    with_cells = {str(row["species"]) for row in base.datasets_here()}
    return [name for name in here if base.species_key(name) in with_cells] or here[:2]


def ambiguous_names(genes: tuple[str, ...]) -> None:
    """For names that fit several genes: links to choose one of them."""
    for text in genes[:20]:
        found = kb.genes.resolve(text)
        best = [one for one in found if one.reason == found[0].reason] if found else []
        in_one = {one.species for one in best}
        if len(best) > len(in_one):
            st.write(f"“{md(text, 60)}” may mean several genes; name one by its id:")
            candidate_links(best[:8])


def explain(states: set[str]) -> None:
    """Say what the marks mean."""
    marks = {"measured zero": "○", "not measured": "×", "no ortholog": "—"}
    lines = [
        f"**{marks[state]} {state}**: {EXPLAINED[state]}" for state in EXPLAINED if state in states
    ]
    lines.append("**no mark**: the dataset has no cells of this type")
    lines.append("**colour**: mean over the type's cells of log1p of counts per 10 000")
    st.caption("  \n".join(lines))


def absent_species() -> None:
    """Say which species of the address this build does not hold."""
    absent = [name for name in read_list("across") if name not in here]
    if absent:
        listed = ", ".join(md(name, 40) for name in absent[:8])
        st.info(f"Not in this build: {listed}.", icon=":material/info:")


def picture(rows: list[dict[str, object]]) -> None:
    """Show the plot and what it means."""
    asked = list(dict.fromkeys(row["query"] for row in rows))
    plotted = set(asked[:MOST_PLOTTED])
    order: Order = "species" if st.query_params.get("order") == "species" else "gene"
    drawn = [row for row in rows if row["query"] in plotted]
    figure = dot_plot(drawn, order=order, dark=show.dark())
    widen("across_dots", narrowest(figure))
    show.plot(figure, "across_dots")
    if len(plotted) < len(asked):
        st.caption(f"The plot shows the first {MOST_PLOTTED} genes; the table has all.")
    explain({str(row["state"]) for row in rows})
    several = {str(row["query"]) for row in rows if row["cardinality"] not in {None, "1:1"}}
    if several:
        listed = ", ".join(md(name) for name in sorted(several)[:12])
        st.caption(f"**Not one to one**: {listed}. Every ortholog has a column; none is picked.")


def result(genes: tuple[str, ...]) -> None:
    """Show the plot, what it means, and the numbers."""
    if len(genes) > MOST_ASKED:
        st.warning(f"{len(genes):,} genes are more than this screen asks at once: the first "
                   f"{MOST_ASKED} are shown.")  # fmt: skip
        genes = genes[:MOST_ASKED]
    pool = tuple(key for key in read_list("pool") if key in kinds)
    answer = base.expression(genes, tuple(species_chosen()), pool)
    rows = answer.rows()
    absent_species()
    ambiguous_names(genes)
    if not rows:
        show.notes(answer)
        st.info("None of these names is a gene of these species.", icon=":material/info:")
        return
    picture(rows)
    st.subheader("The numbers")
    first = ("symbol", "species", "name", "mean", "fraction", "n_cells", "state", "cardinality")
    hide, names = ("gene", "cell_type"), {"name": "cell type"}
    show.table(answer, "across", hide=hide, first=first, names=names)


st.title("Across species")
st.caption("Genes and their orthologs in each cell type, species side by side.")
from_file = chosen_set()
if from_file:
    write_state(genes=split_genes(from_file))
    st.rerun()
settings()
with base.explained():
    wanted = read_list("genes")
    if wanted:
        result(wanted)
    else:
        st.write("Type one gene or many, or begin with one of these:")
        with st.container(horizontal=True):
            link("across", "Insulin", genes="INS")
            link("across", "Islet hormones", genes="INS,GCG,SST,PPY")
