"""PyG's ``NeighborLoader`` with our own sampler: mini-batches without a compiled extension.

PyG samples neighbours by ``pyg-lib`` or ``torch-sparse``, which have no wheels for current PyTorch
in the package registries. Its loader takes any sampler; ours needs only PyG and numba.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from orthoweave.errors import MissingExtraError, UsageError
from orthoweave.views.neighbour_sampling import EdgeName

if TYPE_CHECKING:
    import torch
    from torch_geometric.data import HeteroData
    from torch_geometric.loader import NeighborLoader


def neighbour_loader(
    data: "HeteroData",
    num_neighbors: Sequence[int] | Mapping[EdgeName, Sequence[int]],
    input_nodes: tuple[str, "torch.Tensor | None"],
    *,
    batch_size: int,
    shuffle: bool = False,
    num_workers: int = 0,
) -> "NeighborLoader":
    """Return a loader of mini-batches: some nodes of one type and sampled neighbourhoods.

    Batches are those of PyG: ``HeteroData`` with `n_id`, `e_id`, `input_id`, `batch_size` and all
    attributes of the sampled nodes and edges; the first `batch_size` nodes are those asked for.
    The draws follow ``torch.manual_seed``.

    Parameters
    ----------
    num_neighbors
        Edges to draw for each node at each hop, -1 for all; by edge type, or one list for all.
    input_nodes
        Node type, and a mask or numbers of the nodes to make batches of; None for all.

    Raises
    ------
    UsageError
        If an edge type has no list, or the lists differ in length.
    MissingExtraError
        If PyG is not installed.
    """
    fanout = _fanout(data.edge_types, num_neighbors)
    try:
        from torch_geometric.loader import NeighborLoader

        from orthoweave.views.neighbour_sampler import NeighbourSampler
    except ImportError as error:
        message = "mini-batches need PyG, which is not installed: pip install 'orthoweave[models]'"
        raise MissingExtraError(message) from error
    return NeighborLoader(
        data,
        num_neighbors=num_neighbors,
        input_nodes=input_nodes,
        neighbor_sampler=NeighbourSampler(data, fanout),
        batch_size=batch_size,
        shuffle=shuffle,
        num_workers=num_workers,
    )


def _fanout(
    names: Sequence[EdgeName], given: Sequence[int] | Mapping[EdgeName, Sequence[int]]
) -> dict[EdgeName, list[int]]:
    fanout = {}
    for name in names:
        if isinstance(given, Mapping) and name not in given:
            message = f"num_neighbors has no list for edges {name!r}: expected one for each type"
            raise UsageError(message)
        fanout[name] = list(given[name] if isinstance(given, Mapping) else given)
    if len({len(hops) for hops in fanout.values()}) != 1 or not all(fanout.values()):
        message = f"num_neighbors={given!r}: expected equally many hops for each type, one at least"
        raise UsageError(message)
    if any(limit < -1 for hops in fanout.values() for limit in hops):
        message = f"num_neighbors={given!r}: expected numbers of edges from 0, or -1 for all"
        raise UsageError(message)
    return fanout
