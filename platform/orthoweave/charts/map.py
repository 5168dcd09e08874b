"""Map of a dataset's cells in two dimensions, coloured by amounts or by categories."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from orthoweave.charts.escape import plain
from orthoweave.charts.palette import Ground, ground, look

Numbers = npt.NDArray[np.floating]

# categories beyond this many of the largest are drawn as one
MOST_CATEGORIES: Final = 30
NO_LABEL: Final = "no label"
_HEIGHT: Final = 520
_QUIET: Final = 0.35


def map_by_category(
    places: Numbers,
    labels: Sequence[str | None],
    *,
    hits: Sequence[int] = (),
    order: Sequence[str] = (),
    quiet: Sequence[str] = (),
    hovers: Sequence[str] = (),
    dark: bool = False,
) -> go.Figure:
    """Return a map of cells, coloured and shaped by category.

    Parameters
    ----------
    places
        Shape ``(n_cells, 2)``, no unit.
    labels
        Category of each cell; None for cells without one.
    hits
        Numbers of cells to ring.
    order
        Categories in the order of their colours, such as `categories` returns for two maps that
        are to have the same; by falling number of cells if empty.
    quiet
        Categories that are drawn in grey, below the others.
    hovers
        Text of each cell for the pointer, escaped; the category if empty.
    """
    colours = ground(dark=dark)
    named = np.array([label or NO_LABEL for label in labels], dtype=object).astype(str)
    texts = np.array(hovers, dtype=object)
    ordered = [name for name in order or categories(labels) if name not in quiet]
    shown, rest = ordered[:MOST_CATEGORIES], ordered[MOST_CATEGORIES:]
    parts: list[tuple[str, list[str], dict[str, object]]] = [
        (name, [name], {"color": colours.quiet, "opacity": _QUIET}) for name in quiet
    ]
    for number, name in enumerate(shown):
        colour, shape = look(number)
        parts.append((name, [name], {"color": colour, "symbol": shape}))
    parts.append((f"{len(rest)} smaller ones", rest, {"color": colours.quiet}))
    figure = go.Figure()
    for name, members, marker in parts:
        here = np.isin(named, members)
        if here.any():
            _add(figure, places[here], plain(name, 40), marker, texts=texts[here] if hovers else ())
    _ring(figure, places, hits, colours)
    return _lay_out(figure, colours)


def categories(labels: Sequence[str | None]) -> list[str]:
    """Return the categories of cells, those of most cells first."""
    named = np.array([label or NO_LABEL for label in labels], dtype=object).astype(str)
    names, counts = np.unique(named, return_counts=True)
    return [str(names[n]) for n in np.argsort(-counts, kind="stable")]


def map_by_amount(
    places: Numbers, amounts: Numbers, *, title: str, hits: Sequence[int] = (), dark: bool = False
) -> go.Figure:
    """Return a map of cells, coloured from low to high; the highest are drawn last.

    Parameters
    ----------
    amounts
        Shape ``(n_cells,)``, in the unit that `title` names. NaN cells are drawn in grey below the
        others.
    """
    colours = ground(dark=dark)
    known = np.isfinite(amounts)
    figure = go.Figure()
    if not known.all():
        _add(figure, places[~known], "no value", {"color": colours.faint})
    order = np.flatnonzero(known)[np.argsort(amounts[known], kind="stable")]
    steps = len(colours.amounts) - 1
    marker = {
        "color": amounts[order].astype(np.float32),
        "colorscale": [[n / steps, colour] for n, colour in enumerate(colours.amounts)],
        "colorbar": {"title": {"text": plain(title, 30)}, "thickness": 12, "outlinewidth": 0},
        "showscale": True,
    }
    _add(figure, places[order], "cells", marker, hover="%{marker.color:.3g}<extra></extra>")
    figure.data[-1].showlegend = False  # one trace that carries the colour scale
    _ring(figure, places, hits, colours)
    figure = _lay_out(figure, colours)
    figure.update_layout(showlegend=bool(hits) or not known.all())
    return figure


def _add(
    figure: go.Figure,
    places: Numbers,
    name: str,
    marker: dict[str, object],
    *,
    hover: str = "",
    texts: Sequence[str] | npt.NDArray[np.object_] = (),
) -> None:
    size = 4 if len(places) > 4000 else 6
    figure.add_trace(
        go.Scattergl(
            x=places[:, 0].astype(np.float32),
            y=places[:, 1].astype(np.float32),
            name=name,
            mode="markers",
            marker={"size": size, "opacity": 0.85, **marker},
            text=list(texts) or None,
            hovertemplate="%{text}<extra></extra>"
            if len(texts)
            else hover or f"{name}<extra></extra>",
        )
    )


def _ring(figure: go.Figure, places: Numbers, hits: Sequence[int], colours: Ground) -> None:
    if len(hits):
        marker = {
            "color": colours.ink,
            "symbol": "circle-open",
            "size": 13,
            "opacity": 1,
            "line": {"width": 2},
        }
        _add(figure, places[np.asarray(hits)], "found", marker)


def _lay_out(figure: go.Figure, colours: Ground) -> go.Figure:
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"color": colours.ink},
        plot_bgcolor="rgba(0,0,0,0)",
        paper_bgcolor="rgba(0,0,0,0)",
        hovermode="closest",
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "itemsizing": "constant"},
    )
    for axis in (figure.update_xaxes, figure.update_yaxes):
        axis(visible=False, showgrid=False, zeroline=False)
    figure.update_yaxes(scaleanchor="x", scaleratio=1)
    return figure
