"""The screens and the links to them."""

from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from orthoweave.errors import PluginError
from orthoweave.plugins import Page, declared, load

_VIEWS: Final = Path(__file__).resolve().parents[1] / "views"
_SCREENS: Final = {
    "overview": ("Overview", ":material/home:"),
    "gene": ("Gene", ":material/genetics:"),
    "across": ("Across species", ":material/compare_arrows:"),
    "cells": ("Cells", ":material/bubble_chart:"),
    "samples": ("Samples", ":material/timeline:"),
    "graph": ("Graph", ":material/hub:"),
    "cypher": ("Queries", ":material/terminal:"),
    "runs": ("Runs", ":material/model_training:"),
}


def screens(first: str = "overview") -> dict[str, StreamlitPage]:
    """Return all screens by name; `first` is shown if the address names none."""
    found = {
        name: st.Page(
            _VIEWS / f"{name}.py", title=title, icon=icon, url_path=name, default=name == first
        )
        for name, (title, icon) in _SCREENS.items()
    }
    for name in declared("pages"):
        page = load("pages", name)
        if not isinstance(page, Page):
            message = f"{page!r} is declared as the page {name!r}: expected a Page"
            raise PluginError(message)
        found[name] = st.Page(
            page.path, title=page.title, icon=page.icon, url_path=name, default=name == first
        )
    st.session_state["screens"] = found
    return found


def go(screen: str, **state: str) -> None:
    """Show another screen with this state in its address."""
    st.switch_page(st.session_state["screens"][screen], query_params=state)


def link(screen: str, label: str, *, icon: str | None = None, **state: str) -> None:
    """Link to another screen with this state in its address. `label` is Markdown."""
    page = st.session_state["screens"][screen]
    st.page_link(page, label=label, icon=icon, query_params=state or None)
