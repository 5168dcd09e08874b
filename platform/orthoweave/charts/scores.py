"""Scores of a run with their 95 % intervals, each above its baselines and its control."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go

from orthoweave.charts.escape import plain
from orthoweave.charts.frame import axis, frame
from orthoweave.charts.palette import CATEGORIES, ground

Row = Mapping[str, Any]
ROLES: Final = {
    "model": (CATEGORIES[0], "circle"),
    "baseline": (CATEGORIES[1], "diamond"),
    "control": ("#8a8a8a", "x"),
}
MOST_SCORES: Final = 8
"""Scores that are drawn, the first ones."""
_ROW_PX: Final = 24
_AROUND_PX: Final = 110
_LABEL: Final = 48


def score_plot(rows: Sequence[Row], *, dark: bool = False) -> go.Figure:
    """Return a plot of the rows of a scores answer, a line for each.

    Parameters
    ----------
    rows
        Fields `metric`, `context`, `of`, `role` (*model*, *baseline* or *control*), `value`,
        `low`, `high`; of one run, each model before its baselines.
    """
    colours = ground(dark=dark)
    shown: list[Row] = []
    scores = 0
    for row in rows:
        scores += row["role"] == "model"
        if scores <= MOST_SCORES:
            shown.append(row)
    places = list(range(len(shown)))
    traces = [
        _trace(
            role, [(at, row) for at, row in zip(places, shown, strict=True) if row["role"] == role]
        )
        for role in ROLES
    ]
    down = axis(
        colours,
        tickvals=places,
        ticktext=[_label(row) for row in shown],
        range=[len(shown) - 0.5, -0.5],
        showgrid=False,
    )
    layout = frame(
        colours,
        _AROUND_PX + _ROW_PX * len(shown),
        xaxis=axis(colours, "score, with its 95 % interval"),
        yaxis=down,
    )
    figure = go.Figure(traces, layout)
    for at, row in zip(places, shown, strict=True):
        if row["role"] == "model" and at:
            figure.add_hline(at - 0.5, line={"color": colours.faint, "width": 1})
    return figure


def _label(row: Row) -> str:
    if row["role"] == "model":
        return f"<b>{plain(row['metric'], _LABEL)}</b>"
    return plain(row["of"], _LABEL)


def _trace(role: str, rows: Sequence[tuple[int, Row]]) -> go.Scatter:
    colour, shape = ROLES[role]
    return go.Scatter(
        x=[row["value"] for _, row in rows],
        y=[at for at, _ in rows],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [row["high"] - row["value"] for _, row in rows],
            "arrayminus": [row["value"] - row["low"] for _, row in rows],
            "thickness": 1.5,
        },
        mode="markers",
        marker={"color": colour, "symbol": shape, "size": 9},
        name=role,
        customdata=[
            f"{plain(row['metric'])}, {plain(row['of'])}<br>{row['value']:.3g} "
            f"({row['low']:.3g} to {row['high']:.3g})<br>{plain(row['context'], 120)}"
            for _, row in rows
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
