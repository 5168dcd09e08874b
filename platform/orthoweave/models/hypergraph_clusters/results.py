"""Tables of the graph with the model's facts, and notes for the user."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from orthoweave.models.hypergraph_clusters.checks import Incidence
from orthoweave.models.hypergraph_clusters.traffic import Traffic
from orthoweave.views.hypergraph import HypergraphView

# correlation of visits and depth above which a note warns the user
_DEPTH: Final = 0.5


@dataclass(frozen=True, slots=True)
class Clusters:
    """Clusters of cells, once for each seed."""

    incidence: Incidence
    partitions: np.ndarray
    """Clusters of the incidence's cells, one row for each seed, shape ``(seeds, n_cells)``."""
    chosen: int
    """The row that is written: the one that agrees best with the others."""
    occupancy: np.ndarray
    """Share of the walks' visits that each cell gets, shape ``(n_cells,)``."""
    exponent: float | None
    """Preference exponent; None for walks that have none."""
    gave_up: int
    """Steps that took a cell after too many proposals were refused."""
    vectors: np.ndarray
    """Embedding behind the chosen clusters, shape ``(n_cells, dimension)``, float32."""


def cluster_tables(
    view: HypergraphView, fitted: Clusters, clusters: np.ndarray, agreement: float | None, run: str
) -> dict[str, pa.Table]:
    """Return the tables CellCluster and IN_CLUSTER.

    Parameters
    ----------
    clusters
        Cluster of each cell of the incidence, shape ``(n_cells,)``.
    agreement
        Stability of the clusterings, at most 1, or None.
    run
        Key of the run.
    """
    sizes = np.bincount(clusters)
    labels = [str(number) for number in range(len(sizes))]
    nodes = pa.table(
        {
            "id": [f"{run}/{label}" for label in labels],
            "dataset": [view.dataset] * len(sizes),
            "run": [run] * len(sizes),
            "label": labels,
            "n_cells": pa.array(sizes, pa.int64()),
            "stability": pa.array([agreement] * len(sizes), pa.float64()),
            "exponent": pa.array([fitted.exponent] * len(sizes), pa.float64()),
        }
    )
    cells = view.cells[fitted.incidence.cells]
    members = pa.table(
        {
            "from": pa.array(cells, pa.string()),
            "to": pa.array([f"{run}/{number}" for number in clusters], pa.string()),
        }
    )
    return {"CellCluster": nodes, "IN_CLUSTER": members}


def traffic_table(traffic: Traffic, genes: np.ndarray, run: str) -> pa.Table:
    """Return the table HIGH_TRAFFIC.

    Parameters
    ----------
    genes
        Keys of the genes by column, shape ``(n_genes,)``.
    """
    return pa.table(
        {
            "from": pa.array([f"{run}/{number}" for number in traffic.cluster], pa.string()),
            "to": pa.array(genes[traffic.gene], pa.string()),
            "log_ratio": pa.array(traffic.log_ratio, pa.float64()),
            "percentile": pa.array(traffic.percentile, pa.float64()),
        }
    )


def depth_notes(view: HypergraphView, fitted: Clusters) -> list[str]:
    """Return notes on a worrying dependence of the walks on sequencing depth."""
    notes = []
    depth = view.totals[fitted.incidence.cells].astype(np.float64)
    if depth.std() > 0 and fitted.occupancy.std() > 0:
        correlation = float(np.corrcoef(depth, fitted.occupancy)[0, 1])
        if correlation > _DEPTH:
            notes.append(
                f"Walks visit cells with many counts more often (correlation {correlation:.2f}): "
                "clusters may follow sequencing depth."
            )
    if fitted.gave_up:
        notes.append(
            f"{fitted.gave_up:,} steps took a cell after 10,000 refused proposals, as hardly any "
            "cell correlates with the one they left."
        )
    return notes


def measures(
    fitted: Clusters, clusters: np.ndarray, agreement: float | None
) -> dict[str, float | int | str]:
    """Return the numbers of clusters, cells and components, the exponent and the stability."""
    found: dict[str, float | int | str] = {
        "n_clusters": int(clusters.max()) + 1,
        "n_cells": len(clusters),
        "n_components": int(fitted.incidence.component.max()) + 1,
    }
    if fitted.exponent is not None:
        found["exponent"] = fitted.exponent
    if agreement is not None:
        found["stability"] = agreement
    return found
