"""The frame of a figure with axes: fonts, grid and margins, on light and dark pages."""

from typing import Any

from orthoweave.charts.palette import Ground


def axis(colours: Ground, title: str = "", **more: Any) -> dict[str, Any]:
    """Return an axis with a quiet grid."""
    return {
        "title": {"text": title},
        "gridcolor": colours.faint,
        "linecolor": colours.faint,
        "zeroline": False,
        "automargin": True,
        "tickfont": {"color": colours.ink},
        **more,
    }


def frame(colours: Ground, height: int, **more: Any) -> dict[str, Any]:
    """Return the layout of a figure of this height in pixels."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 24, "b": 8},
        "font": {"color": colours.ink},
        "plot_bgcolor": "rgba(0,0,0,0)",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        **more,
    }
