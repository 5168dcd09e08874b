"""Our sampler in the form that PyG's loaders take. Import it late: it needs PyG."""

from collections.abc import Mapping
from typing import Any

import torch
from torch_geometric.data import HeteroData
from torch_geometric.sampler import BaseSampler, HeteroSamplerOutput, NodeSamplerInput

from orthoweave.errors import UsageError
from orthoweave.views.neighbour_sampling import EdgeName, incoming, sample_neighbourhood


class NeighbourSampler(BaseSampler):
    """Draws the neighbourhoods of nodes; see `orthoweave.views.neighbour_loader`."""

    def __init__(self, data: HeteroData, fanout: Mapping[EdgeName, list[int]]) -> None:
        self._fanout = fanout
        self._n_nodes = {kind: int(data[kind].num_nodes) for kind in data.node_types}
        self._graph = {
            name: incoming(data[name].edge_index.numpy(), self._n_nodes[name[2]])
            for name in data.edge_types
        }

    def sample_from_nodes(self, index: NodeSamplerInput, **_: Any) -> HeteroSamplerOutput:
        """Return the neighbourhood of the nodes in `index`; draws follow ``torch.manual_seed``."""
        seed = int(torch.randint(2**31, ()))
        seeds = (index.input_type, index.node.numpy())
        found = sample_neighbourhood(self._graph, self._n_nodes, seeds, self._fanout, seed)
        nodes, rows, columns, edges = (
            {name: torch.from_numpy(array) for name, array in arrays.items()}
            for arrays in (found.nodes, found.rows, found.columns, found.edges)
        )
        return HeteroSamplerOutput(
            node=nodes,
            row=rows,
            col=columns,
            edge=edges,
            metadata=(index.input_id, index.time),
            num_sampled_nodes=found.nodes_per_hop,
            num_sampled_edges=found.edges_per_hop,
        )

    def sample_from_edges(self, index: Any, neg_sampling: Any = None) -> HeteroSamplerOutput:
        """Raise: this sampler starts from nodes."""
        message = f"expected nodes to start from, found edges ({index!r}, {neg_sampling!r}): use a "
        raise UsageError(message + "loader of nodes, or PyG's own sampler of links")
