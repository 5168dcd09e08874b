"""Cells: found by text, by example or by signature, seen on a map, with the reason for each."""

import streamlit as st

from orthoweave.errors import UnknownNameError
from orthoweave.ids import find_species
from orthoweave.queries.answer import Answer
from orthoweave.queries.gene_lists import split_genes
from orthoweave.queries.signature import search_signature
from parts import base, show
from parts.cells_map import map_section
from parts.state import write_state
from parts.text import md

ANY = "any"
WAYS = {"text": "by words", "like": "by example", "signature": "by signature"}

kb = base.base()
datasets = [str(row["dataset"]) for row in base.datasets_here()]
types = {str(row["cell_type"]): str(row["name"] or row["cell_type"])
         for row in base.types_here().rows()}  # fmt: skip


def param(name: str) -> str:
    """Read a value of the address."""
    return str(st.query_params.get(name, ""))


def position(options: list[str], value: str) -> int:
    """Where a value of the address is among the options; the first for one that is not."""
    return options.index(value) if value in options else 0


def way() -> str:
    """How to search: as the address says, until somebody chooses."""
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
    """Ask for the question and what to search among; it goes into the address."""
    with st.form("cells_form", border=False):
        said: dict[str, str] = {"text": "", "like": "", "up": "", "down": "", "of": ""}
        if kind == "text":
            said["text"] = st.text_input(
                "What the cells are or do", value=param("text"), key="cells_text", max_chars=500,
                placeholder="insulin secreting beta cell",
            )  # fmt: skip
        elif kind == "like":
            said["like"] = st.text_input(
                "A cell, as dataset:barcode", value=param("like"), key="cells_like",
                placeholder="baron_human:human1_lib1.final_cell_0010", max_chars=300,
            )  # fmt: skip
        else:
            left, middle, right = st.columns([3, 3, 1])
            said["up"] = left.text_input(
                "High", value=param("up"), key="cells_up", placeholder="INS IAPP PDX1",
                max_chars=5000,
            )  # fmt: skip
            said["down"] = middle.text_input(
                "Low", value=param("down"), key="cells_down", placeholder="GCG", max_chars=5000
            )
            of = [ANY, *base.species_here()]
            said["of"] = right.selectbox("Genes of", of, position(of, param("of")), key="cells_of")
        with st.container(horizontal=True):
            where = [ANY, *datasets]
            said["dataset"] = st.selectbox(
                "In dataset", where, position(where, param("dataset")), key="cells_dataset"
            )
            kinds = [ANY, *types]
            said["type"] = st.selectbox(
                "Of type", kinds, position(kinds, param("type")), key="cells_type",
                format_func=lambda key: types.get(key, key),
            )  # fmt: skip
            count = st.number_input("Cells", 1, 500, int(param("k") or 20), key="cells_k")
        if st.form_submit_button("Search", type="primary", key="cells_go"):
            state = {name: "" if value == ANY else value.strip() for name, value in said.items()}
            write_state(**state, k=str(count) if count != 20 else "")
            st.rerun()


def found() -> Answer | None:
    """Answer to the question of the address; None if it asks nothing."""
    k = min(max(int(param("k") or 20) if param("k").isdigit() or not param("k") else 20, 1), 500)
    dataset, kind = param("dataset") or None, param("type") or None
    if param("up") or param("down"):
        up, down = split_genes(param("up")), split_genes(param("down"))
        with st.spinner("Scoring the cells …"):
            answer = search_signature(
                kb, up, down, k=k, among=[dataset] if dataset else [],
                species=find_species(param("of")) if param("of") else None,
                cell_type=types.get(kind, kind) if kind else None,
            )  # fmt: skip
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
    """Say what became of each gene of a signature."""
    rows = used.rows()
    lost = [row for row in rows if row["status"] != "used"]
    with st.expander(f"Genes: {len(rows) - len(lost)} of {len(rows)} used", expanded=bool(lost)):
        st.caption("In a dataset of another species a gene is stood in for by all its orthologs.")
        show.table(used, "used")


def hits(answer: Answer) -> None:
    """Show the cells that were found, and why."""
    st.subheader(f"{len(answer)} cells")
    if not len(answer):
        st.info("No cell fits. Widen what you search among.", icon=":material/info:")
        return
    st.caption("**top genes**: the genes that speak most for a hit, and how much each adds.")
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
form(way())
answer: Answer | None = None
with base.explained():
    try:
        answer = found()
    except UnknownNameError as error:
        st.info(md(error, 1000), icon=":material/info:")
    if answer is not None:
        hits(answer)
with base.explained():
    map_section(answer)
