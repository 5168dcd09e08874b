"""The frame of every screen: access check, navigation, and the message when a screen fails."""

from pathlib import Path

import streamlit as st

from orthoweave.errors import OrthoweaveError
from parts.base import base
from parts.defence import defended
from parts.gate import check_gate, show_logout
from parts.pages import screens
from parts.state import check_address
from parts.style import add_style
from parts.text import md

# a local file: named icons would be fetched from another server
_ICON = Path(__file__).resolve().parents[1] / "icon.svg"


def run(first: str = "overview") -> None:
    """Show the screen that the address names, else the screen `first`; or why that fails."""
    with defended():
        _show(first)


def _show(first: str) -> None:
    st.set_page_config(page_title="orthoweave", page_icon=str(_ICON), layout="wide")
    add_style()
    check_gate()
    screen = st.navigation(list(screens(first).values()), position="top")
    show_logout()
    try:
        check_address()
        build = base().manifest.build
    except OrthoweaveError as error:
        st.title("orthoweave")
        st.warning(md(error, 1000), icon=":material/info:")
        st.stop()
    # an address such as /?gene=NCBIGene:3630 leads to the page of the gene
    if screen.title == "Overview" and "gene" in st.query_params:
        st.switch_page(
            st.session_state["screens"]["gene"], query_params={"gene": st.query_params["gene"]}
        )
    screen.run()
    st.caption(f"Build {md(build)}")
