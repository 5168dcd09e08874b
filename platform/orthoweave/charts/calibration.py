"""Calibration curve: share of right cells by the probability of their prediction, with counts.

On the diagonal a model is right as often as it says. Below the curve the number of cells of each
bin is drawn, since a bin of few cells says little.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go

from orthoweave.charts.frame import axis, frame
from orthoweave.charts.palette import Ground, ground, look

Row = Mapping[str, Any]
KINDS: Final = ("named", "abstained")
_HEIGHT: Final = 460
_COUNTS_TOP, _CURVE_BOTTOM = 0.22, 0.3


def calibration_curve(rows: Sequence[Row], *, dark: bool = False) -> go.Figure:
    """Return the curve of the rows of a reliability answer.

    Parameters
    ----------
    rows
        Fields `cells` (*named* or *abstained*), `bin_low`, `bin_high`, `mean_probability`,
        `n_cells`, `n_right`, `right`, `low`, `high`.
    """
    colours = ground(dark=dark)
    traces: list[Any] = [_diagonal(colours)]
    for number, kind in enumerate(KINDS):
        part = [row for row in rows if row["cells"] == kind]
        if part:
            traces += [_curve(part, kind, number), _counts(part, kind, number)]
    span = {"range": [-0.02, 1.02]}
    layout = frame(
        colours,
        _HEIGHT,
        xaxis=axis(colours, "probability of the prediction", anchor="y2", **span),
        yaxis=axis(colours, "share right", domain=[_CURVE_BOTTOM, 1], tickformat=".0%", **span),
        yaxis2=axis(colours, "cells", domain=[0, _COUNTS_TOP], rangemode="tozero"),
        barmode="stack",
        bargap=0.05,
    )
    return go.Figure(traces, layout)


def _diagonal(colours: Ground) -> go.Scatter:
    return go.Scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": colours.quiet, "dash": "dash", "width": 1},
        name="as often right as it says",
        hoverinfo="skip",
    )


def _curve(rows: Sequence[Row], kind: str, number: int) -> go.Scatter:
    colour, shape = look(number)
    return go.Scatter(
        x=[row["mean_probability"] for row in rows],
        y=[row["right"] for row in rows],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [row["high"] - row["right"] for row in rows],
            "arrayminus": [row["right"] - row["low"] for row in rows],
            "thickness": 1.5,
        },
        mode="lines+markers",
        line={"color": colour, "dash": "solid" if kind == KINDS[0] else "dot"},
        marker={"size": 9, "symbol": shape if number == 0 else "diamond"},
        name=kind,
        legendgroup=kind,
        customdata=[
            f"{kind}, probability {row['bin_low']:.2g} to {row['bin_high']:.2g}<br>"
            f"{row['n_right']:,} of {row['n_cells']:,} cells right: {row['right']:.1%} "
            f"({row['low']:.1%} to {row['high']:.1%})"
            for row in rows
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _counts(rows: Sequence[Row], kind: str, number: int) -> go.Bar:
    return go.Bar(
        x=[(row["bin_low"] + row["bin_high"]) / 2 for row in rows],
        y=[row["n_cells"] for row in rows],
        width=[0.95 * (row["bin_high"] - row["bin_low"]) for row in rows],
        yaxis="y2",
        marker={"color": look(number)[0], "pattern": {"shape": "" if number == 0 else "/"}},
        name=kind,
        legendgroup=kind,
        showlegend=False,
        hovertemplate="%{y:,} cells<extra>" + kind + "</extra>",
    )
