"""Confusion matrix as a heat map: authors' types by rows, predicted types by columns.

Colour is the share of a row's cells, the number in a field their count. Cells on which the model
abstained are the last column, apart from the others.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import plotly.graph_objects as go

from orthoweave.charts.escape import plain
from orthoweave.charts.frame import axis, frame
from orthoweave.charts.palette import Ground, amount, ground, legible_on

Row = Mapping[str, object]
_ROW_PX: Final = 30
_AROUND_PX: Final = 230
_COLUMN_PX: Final = 34
_BESIDE_PX: Final = 290
_LABEL: Final = 34
# columns whose names fit side by side
_FLAT: Final = 4
# with more fields the numbers would run into each other
_MOST_NUMBERED: Final = 24


def confusion_map(rows: Sequence[Row], *, dark: bool = False) -> go.Figure:
    """Return a heat map of the rows of a confusion answer.

    Parameters
    ----------
    rows
        Fields `author`, `author_name`, `predicted`, `predicted_name`, `abstained`, `n_cells`,
        `share`, in the order in which the types are shown.
    """
    colours = ground(dark=dark)
    authors = _names(rows, "author")
    predicted = _columns(rows, authors)
    counts = np.zeros((len(authors), len(predicted)), int)
    shares = np.zeros(counts.shape)
    line, place = ({key: n for n, key in enumerate(one)} for one in (authors, predicted))
    for row in rows:
        at = line[row["author"]], place[row["predicted"]]
        counts[at], shares[at] = int(str(row["n_cells"])), float(str(row["share"]))
    steps = len(colours.amounts) - 1
    heat = go.Heatmap(
        # a field without cells has no colour
        z=np.where(counts > 0, shares, np.nan),
        x=np.arange(len(predicted)),
        y=np.arange(len(authors)),
        customdata=_hovers(list(authors.values()), list(predicted.values()), counts, shares),
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        zmin=0,
        zmax=1,
        xgap=1,
        ygap=1,
        colorscale=[[n / steps, colour] for n, colour in enumerate(colours.amounts)],
        colorbar={"title": {"text": "share of row"}, "thickness": 12, "outlinewidth": 0},
    )
    height = _AROUND_PX + _ROW_PX * len(authors)
    across = axis(colours, "predicted", **_ticks(list(predicted.values())), showgrid=False)
    if len(predicted) > _FLAT:
        across["tickangle"] = -40
    down = axis(colours, "authors", **_ticks(list(authors.values())), showgrid=False)
    layout = frame(colours, height, xaxis=across, yaxis={**down, "autorange": "reversed"})
    numbered = len(predicted) <= _MOST_NUMBERED
    figure = go.Figure([heat, *([_numbers(counts, shares, colours)] if numbered else [])], layout)
    if None in predicted and len(predicted) > 1:
        edge = len(predicted) - 1.5
        figure.add_vline(edge, line={"color": colours.ink, "width": 2})
    return figure


def narrowest(figure: go.Figure) -> int:
    """Return the width in pixels at which the numbers in the fields can be read."""
    return _BESIDE_PX + _COLUMN_PX * len(figure.layout.xaxis.tickvals)


def _numbers(counts: np.ndarray, shares: np.ndarray, colours: Ground) -> go.Scatter:
    """Return the numbers of cells, dark on light fields and light on dark ones."""
    rows, columns = np.nonzero(counts)
    return go.Scatter(
        x=columns,
        y=rows,
        text=[f"{count:,}" for count in counts[rows, columns]],
        mode="text",
        textfont={"color": [legible_on(amount(share, colours)) for share in shares[rows, columns]]},
        hoverinfo="skip",
        showlegend=False,
    )


def _names(rows: Sequence[Row], side: str) -> dict[object, str]:
    return {row[side]: plain(row[f"{side}_name"], _LABEL) for row in rows}


def _columns(rows: Sequence[Row], authors: Mapping[object, str]) -> dict[object, str]:
    """Return the predicted types: those of authors in their order, then others, then none."""
    found = _names(rows, "predicted")
    first = {key: found[key] for key in authors if key is not None and key in found}
    last = {None: found[None]} if None in found else {}
    return first | {key: name for key, name in found.items() if key is not None} | last


def _ticks(names: Sequence[str]) -> dict[str, object]:
    # by number: two types may have one name
    return {"tickvals": list(range(len(names))), "ticktext": list(names)}


def _hovers(
    authors: Sequence[str], predicted: Sequence[str], counts: np.ndarray, shares: np.ndarray
) -> list[list[str]]:
    return [
        [
            f"authors: {author}<br>predicted: {name}<br>{counts[i, j]:,} cells, "
            f"{shares[i, j]:.1%} of the row"
            for j, name in enumerate(predicted)
        ]
        for i, author in enumerate(authors)
    ]
