"""Dot plot of expression by cell type, columns aligned by ortholog, species side by side.

The size of a dot is the fraction of cells that express the gene, its colour the mean. A state
without a number has its own mark: *measured zero* an open circle, *not measured* a cross, *no
ortholog* a dash. Where a dataset has no cells of a type there is no mark.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import plotly.graph_objects as go

from orthoweave.charts.escape import plain
from orthoweave.charts.palette import Ground, ground

Order = Literal["gene", "species"]
Row = Mapping[str, object]

MEASURED: Final = "measured"
ZERO: Final = "measured zero"
NOT_MEASURED: Final = "not measured"
NO_ORTHOLOG: Final = "no ortholog"
EXPLAINED: Final = {
    ZERO: "the gene was measured, and no cell of this type has a count",
    NOT_MEASURED: "the dataset did not measure this gene: nothing is known",
    NO_ORTHOLOG: "this species has no ortholog of the gene",
}
_MARKS: Final = {
    ZERO: ("circle-open", 7),
    NOT_MEASURED: ("x-thin-open", 8),
    NO_ORTHOLOG: ("line-ew-open", 10),
}
_USUAL: Final = (None, "log1p_cp10k")
_LARGEST: Final = 22.0
_ROW_PX: Final = 26
_BELOW_PX: Final = 130
_TAG: Final = re.compile(r"</?[bi]>|<br>")
# columns whose labels fit side by side
_FLAT: Final = 8
_FEWEST: Final = 5
_COLUMN_PX: Final = 24
# about what a letter takes above the columns, and in the names of cell types
_LABEL_PX: Final = 7.5
_NAME_PX: Final = 5.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the plot: a gene in one dataset, or a gene that is not there."""

    query: str
    species: str
    gene: str | None
    symbol: str
    dataset: str | None


def dot_plot(rows: Sequence[Row], *, order: Order = "gene", dark: bool = False) -> go.Figure:
    """Return a dot plot of the rows of an expression answer.

    Parameters
    ----------
    rows
        Fields `query`, `species`, `gene`, `symbol`, `dataset`, `cell_type`, `name`, `mean` (mean
        of log1p of counts per 10 000, or on `scale`), `fraction` (None where it is not known),
        `n_cells`, `state`. A row without `cell_type`
        and `name` holds for all cell types of its column.
    order
        Whether columns are grouped by the gene asked for, or by species.
    """
    colours = ground(dark=dark)
    columns = columns_of(rows, order)
    types = cell_types_of(rows)
    place = {column: number for number, column in enumerate(columns)}
    line = {kind: number for number, kind in enumerate(types)}
    traces = []
    for state in (MEASURED, *EXPLAINED):
        marks = [
            (place[_column(row)], line[kind], row)
            for row in rows
            if row["state"] == state
            for kind in _types_of(row, types)
        ]
        traces.append(_trace(state, marks, colours))
    # made in one go: plotly checks every property again each time that a figure is changed
    return go.Figure(
        [*traces, *_size_legend(colours)], _layout(columns, types, order, colours, _unit(rows))
    )


def narrowest(figure: go.Figure) -> int:
    """Return the width in pixels at which neither dots nor labels overlap."""
    labels = list(figure.layout.xaxis.ticktext)
    column = float(_COLUMN_PX)
    if len(labels) <= _FLAT:
        lines = [_TAG.sub("", line) for label in labels for line in label.split("<br>")]
        column = max(column, _LABEL_PX * max(map(len, lines), default=0))
    names = max((len(_TAG.sub("", name)) for name in figure.layout.yaxis.ticktext), default=0)
    return round(20 + _NAME_PX * names + column * max(len(labels), _FEWEST))


def columns_of(rows: Iterable[Row], order: Order = "gene") -> list[Column]:
    """Return the columns in plot order: as asked for, species as given, then symbol and dataset."""
    queries: dict[str, int] = {}
    species: dict[str, int] = {}
    found = set()
    for row in rows:
        queries.setdefault(str(row["query"]), len(queries))
        species.setdefault(str(row["species"]), len(species))
        found.add(_column(row))

    def rank(column: Column) -> tuple[object, ...]:
        ends = queries[column.query], species[column.species]
        first = ends if order == "gene" else ends[::-1]
        return (*first, column.symbol.lower(), column.gene or "", column.dataset or "")

    return sorted(found, key=rank)


def cell_types_of(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Key and name of the cell types: those seen in most species first, then by name.

    Cells without a type come last, under an empty key.
    """
    seen: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        kind = _type_of(row)
        if kind is not None:
            seen.setdefault(kind, set()).add(str(row["species"]))
    order = sorted(seen, key=lambda kind: (not kind[0], -len(seen[kind]), kind[1].lower(), kind[0]))
    return order or [("", "")]


def _column(row: Row) -> Column:
    gene, dataset = row["gene"], row["dataset"]
    symbol = row["symbol"] or gene or "—"
    return Column(
        str(row["query"]),
        str(row["species"]),
        None if gene is None else str(gene),
        str(symbol),
        None if dataset is None else str(dataset),
    )


def _type_of(row: Row) -> tuple[str, str] | None:
    """Key and name of the cells that a row is about; None if it is about no cells."""
    if row["cell_type"] is None and row["name"] is None:
        return None
    return str(row["cell_type"] or ""), str(row["name"] or row["cell_type"])


def _types_of(row: Row, types: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    kind = _type_of(row)
    return list(types) if kind is None else [kind]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _trace(state: str, marks: Sequence[tuple[int, int, Row]], colours: Ground) -> dict[str, object]:
    marker: dict[str, object]
    if state == MEASURED:
        marker = {
            "size": np.array([_size(_share(row)) for _, _, row in marks]),
            "color": np.array([_number(row["mean"]) for _, _, row in marks]),
            "coloraxis": "coloraxis",
            "opacity": 1,
            "line": {"width": 0.8, "color": colours.quiet},
        }
    else:
        shape, size = _MARKS[state]
        marker = {
            "symbol": shape,
            "size": size,
            "color": colours.quiet,
            "line": {"width": 1.4, "color": colours.quiet},
        }
    # arrays are checked and sent as a whole; an empty trace keeps one invisible mark
    nowhere: list[float] = [np.nan]
    places = [np.array([mark[side] for mark in marks] or nowhere) for side in (0, 1)]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": state,
        "marker": marker,
        "x": places[0],
        "y": places[1],
        "showlegend": bool(marks) and state != MEASURED,
        "text": [_hover(row) for _, _, row in marks],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _hover(row: Row) -> str:
    head = f"<b>{plain(row['symbol'] or row['query'])}</b> {plain(row['species'])}"
    lines = [head, plain(row["name"] or row["cell_type"] or "all cell types"), plain(row["state"])]
    if row["state"] == MEASURED:
        mean, n_cells = _number(row["mean"]), f"{_number(row['n_cells']):,.0f} cells"
        unit = "" if row.get("scale") in _USUAL else f" {plain(row['scale'])}"
        known = row["fraction"] is not None
        lines[2] = f"mean {mean:.3g}{unit}, " + (
            f"in {_number(row['fraction']):.1%} of {n_cells}" if known else f"over {n_cells}"
        )
    elif row["state"] == ZERO:
        lines[2] = f"measured zero in {_number(row['n_cells']):,.0f} cells"
    if row["dataset"] is not None:
        lines.append(plain(row["dataset"]))
    return "<br>".join(lines)


def _share(row: Row) -> float:
    # half of the cells stands for a share that is not known
    return 0.5 if row["fraction"] is None else _number(row["fraction"])


def _size(fraction: float) -> float:
    # the area, not the width, is proportional to the fraction
    return 3.0 + (_LARGEST - 3.0) * max(fraction, 0.0) ** 0.5


def _size_legend(colours: Ground) -> list[dict[str, object]]:
    line = {"width": 0.8, "color": colours.quiet}
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": f"{share:.0%} of cells",
            "x": [None],
            "y": [None],
            "hoverinfo": "skip",
            "marker": {"size": _size(share), "color": colours.faint, "line": line},
        }
        for share in (0.1, 0.5, 1.0)
    ]


def _unit(rows: Sequence[Row]) -> str:
    """Return what the colours are: means, on which scale if it is not the usual one."""
    scales = sorted({str(row["scale"]) for row in rows if row.get("scale") is not None})
    if len(scales) > 1:
        return f"mean, different scales: {plain(', '.join(scales), 60)}"
    return "mean" if not scales or scales[0] in _USUAL else f"mean, {plain(scales[0])}"


def _layout(
    columns: Sequence[Column],
    types: Sequence[tuple[str, str]],
    order: Order,
    colours: Ground,
    unit: str,
) -> dict[str, object]:
    slanted = len(columns) > _FLAT
    labels = [_label(column, order, _several_datasets(columns)) for column in columns]
    top = 110 if slanted else 18 + 17 * max((len(lines) for lines in labels), default=1)
    annotations, shapes = _headings(columns, order, colours, top)
    return {
        "height": top + 24 + _ROW_PX * len(types) + _BELOW_PX,
        "margin": {"l": 8, "r": 8, "t": top + 24, "b": _BELOW_PX},
        "legend": {
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "itemsizing": "trace",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "coloraxis": _scale(colours, unit),
        "annotations": annotations,
        "shapes": shapes,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "font": {"color": colours.ink},
        "xaxis": _across(columns, labels, slanted=slanted),
        "yaxis": _down(types, colours),
    }


def _across(
    columns: Sequence[Column], labels: Sequence[Sequence[str]], *, slanted: bool
) -> dict[str, object]:
    return {
        "tickvals": list(range(len(columns))),
        "ticktext": [(" " if slanted else "<br>").join(lines) for lines in labels],
        # a few columns stand together on the left instead of far apart
        "range": [-0.6, max(len(columns), _FEWEST) - 0.4],
        "side": "top",
        "zeroline": False,
        "tickangle": -90 if slanted else 0,
        "showgrid": False,
        "fixedrange": True,
    }


def _down(types: Sequence[tuple[str, str]], colours: Ground) -> dict[str, object]:
    return {
        "tickvals": list(range(len(types))),
        "ticktext": _type_names(types),
        "automargin": True,
        "range": [len(types) - 0.4, -0.6],
        "gridcolor": colours.faint,
        "zeroline": False,
        "fixedrange": True,
    }


def _scale(colours: Ground, unit: str) -> dict[str, object]:
    # it stands below, as the legend does, so that a phone has its width for the dots
    steps = len(colours.amounts) - 1
    bar = {
        "title": {"text": unit, "side": "top"},
        "orientation": "h",
        "thickness": 10,
        "lenmode": "pixels",
        "len": 170,
        "x": 0,
        "xanchor": "left",
        "y": -0.01,
        "yanchor": "top",
        "outlinewidth": 0,
    }
    scale = [[n / steps, colour] for n, colour in enumerate(colours.amounts)]
    # means of z-scores are below zero too
    least = {} if "zscore" in unit else {"cmin": 0}
    return {"colorscale": scale, "colorbar": bar, **least}


def _type_names(types: Sequence[tuple[str, str]]) -> list[str]:
    """Return names for the axis; two types of one name get their dataset or key."""
    names = [name for _, name in types]
    return [
        plain(name, 40)
        if names.count(name) == 1
        else f"{plain(name, 24)} <i>{plain(key.removeprefix('label:').split('/')[0], 20)}</i>"
        for key, name in types
    ]


def _several_datasets(columns: Iterable[Column]) -> set[str]:
    datasets: dict[str, set[str | None]] = {}
    for column in columns:
        datasets.setdefault(column.species, set()).add(column.dataset)
    return {species for species, names in datasets.items() if len(names - {None}) > 1}


def _label(column: Column, order: Order, several: set[str]) -> list[str]:
    lines = [f"<b>{plain(column.symbol, 16)}</b>"]
    lines += [plain(column.species, 16)] if order == "gene" else []
    if column.species in several and column.dataset is not None:
        lines.append(f"<i>{plain(column.dataset, 16)}</i>")
    return lines


def _headings(
    columns: Sequence[Column], order: Order, colours: Ground, top: int
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Put a heading above each run of columns and a line between runs."""
    names = [column.query if order == "gene" else column.species for column in columns]
    starts = [n for n, name in enumerate(names) if n == 0 or names[n - 1] != name]
    ends = [*starts[1:], len(names)]
    headings: list[dict[str, object]] = [
        {
            "x": (start + end - 1) / 2,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": top - 12,
            "showarrow": False,
            "text": plain(names[start], 18),
            "font": {"color": colours.quiet, "size": 12},
        }
        for start, end in zip(starts, ends, strict=False)
    ]
    lines: list[dict[str, object]] = [
        {
            "type": "line",
            "x0": start - 0.5,
            "x1": start - 0.5,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": {"color": colours.faint, "width": 1},
        }
        for start in starts[1:]
    ]
    return headings, lines
