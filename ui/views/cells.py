"""Search for cells by text, by example or by signature, and see them on a map."""

import streamlit as st

from orthoweave.errors import UnknownNameError
from orthoweave.questions.answer import Answer
from orthoweave.questions.gene_lists import split_genes
from parts import base, show
from parts.cells_map import map_section
from parts.state import LONGEST_TEXT, read_number, read_text, write_state
from parts.text import md

ANY = "any"
COUNT, MOST_CELLS = 20, 500
# characters of a list of genes
LONGEST = {"up": 5000, "down": 5000}
WAYS = {"text": "by words", "like": "by example", "signature": "by signature"}

kb = base.base()
datasets = [str(row["dataset"]) for row in base.datasets_here()]
types = {
    str(row["cell_type"]): str(row["name"] or row["cell_type"]) for row in base.types_here().rows()
}


def param(name: str) -> str:
    """Return a value of the address."""
    return read_text(name, LONGEST.get(name, LONGEST_TEXT))


def wanted() -> int:
    """Return the number of cells that the address asks for."""
    return read_number("k", COUNT, 1, MOST_CELLS)


def position(options: list[str], value: str) -> int:
    """Return the position of a value among the options; 0 if it is not among them."""
    return options.index(value) if value in options else 0


def way() -> str:
    """Return the way to search: as the address says, until the visitor chooses."""
    names = list(WAYS)
    asked = next((name for name in ("signature", "like") if param(name) or param("down")), "text")
    if param("up"):
        asked = "signature"
    return str(
        st.segmented_control(
            "Search",
            names,
            default=asked,
            format_func=lambda name: WAYS[name],
            key="way",
            required=True,
            label_visibility="collapsed",
        )
    )


def form(kind: str) -> None:
    """Show the search form, and write what it holds to the address."""
    with st.form("cells_form", border=False):
        said: dict[str, str] = {"text": "", "like": "", "up": "", "down": "", "of": ""}
        if kind == "text":
            said["text"] = st.text_input(
                "What the cells are or do",
                value=param("text"),
                key="cells_text",
                max_chars=LONGEST_TEXT,
                placeholder="insulin secreting beta cell",
            )
        elif kind == "like":
            said["like"] = st.text_input(
                "A cell, as dataset:barcode",
                value=param("like"),
                key="cells_like",
                placeholder="baron_human:human1_lib1.final_cell_0010",
                max_chars=LONGEST_TEXT,
            )
        else:
            left, middle, right = st.columns([3, 3, 1])
            said["up"] = left.text_input(
                "Highly expressed genes",
                value=param("up"),
                key="cells_up",
                placeholder="INS IAPP PDX1",
                max_chars=LONGEST["up"],
            )
            said["down"] = middle.text_input(
                "Lowly expressed genes",
                value=param("down"),
                key="cells_down",
                placeholder="GCG",
                max_chars=LONGEST["down"],
            )
            of = [ANY, *base.species_here()]
            said["of"] = right.selectbox(
                "Species of the genes", of, position(of, param("of")), key="cells_of"
            )
        with st.container(horizontal=True):
            where = [ANY, *datasets]
            said["dataset"] = st.selectbox(
                "Dataset", where, position(where, param("dataset")), key="cells_dataset"
            )
            kinds = [ANY, *types]
            said["type"] = st.selectbox(
                "Cell type",
                kinds,
                position(kinds, param("type")),
                key="cells_type",
                format_func=lambda key: types.get(key, key),
            )
            count = st.number_input("Number of cells", 1, MOST_CELLS, wanted(), key="cells_k")
        if st.form_submit_button("Search", type="primary", key="cells_go"):
            state = {name: "" if value == ANY else value.strip() for name, value in said.items()}
            write_state(**state, k=str(count) if count != COUNT else "")
            st.rerun()


def found() -> Answer | None:
    """Return the answer to the question in the address; None if there is none."""
    k, dataset, kind = wanted(), param("dataset") or None, param("type") or None
    if param("up") or param("down"):
        up, down = split_genes(param("up")), split_genes(param("down"))
        with st.spinner("Scoring the cells …"):
            answer = kb.signature(
                up,
                down,
                k=k,
                among=[dataset] if dataset else [],
                species=param("of") or None,
                cell_type=types.get(kind, kind) if kind else None,
            )
        loss(answer.used)
        return answer.hits
    if not param("text") and not param("like"):
        return None
    like = param("like") if not param("text") else None
    with st.spinner("Searching …"):
        return kb.search_cells(
            param("text") or None, k=k, like=like, dataset=dataset, cell_type=kind
        )


def loss(used: Answer) -> None:
    """Show which genes of a signature were used, and why others were not."""
    rows = used.rows()
    unused = [row for row in rows if row["status"] != "used"]
    with st.expander(
        f"Genes: {len(rows) - len(unused)} of {len(rows)} used", expanded=bool(unused)
    ):
        st.caption("In datasets of another species, all orthologs of a gene are used in its place.")
        show.table(used, "used")


def hits(answer: Answer) -> None:
    """Show the cells found, with the genes that explain each hit."""
    st.subheader(f"{len(answer)} cells")
    if not len(answer):
        st.info("No cell matches. Search in more datasets or cell types.", icon=":material/info:")
        return
    st.caption("**top genes**: the genes that contribute most to the score of a hit, and how much.")
    hide = ("cell_type", "top_gene_parts", "dataset")
    first = ("rank", "cell_type_name", "species", "top_genes", "score")
    names = {"cell_type_name": "cell type"}
    row = show.table(answer, "cells", hide=hide, first=first, names=names, select=True)
    if row is not None:
        cell = str(answer.column("cell")[row])
        if st.button(f"Find cells like {md(cell, 80)}", key="like_this"):
            write_state(text="", up="", down="", of="", like=cell)
            st.session_state.pop("way", None)
            st.rerun()


st.title("Cells")
answer: Answer | None = None
with base.explained():
    form(way())
    try:
        answer = found()
    except UnknownNameError as error:
        st.info(md(error, 1000), icon=":material/info:")
    if answer is not None:
        hits(answer)
with base.explained():
    map_section(answer)
