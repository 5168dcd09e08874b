"""A small network as a figure: nodes that can be clicked, edges with their meaning on hover.

networkx computes the places with a fixed seed, so that the same network always looks the same.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import networkx as nx
import numpy as np
import plotly.graph_objects as go

from orthoweave.charts.escape import plain
from orthoweave.charts.palette import CATEGORIES, Ground, ground

# larger networks are slow to draw and cannot be read
MOST_ELEMENTS: Final = 1000
_KINDS: Final = ("Gene", "CellType", "OrthologGroup", "Dataset", "Species")
_DASHES: Final = ("solid", "dot", "dash", "dashdot", "longdash")
_KIND_NAMES: Final = {
    "Gene": "gene",
    "CellType": "cell type",
    "OrthologGroup": "ortholog group",
    "Dataset": "dataset",
    "Species": "species",
}
_SHAPES: Final = {
    "Gene": "circle",
    "CellType": "square",
    "OrthologGroup": "diamond",
    "Dataset": "triangle-up",
    "Species": "hexagon",
}


def kind_name(kind: str) -> str:
    """Return a label of the graph in words.

    Examples
    --------
    >>> kind_name("OrthologGroup"), kind_name("Pathway"), kind_name("CellCluster")
    ('ortholog group', 'pathway', 'cell cluster')
    """
    return _KIND_NAMES.get(kind) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kind).lower()


@dataclass(frozen=True, slots=True)
class Node:
    """A node to draw."""

    key: str
    kind: str
    """Its label in the graph, such as Gene."""
    name: str
    about: str = ""
    """A line for the hover, such as its species."""
    column: int = 0
    """Column of a figure in columns, from the left."""


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge to draw."""

    start: str
    end: str
    kind: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes, and edges between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def cut(nodes: Sequence[Node], edges: Sequence[Edge], most: int = MOST_ELEMENTS) -> Network:
    """Keep the first nodes and edges, `most` in all; an edge needs both its ends."""
    kept = {node.key: node for node in nodes[: max(1, most // 2)]}
    inside = [edge for edge in edges if edge.start in kept and edge.end in kept]
    return Network(tuple(kept.values()), tuple(inside[: most - len(kept)]))


def network_figure(network: Network, *, chosen: str = "", dark: bool = False) -> go.Figure:
    """Return a network laid out by forces; the `customdata` of a point is the key of its node."""
    graph = nx.Graph()
    graph.add_nodes_from(node.key for node in network.nodes)
    graph.add_edges_from((edge.start, edge.end) for edge in network.edges)
    places = _forces(graph)
    # room for the names of the outer nodes
    widest = 1.3 * max((abs(x) for x, _ in places.values()), default=1.0) + 0.1
    return _draw(network, places, chosen=chosen, height=560, dark=dark, across=(-widest, widest))


def columns_figure(network: Network, *, chosen: str = "", dark: bool = False) -> go.Figure:
    """Return a network in columns: a bipartite graph where there are two."""
    places: dict[str, tuple[float, float]] = {}
    columns = sorted({node.column for node in network.nodes})
    for number, column in enumerate(columns):
        inside = [node.key for node in network.nodes if node.column == column]
        for rank, key in enumerate(inside):
            places[key] = (float(number), (len(inside) - 1) / 2 - rank)
    tallest = max((sum(n.column == c for n in network.nodes) for c in columns), default=1)
    # room for the names below the lowest and beside the outer nodes
    return _draw(
        network,
        places,
        chosen=chosen,
        height=110 + 44 * tallest,
        dark=dark,
        across=(-0.4, max(len(columns) - 0.6, 0.6)),
        down=(-tallest / 2 - 0.3, tallest / 2 + 0.1),
    )


def _forces(graph: nx.Graph) -> dict[str, tuple[float, float]]:
    if not graph:
        return {}
    found = nx.spring_layout(graph, seed=0, k=1.6 / np.sqrt(len(graph)), iterations=80)
    return {str(key): (float(place[0]), float(place[1])) for key, place in found.items()}


def _draw(
    network: Network,
    places: Mapping[str, tuple[float, float]],
    *,
    chosen: str,
    height: int,
    dark: bool,
    across: tuple[float, float],
    down: tuple[float, float] | None = None,
) -> go.Figure:
    colours = ground(dark=dark)
    traces: list[dict[str, object]] = []
    kinds = sorted({edge.kind for edge in network.edges})
    for number, kind in enumerate(kinds):
        alike = [edge for edge in network.edges if edge.kind == kind]
        traces += _lines(alike, places, _DASHES[number % len(_DASHES)], colours)
    others = sorted({node.kind for node in network.nodes} - set(_KINDS))
    for number, kind in enumerate((*_KINDS, *others)):
        nodes = [node for node in network.nodes if node.kind == kind]
        if nodes:
            traces.append(_points(nodes, places, number, chosen, colours))
    return go.Figure(traces, _layout(colours, height, across, down))


def _layout(
    colours: Ground, height: int, across: tuple[float, float], down: tuple[float, float] | None
) -> dict[str, object]:
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "font": {"color": colours.ink},
        "plot_bgcolor": "rgba(0,0,0,0)",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "dragmode": "pan",
        "clickmode": "event+select",
        "legend": {
            "orientation": "h",
            "y": -0.02,
            "yanchor": "top",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "xaxis": {**axis, "range": list(across)},
        "yaxis": axis | ({"range": list(down)} if down else {}),
    }


def _lines(
    edges: Sequence[Edge], places: Mapping[str, tuple[float, float]], dash: str, colours: Ground
) -> list[dict[str, object]]:
    x: list[float | None] = []
    y: list[float | None] = []
    for edge in edges:
        start, end = places[edge.start], places[edge.end]
        x += [start[0], end[0], None]
        y += [start[1], end[1], None]
    name = plain(edges[0].kind.replace("_", " ").lower())
    # plotly's lines have no hover text: a faint point in the middle carries it
    middles = [(places[edge.start], places[edge.end]) for edge in edges]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": y,
            "name": name,
            "hoverinfo": "skip",
            "line": {"color": colours.quiet, "width": 1.2, "dash": dash},
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [(a[0] + b[0]) / 2 for a, b in middles],
            "y": [(a[1] + b[1]) / 2 for a, b in middles],
            "showlegend": False,
            "marker": {"size": 9, "color": colours.quiet, "opacity": 0.15},
            "text": [f"{name}<br>{plain(edge.about, 160)}" for edge in edges],
            "hoverinfo": "text",
        },
    ]


def _points(
    nodes: Sequence[Node],
    places: Mapping[str, tuple[float, float]],
    number: int,
    chosen: str,
    colours: Ground,
) -> go.Scatter:
    marker = {
        "size": [24 if node.key == chosen else 17 for node in nodes],
        "color": CATEGORIES[number % len(CATEGORIES)],
        "symbol": _SHAPES.get(nodes[0].kind, "circle"),
        "opacity": 1,
        "line": {"width": [3 if node.key == chosen else 1 for node in nodes], "color": colours.ink},
    }
    kind = nodes[0].kind
    return {
        "type": "scatter",
        "mode": "markers+text",
        "marker": marker,
        "name": plain(kind_name(kind)),
        "x": [places[node.key][0] for node in nodes],
        "y": [places[node.key][1] for node in nodes],
        "text": [plain(node.name, 24) for node in nodes],
        "textposition": "bottom center",
        "textfont": {"shadow": colours.halo},
        "hovertext": [
            f"<b>{plain(node.name)}</b><br>{plain(node.key)}<br>{plain(node.about, 160)}"
            for node in nodes
        ],
        "hoverinfo": "text",
        "customdata": [node.key for node in nodes],
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }
