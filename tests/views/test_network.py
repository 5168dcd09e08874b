"""Network views against networkx."""

import networkx as nx
import numpy as np
import pytest

from orthoweave.errors import InputError
from orthoweave.views.network import NetworkView, network_view


def _view(pairs: list[tuple[str, str, float]]) -> NetworkView:
    left, right, coefficient = (list(column) for column in zip(*pairs, strict=True))
    return network_view(
        "toy",
        "s",
        np.array(left, object),
        np.array(right, object),
        np.array(coefficient),
        method="Pearson",
        symbol_of={"b": "B"},
    )


def test_weights_are_those_of_networkx() -> None:
    """The matrix is the weighted adjacency of the undirected graph of the pairs."""
    pairs = [("a", "b", 0.5), ("c", "a", -0.25), ("b", "c", 1.0)]
    view = _view(pairs)
    graph = nx.Graph()
    graph.add_weighted_edges_from(pairs)
    expected = nx.to_numpy_array(graph, nodelist=sorted(graph))
    assert np.array_equal(view.weights.toarray(), expected)
    assert view.genes.tolist() == ["a", "b", "c"]
    assert view.symbols.tolist() == ["a", "B", "c"]
    assert view.n_genes == 3


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("a", "b", 0.5), ("b", "a", 0.5)], "each pair of two different genes once"),
        ([("a", "a", 0.5)], "each pair of two different genes once"),
        ([("a", "b", 1.5)], "from -1 to 1"),
        ([("a", "b", float("nan"))], "from -1 to 1"),
    ],
)
def test_wrong_pairs_are_refused(pairs: list[tuple[str, str, float]], message: str) -> None:
    """A pair twice, a gene with itself and a coefficient out of range are refused."""
    with pytest.raises(InputError, match=message):
        _view(pairs)


def test_digest_follows_the_content() -> None:
    """Another coefficient gives another digest, another order of pairs does not."""
    pairs = [("a", "b", 0.5), ("c", "a", -0.25)]
    assert _view(pairs).digest == _view(pairs[::-1]).digest
    assert _view(pairs).digest != _view([("a", "b", 0.5), ("c", "a", -0.24)]).digest
