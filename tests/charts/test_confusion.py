"""The heat map of a confusion matrix."""

import numpy as np

from orthoweave.charts.confusion import confusion_map, narrowest

EVIL = "<img src=x onerror=alert(1)>"


def _row(
    author: str | None, predicted: str | None, n_cells: int, share: float
) -> dict[str, object]:
    return {
        "author": author,
        "author_name": author or "without a label",
        "predicted": predicted,
        "predicted_name": predicted or "abstained",
        "abstained": predicted is None,
        "n_cells": n_cells,
        "share": share,
    }


ROWS = [
    _row("a", "a", 6, 0.6),
    _row("a", "c", 1, 0.1),
    _row("a", None, 3, 0.3),
    _row("b", "a", 2, 1.0),
    _row(None, "b", 4, 1.0),
]


def test_fields_are_shares_and_numbers_are_cells() -> None:
    """Each pair has its field; a pair without cells has neither colour nor number."""
    heat, numbers = confusion_map(ROWS).data
    expected = [[0.6, np.nan, 0.1, 0.3], [1, np.nan, np.nan, np.nan], [np.nan, 1, np.nan, np.nan]]
    np.testing.assert_allclose(np.array(heat.z, float), expected)
    found = {(y, x): text for y, x, text in zip(numbers.y, numbers.x, numbers.text, strict=True)}
    assert found == {(0, 0): "6", (0, 2): "1", (0, 3): "3", (1, 0): "2", (2, 1): "4"}
    assert "6 cells, 60.0% of the row" in heat.customdata[0][0]


def test_types_stand_in_one_order_and_abstained_is_last() -> None:
    """Authors' types come first, then others, then behind a line the cells without a name."""
    figure = confusion_map(ROWS)
    assert figure.layout.xaxis.ticktext == ("a", "b", "c", "abstained")
    assert figure.layout.yaxis.ticktext == ("a", "b", "without a label")
    assert [shape.x0 for shape in figure.layout.shapes] == [2.5]


def test_two_types_of_one_name_are_two_rows() -> None:
    """Places are by key, not by name."""
    rows = [_row("x", "x", 1, 1.0) | {"author_name": "T cell"}]
    rows.append(_row("y", "x", 1, 1.0) | {"author_name": "T cell"})
    assert confusion_map(rows).layout.yaxis.ticktext == ("T cell", "T cell")


def test_many_types_have_no_numbers_and_more_room() -> None:
    """Numbers that would run into each other are left to the pointer."""
    rows = [_row(f"t{n}", f"t{n}", 1, 1.0) for n in range(40)]
    assert len(confusion_map(rows).data) == 1
    assert narrowest(confusion_map(rows)) > narrowest(confusion_map(rows[:10])) > 400


def test_names_are_text_and_nothing_is_drawn_of_nothing() -> None:
    """Markup of the data does not reach the figure."""
    assert "<img" not in confusion_map([_row(EVIL, EVIL, 1, 1.0)]).to_json()
    assert confusion_map([]).layout.xaxis.ticktext == ()
