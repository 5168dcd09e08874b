"""Bars of verdicts."""

from orthoweave.charts.verdicts import verdict_bars

ROWS = [
    {"verdict": "near", "n_cells": 20, "n_named": 18, "n_compared": 15, "n_right": 14},
    {"verdict": "outside", "n_cells": 5, "n_named": 0, "n_compared": 0, "n_right": 0},
]


def test_parts_of_a_bar_sum_to_its_cells() -> None:
    """Every cell is in one part of one bar, in the order of the verdicts."""
    figure = verdict_bars(ROWS)
    assert {trace.name: trace.x for trace in figure.data} == {
        "named as the authors do": (14, 0),
        "named otherwise": (1, 0),
        "named, without an author's label": (3, 0),
        "abstained": (2, 5),
    }
    assert all(trace.y == ("near", "outside") for trace in figure.data)


def test_parts_differ_without_colour_and_empty_ones_are_left_out() -> None:
    """Each has a pattern of its own."""
    patterns = [trace.marker.pattern.shape for trace in verdict_bars(ROWS).data]
    assert len(set(patterns)) == 4
    assert [trace.name for trace in verdict_bars(ROWS[1:]).data] == ["abstained"]
    assert len(verdict_bars([]).data) == 0
