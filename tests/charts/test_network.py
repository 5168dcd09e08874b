"""Networks as figures."""

import pytest

from orthoweave.charts.network import Edge, Network, Node, columns_figure, cut, network_figure

GENES = Network(
    (
        Node("a", "Gene", "INS", "human", 0),
        Node("b", "Gene", "Ins1", "mouse", 1),
        Node("c", "Gene", "Ins2", "mouse", 1),
        Node("t", "CellType", "beta", "", 2),
    ),
    (
        Edge("a", "b", "ORTHOLOGOUS_TO", "3 of 12"),
        Edge("a", "c", "ORTHOLOGOUS_TO", "9 of 12"),
        Edge("a", "t", "EXPRESSED_IN"),
    ),
)


def _nodes(figure: object) -> dict[str, tuple[float, float]]:
    return {
        key: (trace.x[n], trace.y[n])
        for trace in figure.data  # type: ignore[attr-defined]
        if trace.customdata is not None
        for n, key in enumerate(trace.customdata)
    }


@pytest.mark.parametrize("draw", [network_figure, columns_figure])
def test_every_node_can_be_clicked(draw: object) -> None:
    """Each node is a point that carries its key."""
    assert set(_nodes(draw(GENES))) == {"a", "b", "c", "t"}  # type: ignore[operator]


def test_same_network_looks_the_same() -> None:
    """Places depend on nothing but the network."""
    assert network_figure(GENES).to_json() == network_figure(GENES).to_json()


def test_columns_stand_side_by_side() -> None:
    """Genes asked for are left of their orthologs."""
    places = _nodes(columns_figure(GENES))
    assert places["a"][0] < places["b"][0] == places["c"][0] < places["t"][0]
    assert places["b"] != places["c"]


def test_a_cut_network_is_whole() -> None:
    """At most so many elements are left, and every edge has both ends."""
    nodes = [Node(str(n), "Gene", str(n)) for n in range(1000)]
    edges = [Edge("0", str(n), "X") for n in range(1, 1000)]
    network = cut(nodes, edges, most=100)
    kept = {node.key for node in network.nodes}
    assert len(network.nodes) + len(network.edges) <= 100
    assert all(edge.start in kept and edge.end in kept for edge in network.edges)


def test_hostile_names_are_text() -> None:
    """A node's or edge's markup does not reach the figure."""
    evil = "<img src=x onerror=alert(1)>"
    network = Network(
        (Node("a", evil, evil, evil), Node("b", "Gene", "b")), (Edge("a", "b", evil, evil),)
    )
    assert "<img" not in network_figure(network).to_json()
    assert "<img" not in columns_figure(network).to_json()


def test_nothing_gives_an_empty_figure() -> None:
    """No nodes make an empty figure, not an error."""
    assert len(network_figure(Network((), ())).data) == 0
    assert len(columns_figure(Network((), ())).data) == 0
