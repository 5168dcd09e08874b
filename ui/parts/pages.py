"""The screens, and links to them."""

from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_VIEWS: Final = Path(__file__).resolve().parents[1] / "views"
_SCREENS: Final = {
    "overview": ("Overview", ":material/home:"),
    "gene": ("Gene", ":material/genetics:"),
    "across": ("Across species", ":material/compare_arrows:"),
    "cells": ("Cells", ":material/bubble_chart:"),
    "graph": ("Graph", ":material/hub:"),
    "cypher": ("Queries", ":material/terminal:"),
    "runs": ("Runs", ":material/model_training:"),
}


def screens(first: str = "overview") -> dict[str, StreamlitPage]:
    """All screens by name; `first` is shown where the address names none."""
    found = {
        name: st.Page(
            _VIEWS / f"{name}.py", title=title, icon=icon, url_path=name, default=name == first
        )
        for name, (title, icon) in _SCREENS.items()
    }
    st.session_state["screens"] = found
    return found


def go(screen: str, **state: str) -> None:
    """Show another screen with this state in its address."""
    st.switch_page(st.session_state["screens"][screen], query_params=state)


def link(screen: str, label: str, *, icon: str | None = None, **state: str) -> None:
    """Link to another screen with this state in its address. `label` is Markdown."""
    page = st.session_state["screens"][screen]
    st.page_link(page, label=label, icon=icon, query_params=state or None)
