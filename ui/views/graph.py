"""The graph around a node; a click on a node adds its neighbours."""

import contextlib

import streamlit as st

from orthoweave.charts.network import MOST_ELEMENTS, Edge, Node, cut, kind_name, network_figure
from orthoweave.errors import UnknownNameError
from orthoweave.questions.answer import Answer
from orthoweave.questions.neighbourhood import EDGES
from parts import base, show
from parts.genes import candidate_links
from parts.pages import go, link
from parts.state import LONGEST_TEXT, read_list, read_text, write_state
from parts.text import md

MOST_OPENED = 30
kb = base.base()


def finder() -> None:
    """Show a box for a gene, a cell type, an ortholog group or a dataset."""
    with st.form("graph_form", border=False):
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        text = left.text_input(
            "Start from",
            key="graph_text",
            placeholder="a gene, a cell type, a dataset: INS, type B pancreatic cell, CL:0000169",
            label_visibility="collapsed",
            type="search",
            max_chars=LONGEST_TEXT,
        )
        if right.form_submit_button("Show", key="graph_go", width="stretch") and text.strip():
            start(text.strip())


def start(text: str) -> None:
    """Start from the node that a text names, or show links to the candidates."""
    with contextlib.suppress(UnknownNameError):
        go("graph", node=kb.node(text)["key"])
    types = [row for row in base.types_here().rows() if text.lower() in str(row["name"]).lower()]
    genes = kb.genes.resolve(text)
    if len(genes) == 1 and not types:
        go("graph", node=genes[0].gene)
    if len(types) == 1 and not genes:
        go("graph", node=str(types[0]["cell_type"]))
    if not genes and not types:
        st.info(f"Nothing here is called “{md(text, 80)}”.", icon=":material/info:")
    for row in types[:10]:
        link("graph", md(row["name"]), icon=":material/bubble_chart:", node=str(row["cell_type"]))
    candidate_links(genes[:10], "graph")


def draw(opened: tuple[str, ...]) -> None:
    """Draw the network around all opened nodes."""
    first = kb.node(opened[0])
    nodes = {first["key"]: Node(first["key"], first["kind"], first["name"], first["species"])}
    edges: dict[tuple[str, str, str], Edge] = {}
    tables: list[Answer] = []
    notes: list[str] = []
    for key in opened:
        around = kb.neighbourhood(key)
        tables.append(around)
        notes += around.notes
        for row in around.rows():
            other = str(row["end"] if row["start"] == key else row["start"])
            nodes.setdefault(
                other, Node(other, str(row["kind"]), str(row["name"]), str(row["species"]))
            )
            edge = Edge(str(row["start"]), str(row["end"]), str(row["relation"]), str(row["about"]))
            edges.setdefault(
                (min(edge.start, edge.end), max(edge.start, edge.end), edge.kind), edge
            )
    network = cut(list(nodes.values()), list(edges.values()))
    st.caption(
        f"{len(network.nodes)} nodes, {len(network.edges)} edges. Click one to add its neighbours."
    )
    if len(network.nodes) < len(nodes) or len(network.edges) < len(edges):
        st.warning(f"The network shows only {MOST_ELEMENTS:,} elements. Start again from one node.")
    picture = network_figure(network, chosen=opened[-1], dark=show.dark())
    event = show.plot(picture, f"network_{len(opened)}", select=True)
    clicked = [point.get("customdata") for point in event["selection"]["points"]]
    clicked = [key[0] if isinstance(key, list) else key for key in clicked if key]
    if clicked and clicked[0] not in opened:
        write_state(open=[*opened[1:], clicked[0]][-MOST_OPENED:])
        st.rerun()
    details(opened[-1])
    for note in notes:
        st.caption(md(note))
    with st.expander("Edges"):
        show.table(base.joined(tables, EDGES, f"Around {first['name']}"), "edges")


def details(key: str) -> None:
    """Show what the last opened node is, with links to other screens."""
    node = kb.node(key)
    st.markdown(
        f"**{md(node['name'])}** {md(node['species'])} · {md(kind_name(node['kind']))} · {md(key)}"
    )
    with st.container(horizontal=True):
        if node["kind"] == "Gene":
            link("gene", "Gene page", icon=":material/genetics:", gene=key)
        elif node["kind"] == "CellType":
            link(
                "cells", "Search for such cells", icon=":material/bubble_chart:", text=node["name"]
            )
        link("graph", "Start again from here", icon=":material/restart_alt:", node=key)


st.title("Graph")
st.caption("See what is connected to a gene, a cell type, a dataset, or any node by its key.")
with base.explained():
    finder()
    origin = read_text("node")
    if origin:
        draw((origin, *[key for key in read_list("open") if key != origin][-MOST_OPENED:]))
    else:
        st.write("Enter a name to start from, or start with an example:")
        with st.container(horizontal=True):
            for row in base.types_here().rows()[:4]:
                link("graph", md(row["name"]), node=str(row["cell_type"]))
