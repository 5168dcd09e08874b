"""HeteroData of a published build, against the same from arrays in memory plus a raw read.

10,000 cells × 20,000 genes with 2 million incidences, ingested and built by the ordinary jobs. The
plain way reads the same values from the same files with zarr and pyarrow (matrix, names of cells
and columns, genes, totals, types, labels and donors) and makes the HeteroData from arrays that are
in memory already. Ours opens the build, checks it, joins by key and makes it with the same nodes,
edges and attributes. Both take turns in one run; the ratio is that of the medians. The time of
importing PyG is in neither. Usage: ``python -m benchmarks.heterodata [CELLS]``.
"""

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import torch
import zarr
from benchmarks.synthetic import N_GENES, RESULTS, synthetic_kb
from torch_geometric.data import HeteroData

from orthoweave.storage.layout import Layout
from orthoweave.storage.published import Published, open_published
from orthoweave.views.hetero_graph import EXPRESSED_BY, EXPRESSES, HeteroGraph, hetero_graph
from orthoweave.views.neighbour_loader import neighbour_loader
from orthoweave.views.reading.expression import read_expression
from orthoweave.views.requests import ExpressionRequest

DENSITY, ROUNDS, GOAL, BATCH = 0.01, 15, 1.5, 512
READ = {
    "Dataset": ["id", "species"],
    "MEASURED_IN": ["from", "to", "column"],
    "Gene": ["id", "symbol"],
    "HAS_TYPE": ["from", "to", "by"],
    "Cell": ["dataset", "id", "total_count", "author_label", "donor"],
}


def main() -> None:
    """Make the build once, take turns, print a table and write the JSON."""
    n_cells = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    layout = synthetic_kb(n_cells, DENSITY)
    published = open_published(layout)
    arrays = _arrays(published)
    ours, raw, memory = _in_turns(
        lambda: _ours(layout), lambda: _read(published), lambda: _from_memory(*arrays)
    )
    graph = _ours(layout)
    same = _same(graph, _from_memory(*arrays))
    plain = raw + memory
    result = {
        "n_cells": n_cells,
        "n_genes": N_GENES,
        "n_edges": graph.data[EXPRESSES].num_edges,
        "seconds_ours": ours,
        "seconds_raw_read": raw,
        "seconds_from_memory": memory,
        "ratio": ours / plain,
        "goal": GOAL,
        "same_content": same,
        "batches_per_second": _batches(graph),
        "batch_size": BATCH,
        "peak_rss_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "cores": os.cpu_count(),
    }
    for name, value in result.items():
        print(f"{name:22} {value:.4g}" if isinstance(value, float) else f"{name:22} {value}")
    (RESULTS / "heterodata.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _ours(layout: Layout) -> HeteroGraph:
    published = open_published(layout)
    return hetero_graph([read_expression(published, ExpressionRequest("synthetic"))])


def _read(published: Published) -> list[object]:
    """Read the graph's data from disk without using them."""
    group: Any = zarr.open_group(published.matrix("synthetic"), mode="r", use_consolidated=False)
    found: list[object] = [
        np.asarray(group["X"][name][:]) for name in ("data", "indices", "indptr")
    ]
    found.append(np.asarray(group["obs"][group["obs"].attrs["_index"]][:]))
    for table, columns in READ.items():
        found += [
            pq.read_table(path, columns=columns)
            for path in published.manifest.table_paths(published.layout, table)
        ]
    return found


def _arrays(published: Published) -> tuple[np.ndarray, ...]:
    view = read_expression(published, ExpressionRequest("synthetic"))
    known = sorted(set(view.cell_types))
    types = np.searchsorted(np.array(known), view.cell_types.astype(str))
    return view.values.indptr, view.values.indices, view.values.data, types


def _from_memory(
    indptr: np.ndarray, indices: np.ndarray, values: np.ndarray, types: np.ndarray
) -> HeteroData:
    n_cells = len(indptr) - 1
    rows = np.repeat(np.arange(n_cells), np.diff(indptr))
    edges = torch.from_numpy(np.stack([rows, indices.astype(np.int64)]))
    data = HeteroData()
    data["Cell"].num_nodes, data["Gene"].num_nodes = n_cells, N_GENES
    data["Cell"].dataset = data["Cell"].species = torch.zeros(n_cells, dtype=torch.long)
    data["Cell"].cell_type = torch.from_numpy(types)
    data["Gene"].species = torch.zeros(N_GENES, dtype=torch.long)
    data[EXPRESSES].edge_index, data[EXPRESSED_BY].edge_index = edges, edges.flip(0)
    weight = torch.from_numpy(values)
    data[EXPRESSES].edge_weight = data[EXPRESSED_BY].edge_weight = weight
    return data


def _same(graph: HeteroGraph, other: HeteroData) -> bool:
    ours = graph.data.to_dict()
    return all(
        torch.equal(value, ours[kind][name])
        for kind, attributes in other.to_dict().items()
        for name, value in attributes.items()
        if isinstance(value, torch.Tensor)
    )


def _batches(graph: HeteroGraph) -> float:
    """Return the loader's mini-batches per second, two hops of ten."""
    loader = neighbour_loader(graph.data, [10, 10], ("Cell", None), batch_size=BATCH)
    next(iter(loader))
    started = time.perf_counter()
    n = sum(1 for _ in loader)
    return n / (time.perf_counter() - started)


def _in_turns(*ways: Callable[[], object]) -> list[float]:
    seconds: list[list[float]] = [[] for _ in ways]
    for turn in range(ROUNDS + 1):
        for way, times in zip(ways, seconds, strict=True):
            started = time.perf_counter()
            way()
            if turn:  # the first turn warms the caches up
                times.append(time.perf_counter() - started)
    return [statistics.median(times) for times in seconds]


if __name__ == "__main__":
    main()
