"""PyG's NeighborLoader over our HeteroData: batches against PyG's own subgraphs."""

import numpy as np
import pytest
import scipy.sparse as sp
import torch
from torch_geometric.nn import HeteroConv, SAGEConv
from torch_geometric.utils import bipartite_subgraph

from orthoweave.errors import UsageError
from orthoweave.views.expression import expression_view
from orthoweave.views.hetero_graph import EXPRESSED_BY, EXPRESSES, HeteroGraph, hetero_graph
from orthoweave.views.neighbour_loader import neighbour_loader


@pytest.fixture
def graph() -> HeteroGraph:
    """Forty cells and thirty genes."""
    counts = np.random.default_rng(1).poisson(0.4, (40, 30)).astype(np.float32)
    cells = np.array([f"toy:{number}" for number in range(40)], object)
    genes = np.array([f"NCBIGene:{number}" for number in range(30)], object)
    view = expression_view(
        "toy", "NCBITaxon:9606", cells, genes, sp.csr_matrix(counts), scale="counts"
    )
    return hetero_graph([view])


def test_batches_cover_all_seeds_once(graph: HeteroGraph) -> None:
    """Each cell is a seed of one batch, and the seeds are the first nodes of their batch."""
    loader = neighbour_loader(graph.data, [3, 3], ("Cell", None), batch_size=7, shuffle=True)
    seen: list[int] = []
    for batch in loader:
        seen += batch["Cell"].n_id[: batch["Cell"].batch_size].tolist()
        batch.validate()
    assert sorted(seen) == list(range(40))


def test_attributes_follow_their_edges(graph: HeteroGraph) -> None:
    """The weight of a sampled edge is the matrix's value at its cell and gene."""
    whole = torch.zeros(40, 30)
    whole[tuple(graph.data[EXPRESSES].edge_index)] = graph.data[EXPRESSES].edge_weight
    for batch in neighbour_loader(graph.data, [4, 2], ("Cell", None), batch_size=10):
        row, column = batch[EXPRESSED_BY].edge_index
        genes, cells = batch["Gene"].n_id[row], batch["Cell"].n_id[column]
        assert torch.equal(batch[EXPRESSED_BY].edge_weight, whole[cells, genes])


def test_one_full_hop_is_pygs_subgraph(graph: HeteroGraph) -> None:
    """With all neighbours of one hop the edges are those that PyG's subgraph has."""
    mask = torch.zeros(40, dtype=torch.bool)
    mask[[3, 5, 8]] = True
    [batch] = neighbour_loader(graph.data, [-1], ("Cell", mask), batch_size=3)
    everything = torch.arange(30)
    edges, _ = bipartite_subgraph(
        (everything, mask.nonzero().view(-1)), graph.data[EXPRESSED_BY].edge_index, size=(30, 40)
    )
    row, column = batch[EXPRESSED_BY].edge_index
    found = torch.stack([batch["Gene"].n_id[row], batch["Cell"].n_id[column]])
    assert set(zip(*found.tolist(), strict=True)) == set(zip(*edges.tolist(), strict=True))


def test_draws_follow_the_seed_of_torch(graph: HeteroGraph) -> None:
    """After the same manual seed the same batches come."""

    def edges() -> list[list[int]]:
        torch.manual_seed(3)
        loader = neighbour_loader(graph.data, [2, 2], ("Cell", None), batch_size=8, shuffle=True)
        return [batch[EXPRESSED_BY].e_id.tolist() for batch in loader]

    assert edges() == edges()


def test_all_neighbours_give_the_layers_of_the_whole_graph(graph: HeteroGraph) -> None:
    """Two layers over a batch with all neighbours give its seeds what the whole graph gives."""
    torch.manual_seed(0)
    data = graph.data
    data["Cell"].x, data["Gene"].x = torch.randn(40, 4), torch.randn(30, 4)
    layers = [
        HeteroConv({EXPRESSES: SAGEConv(4, 4), EXPRESSED_BY: SAGEConv(4, 4)}) for _ in range(2)
    ]

    def forward(part: object) -> torch.Tensor:
        x = part.x_dict  # type: ignore[attr-defined]
        for layer in layers:
            x = layer(x, part.edge_index_dict)  # type: ignore[attr-defined]
        return x["Cell"]

    whole = forward(data)
    for batch in neighbour_loader(data, [-1, -1], ("Cell", None), batch_size=6):
        seeds = batch["Cell"].n_id[: batch["Cell"].batch_size]
        assert torch.allclose(forward(batch)[: len(seeds)], whole[seeds], atol=1e-5)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({EXPRESSES: [2]}, "no list for edges"),
        ({EXPRESSES: [2], EXPRESSED_BY: [2, 2]}, "equally many hops"),
        ([], "equally many hops"),
        ([-2], "from 0, or -1"),
    ],
)
def test_wrong_numbers_are_refused(graph: HeteroGraph, wanted: object, message: str) -> None:
    """A missing edge type, unequal hops, no hop and negative numbers are refused."""
    with pytest.raises(UsageError, match=message):
        neighbour_loader(graph.data, wanted, ("Cell", None), batch_size=2)  # type: ignore[arg-type]
