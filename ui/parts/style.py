"""CSS fixes on top of the Streamlit theme; contains no user data."""

from typing import Final

import streamlit as st

from parts.show import dark

# long links wrap and are not cut; a link to another gene does not look like the current page
_EVERYWHERE: Final = """
[data-testid="stMainBlockContainer"] { padding-top: 4.5rem; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] { background-color: transparent; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"]:hover,
[data-testid="stMain"] [data-testid="stPageLink-NavLink"]:focus-visible {
  background-color: rgba(128, 128, 128, 0.18); }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] * {
  white-space: normal; overflow: visible; font-weight: inherit; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] strong { font-weight: 600; }
.st-key-across_dots, .st-key-confusion_plot { overflow-x: auto; }
"""
# white on the light blue of the dark theme has a contrast of 2.3, this has 8
_DARK: Final = """
[data-testid="stBaseButton-primary"], [data-testid="stBaseButton-primaryFormSubmit"],
[data-testid="stBaseButton-primary"] p, [data-testid="stBaseButton-primaryFormSubmit"] p,
[data-testid="stMultiSelect"] [data-baseweb="tag"],
[data-testid="stMultiSelect"] [data-baseweb="tag"] * { color: #0b1a24 !important; }
"""


def add_style() -> None:
    """Add the rules to the page."""
    st.html(f"<style>{_EVERYWHERE}{_DARK if dark() else ''}</style>")


def widen(key: str, pixels: int) -> None:
    """Make an element at least this wide; its container scrolls where the screen is narrower.

    Parameters
    ----------
    key
        The element's key: a word of ours.
    """
    st.html(f"<style>.st-key-{key} > div {{ min-width: {int(pixels)}px; }}</style>")
