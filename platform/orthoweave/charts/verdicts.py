"""Bars of cells by their distance from those that a model learnt from, parted by what came of them.

Parts differ in colour and in pattern.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go

from orthoweave.charts.escape import plain
from orthoweave.charts.frame import axis, frame
from orthoweave.charts.palette import CATEGORIES, ground

Row = Mapping[str, Any]
# name, colour, pattern, and number of cells
_PARTS: Final[tuple[tuple[str, str, str, Callable[[Row], int]], ...]] = (
    ("named as the authors do", CATEGORIES[0], "", lambda row: row["n_right"]),
    ("named otherwise", CATEGORIES[5], "x", lambda row: row["n_compared"] - row["n_right"]),
    (
        "named, without an author's label",
        CATEGORIES[4],
        ".",
        lambda row: row["n_named"] - row["n_compared"],
    ),
    ("abstained", "#9a9a9a", "/", lambda row: row["n_cells"] - row["n_named"]),
)
_ROW_PX: Final = 44
_AROUND_PX: Final = 120


def verdict_bars(rows: Sequence[Row], *, dark: bool = False) -> go.Figure:
    """Return bars of the rows of a verdicts answer.

    Parameters
    ----------
    rows
        Fields `verdict`, `n_cells`, `n_named`, `n_compared`, `n_right`.
    """
    colours = ground(dark=dark)
    names = [plain(row["verdict"]) for row in rows]
    traces = [
        go.Bar(
            y=names,
            x=numbers,
            orientation="h",
            name=name,
            marker={"color": colour, "pattern": {"shape": pattern, "fgopacity": 0.6}},
            hovertemplate="%{x:,} cells, %{y}: " + name + "<extra></extra>",
        )
        for name, colour, pattern, number in _PARTS
        if any(numbers := [number(row) for row in rows])
    ]
    down = axis(colours, autorange="reversed", type="category", showgrid=False)
    layout = frame(
        colours,
        _AROUND_PX + _ROW_PX * len(rows),
        barmode="stack",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        xaxis=axis(colours, "cells"),
        yaxis=down,
    )
    return go.Figure(traces, layout)
