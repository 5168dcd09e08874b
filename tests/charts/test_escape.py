"""Text from data in figures."""

from html import unescape

import plotly.graph_objects as go
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.charts.escape import plain


@given(st.text(max_size=60))
def test_no_markup_survives(text: str) -> None:
    """Nothing that plotly would read as markup is left of any text."""
    assert not set(plain(text)) & set('<>${}"\n') - {'"'}


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_shown_letter_by_letter(text: str) -> None:
    """Printable text reads the same once the browser has undone the entities."""
    assert unescape(plain(text)) == text


def test_long_text_is_cut_before_it_is_escaped() -> None:
    """A cut never falls within an entity."""
    assert plain("<<<<<", longest=3) == "&lt;&lt;…"


def test_figures_accept_it() -> None:
    """An escaped name is what the figure carries."""
    figure = go.Figure(go.Scatter(x=[1], y=[1], text=[plain("<img src=x onerror=alert(1)>")]))
    assert "<img" not in figure.to_json()
