"""Text in tables for spreadsheets."""

import polars as pl
import pytest

from orthoweave.exports.text import one_cell, plain_cell


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd", "@SUM(1)", "＝1", "-1+cmd", "+1|x"])
def test_formulas_get_an_apostrophe(text: str) -> None:
    """What a spreadsheet would run is shown as text."""
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "INS", "-1.5", "+3e-7", "a=b", "(+)-camphor", "5"])
def test_other_text_stays(text: str) -> None:
    """Numbers and usual names stay as they are."""
    assert plain_cell(text) == text


def test_missing_values_stay_missing() -> None:
    """A null stays a null."""
    assert pl.select(one_cell(pl.lit(None, pl.String))).item() is None
