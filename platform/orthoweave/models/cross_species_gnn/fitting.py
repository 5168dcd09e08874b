"""Training on the labelled cells, on the whole graph or in mini-batches, and probabilities."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from orthoweave.models.base import RunContext
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.held_out import HEARD
from orthoweave.models.cross_species_gnn.kept import hear
from orthoweave.models.cross_species_gnn.network import CellTypeNetwork
from orthoweave.models.cross_species_gnn.relations import Relations, make_graph, relations
from orthoweave.models.cross_species_gnn.task import Task
from orthoweave.models.device import mixed_precision, resolve_device
from orthoweave.models.training.data import Data, Shuffled, Whole
from orthoweave.models.training.loop import fit
from orthoweave.models.training.plan import Plan
from orthoweave.views.hetero_graph import EXPRESSED_BY, EXPRESSES, ORTHOLOGOUS_TO
from orthoweave.views.neighbour_loader import neighbour_loader

if TYPE_CHECKING:
    from torch_geometric.data import HeteroData
    from torch_geometric.loader import NeighborLoader


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Probability of each class, rows sum to one."""

    source: np.ndarray
    """Shape ``(n_source_cells, n_classes)``, float32."""
    target: np.ndarray
    """Shape ``(n_target_cells, n_classes)``, float32."""
    learnt: Mapping[str, np.ndarray]
    """Parameters of the network by name, and what its source genes hear of their cells."""
    vectors: np.ndarray
    """Vector of each target cell, shape ``(n_target_cells, width)``, float32."""


def train(
    task: Task,
    config: CrossSpeciesConfig,
    context: RunContext | None = None,
    label: str = "graph network",
) -> Probabilities:
    """Train on the labelled source cells; return probabilities of all cells of both species.

    The loss is the cross-entropy of the labelled cells, in which each class weighs the same however
    few cells it has, plus `penalty` times the sum of all squared parameters. There is no early
    stopping: the penalty regularises the fit, and only source labels enter.

    Parameters
    ----------
    label
        Name of this training among those of the run: its state is kept under it.
    """
    context = context or RunContext()
    device = resolve_device(config.device)
    graph = make_graph(task)
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(config.seed)
        network = CellTypeNetwork(task.source.n_genes, len(task.classes), config.width).to(device)
        batches = _Batches(graph, task.labels, config, device)
        weights = _class_weights(task).to(device)

        def loss(network: CellTypeNetwork, batch: "_Labelled") -> torch.Tensor:
            edges, rows, labels = batch
            scores = network(edges)[rows]
            squares = sum((values**2).sum() for values in network.parameters())
            return _loss(scores.float(), labels, weights) + config.penalty * squares

        plan = Plan(config.epochs, config.seed, config.rate)
        fit(
            network,
            batches.labelled(),
            loss,
            plan,
            device=device,
            progress=context.progress,
            label=label,
            checkpoint=context.checkpoint,
        )
        found, vectors = _predict(network, batches, device)
    n_source = task.source.n_cells
    return Probabilities(
        found[:n_source], found[n_source:], _learnt(network, task, device), vectors[n_source:]
    )


def _learnt(network: CellTypeNetwork, task: Task, device: str) -> dict[str, np.ndarray]:
    found = {name: value.cpu().numpy() for name, value in network.state_dict().items()}
    return {**found, HEARD: hear(network, task.source, device)}


_Labelled = tuple[Relations, torch.Tensor, torch.Tensor]
"""Edges, rows of the labelled cells among the part's cells, and their labels."""


class _Batches:
    """Parts of the graph with their relations: one part of everything, or mini-batches."""

    def __init__(
        self, graph: "HeteroData", labels: np.ndarray, config: CrossSpeciesConfig, device: str
    ) -> None:
        self._graph, self._config, self._device = graph, config, device
        self._labels = torch.from_numpy(labels)
        self._rows = torch.from_numpy(np.flatnonzero(labels >= 0))
        self._whole = None if config.batch_cells else relations(graph, device)

    def labelled(self) -> Data[_Labelled]:
        """Return the labelled cells, all at once or in mini-batches."""
        if self._whole is not None:
            rows = self._rows
            return Whole((self._whole, rows.to(self._device), self._on_device(rows)))
        loader = self._loader(self._rows)
        places, config = np.arange(len(self._rows)), self._config
        return Shuffled(
            places, config.batch_cells, lambda some: self._part(loader, some), config.seed
        )

    def _part(self, loader: "NeighborLoader", places: np.ndarray) -> _Labelled:
        batch = loader(torch.from_numpy(places))
        rows = torch.arange(batch["Cell"].batch_size, device=self._device)
        edges = relations(batch, self._device)
        return edges, rows, self._on_device(batch["Cell"].n_id[: len(rows)])

    def everything(self) -> Iterator[tuple[Relations, int]]:
        """Yield edges and how many of their cells, the first ones, have their turn."""
        if self._whole is not None:
            yield self._whole, self._graph["Cell"].num_nodes
            return
        for batch in self._loader(torch.arange(self._graph["Cell"].num_nodes)):
            yield relations(batch, self._device), batch["Cell"].batch_size

    def _loader(self, cells: torch.Tensor) -> "NeighborLoader":
        some = self._config.neighbors
        # cells need their genes; genes need cells and orthologs, which need theirs; and all genes
        # met on the way need the orthologs that they inherit from
        hops = {
            EXPRESSED_BY: [-1, 0, -1, -1, 0],
            EXPRESSES: [0, some, some, 0, 0],
            ORTHOLOGOUS_TO: [0, -1, -1, -1, -1],
        }
        return neighbour_loader(
            self._graph, hops, ("Cell", cells), batch_size=self._config.batch_cells
        )

    def _on_device(self, rows: torch.Tensor) -> torch.Tensor:
        return self._labels[rows].to(self._device)


def _class_weights(task: Task) -> torch.Tensor:
    counts = np.bincount(task.labels[task.labels >= 0], minlength=len(task.classes))
    return torch.from_numpy((1 / np.maximum(counts, 1)).astype(np.float32))


def _loss(scores: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(scores, labels, weight=weights)


def _predict(
    network: CellTypeNetwork, batches: _Batches, device: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities and vectors of all cells."""
    network.eval()
    parts, vectors = [], []
    with torch.no_grad():
        for edges, n_cells in batches.everything():
            with mixed_precision(device):
                found = network.embed(edges)[:n_cells]
                scores = network.classify(found)
            parts.append(scores.float().softmax(dim=1).cpu().numpy())
            vectors.append(found.float().cpu().numpy())
    return np.concatenate(parts), np.concatenate(vectors)
