"""Kaplan-Meier curves with the numbers at risk, and expression by group of samples."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from orthoweave.charts.escape import plain
from orthoweave.charts.palette import CATEGORIES, Ground, ground

Rows = Sequence[Mapping[str, Any]]

_HEIGHT: Final = 460
_TICKS: Final = 6
# lengths of time, in months, that a reader counts in
_STEPS: Final = (1, 2, 3, 6, 12, 24, 36, 60, 120)


def survival_plot(rows: Rows, *, dark: bool = False) -> go.Figure:
    """Return the curves of `KnowledgeBase.survival_curves`, with the numbers at risk below.

    A tick marks a time at which an observation ended without an event. The band is the 95 %
    interval.
    """
    colours = ground(dark=dark)
    sides = list(dict.fromkeys(str(row["side"]) for row in rows))
    figure = make_subplots(2, 1, shared_xaxes=True, row_heights=[0.82, 0.18], vertical_spacing=0.06)
    ticks = _ticks(max((float(row["months"]) for row in rows), default=0.0))
    for number, side in enumerate(sides):
        mine = [row for row in rows if row["side"] == side]
        colour = CATEGORIES[number % len(CATEGORIES)]
        _add_band(figure, mine, colour)
        _add_curve(figure, mine, side, colour)
        _add_at_risk(figure, mine, side, ticks, colour)
    _lay_out(figure, colours)
    figure.update_xaxes(tickvals=ticks, range=[-0.02 * ticks[-1], None])
    figure.update_xaxes(title_text="months", row=2, col=1)
    figure.update_yaxes(title_text="without event", range=[0, 1.03], row=1, col=1)
    # a row for each side, with room above and below
    span = [len(sides) - 0.5, -0.5]
    figure.update_yaxes(title_text="at risk", range=span, showgrid=False, row=2, col=1)
    return figure


def restored_plot(rows: Rows, *, dark: bool = False) -> go.Figure:
    """Return `KnowledgeBase.restored_values` as points, a colour for each group of samples.

    On the line, restored and measured values are equal.
    """
    colours = ground(dark=dark)
    there = [row for row in rows if None not in (row["restored"], row["measured"])]
    figure = go.Figure()
    for number, group in enumerate(dict.fromkeys(str(row["group"] or "no group") for row in there)):
        mine = [row for row in there if str(row["group"] or "no group") == group]
        figure.add_trace(
            go.Scatter(
                x=[row["measured"] for row in mine],
                y=[row["restored"] for row in mine],
                text=[plain(row["sample"], 60) for row in mine],
                mode="markers",
                name=plain(group, 40),
                marker={"color": CATEGORIES[number % len(CATEGORIES)], "size": 6},
            )
        )
    values = [float(row[name]) for row in there for name in ("measured", "restored")]
    ends = [min(values, default=0.0), max(values, default=1.0)]
    line = {"color": colours.ink, "width": 1, "dash": "dot"}
    figure.add_trace(go.Scatter(x=ends, y=ends, mode="lines", line=line, showlegend=False))
    _lay_out(figure, colours)
    scale = str(there[0]["scale"]) if there else ""
    figure.update_xaxes(title_text=f"measured, {scale}")
    figure.update_yaxes(title_text=f"restored, {scale}")
    return figure


def group_plot(rows: Rows, *, dark: bool = False) -> go.Figure:
    """Return boxes of `KnowledgeBase.expression_by_group`, a colour for each dataset.

    A box spans the middle half of the samples, the lines reach to the least and the most.

    Parameters
    ----------
    rows
        Of datasets on one scale: values on others do not compare.
    """
    colours = ground(dark=dark)
    figure = go.Figure()
    names = [(str(row["dataset"]), str(row["symbol"] or row["query"])) for row in rows]
    for number, (dataset, gene) in enumerate(dict.fromkeys(names)):
        mine = [row for row, name in zip(rows, names, strict=True) if name == (dataset, gene)]
        figure.add_trace(
            go.Box(
                x=[plain(row["group"] or "no group", 40) for row in mine],
                lowerfence=[row["least"] for row in mine],
                q1=[row["quarter"] for row in mine],
                median=[row["median"] for row in mine],
                q3=[row["three_quarters"] for row in mine],
                upperfence=[row["most"] for row in mine],
                name=plain(f"{gene}, {dataset} ({mine[0]['scale']})", 60),
                marker_color=CATEGORIES[number % len(CATEGORIES)],
            )
        )
    _lay_out(figure, colours)
    figure.update_layout(boxmode="group", showlegend=True)
    scales = dict.fromkeys(str(row["scale"]) for row in rows)
    figure.update_yaxes(title_text=", ".join(scales))
    return figure


def _ticks(longest: float) -> list[float]:
    step = next((step for step in _STEPS if longest / step <= _TICKS), _STEPS[-1])
    return [float(at) for at in np.arange(0, longest + step, step)]


def _add_curve(figure: go.Figure, rows: Rows, side: str, colour: str) -> None:
    months, left = [row["months"] for row in rows], [row["survival"] for row in rows]
    line = {"color": colour, "width": 2, "shape": "hv"}
    shown = f"{plain(side, 40)} ({rows[0]['at_risk']:,})"
    hover = "%{x:.1f} months: %{y:.0%}<extra>" + plain(side, 40) + "</extra>"
    curve = go.Scatter(x=months, y=left, name=shown, mode="lines", line=line, hovertemplate=hover)
    figure.add_trace(curve, row=1, col=1)
    ended = [row for row in rows[1:] if not row["events"]]
    marks = go.Scatter(
        x=[row["months"] for row in ended],
        y=[row["survival"] for row in ended],
        mode="markers",
        marker={"color": colour, "symbol": "line-ns-open", "size": 7},
        showlegend=False,
        hoverinfo="skip",
    )
    figure.add_trace(marks, row=1, col=1)


def _add_band(figure: go.Figure, rows: Rows, colour: str) -> None:
    known = [row for row in rows if row["low"] is not None]
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    for end, fill in (("low", None), ("high", "tonexty")):
        edge = go.Scatter(
            x=[row["months"] for row in known],
            y=[row[end] for row in known],
            mode="lines",
            line={"width": 0, "shape": "hv"},
            fill=fill,
            fillcolor=f"rgba({red}, {green}, {blue}, 0.15)",
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_trace(edge, row=1, col=1)


def _add_at_risk(
    figure: go.Figure, rows: Rows, side: str, ticks: Sequence[float], colour: str
) -> None:
    months = np.array([row["months"] for row in rows])
    at_risk = [row["at_risk"] for row in rows] + [0]
    counts = [at_risk[int(np.searchsorted(months, tick, side="left"))] for tick in ticks]
    texts = go.Scatter(
        x=list(ticks),
        y=[plain(side, 40)] * len(ticks),
        text=[f"{count:,}" for count in counts],
        mode="text",
        textfont={"color": colour},
        showlegend=False,
        hoverinfo="skip",
    )
    figure.add_trace(texts, row=2, col=1)


def _lay_out(figure: go.Figure, colours: Ground) -> None:
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"color": colours.ink},
        plot_bgcolor="rgba(0,0,0,0)",
        paper_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
    )
    figure.update_xaxes(showgrid=False, zeroline=False, linecolor=colours.faint)
    figure.update_yaxes(gridcolor=colours.faint, zeroline=False)
