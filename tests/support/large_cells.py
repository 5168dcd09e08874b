"""Cells of the large world: expression, cell types and their hierarchy, clusters."""

from typing import Final

import numpy as np
import pyarrow as pa
from tests.support.large_draw import (
    DATASETS,
    SPECIES,
    distinct_pairs,
    gene_keys,
    steps,
    taken,
    text_lists,
    type_keys,
    with_nulls,
)

_DONORS: Final = ("d1", "d2", "d3", "d4", "")
_RUN: Final = "run:groups@1"
_CLUSTERS: Final = 12


def cell_sources(
    draw: np.random.Generator,
    *,
    n_genes: int,
    n_cells: int,
    n_types: int,
    per_cell: int,
    per_gene: int,
) -> dict[str, dict[str, pa.Table]]:
    """Return tables by source: cell types, four datasets with their cells, and one run."""
    genes, types = gene_keys(n_genes), type_keys(n_types)
    cells = pa.array([f"{name}:c{number:06d}" for name in DATASETS for number in range(n_cells)])
    # most cells are of few types; the last tenth of the types occurs in no dataset
    seen = n_types * 9 // 10
    kinds = (draw.random(len(cells)) ** 2 * seen).astype(np.int64)
    observed = np.maximum(draw.integers(0, 400, (len(DATASETS), n_types)), 1)
    expressed = _expressed_in(draw, genes, types[:seen], observed, per_gene)
    return {
        "types": {"CellType": _types(draw, types), "SUBCLASS_OF": _subclasses(draw, types)},
        "cells": {
            "Dataset": _datasets(n_cells, n_genes),
            "Cell": _cells(draw, cells, n_cells),
            "EXPRESSES": _expresses(draw, cells, genes, per_cell),
            "FROM": pa.table({"from": cells, "to": taken(DATASETS, _of_dataset(cells))}),
            "HAS_TYPE": _has_type(draw, cells, types, kinds),
            "OBSERVED_IN": _observed_in(draw, types[:seen], observed),
            "EXPRESSED_IN": expressed,
            "MEASURED_IN": _measured_in(draw, genes),
        },
        "clusters": _clusters(draw, cells, genes),
    }


def _types(draw: np.random.Generator, types: pa.Array) -> pa.Table:
    number = len(types)
    names = [f"type {row} cell" for row in range(number)]
    names[-1] = ""
    return pa.table(
        {
            "id": types,
            "name": with_nulls(draw, pa.array(names), 0.05),
            "synonyms": text_lists(draw, number, ["cell", "Zelle", "β cell", ""]),
            "definition": with_nulls(draw, pa.array([f"What is in {n}." for n in names]), 0.5),
            "deprecated": with_nulls(draw, pa.array(draw.random(number) < 0.1), 0.3),
        }
    )


def _subclasses(draw: np.random.Generator, types: pa.Array) -> pa.Table:
    """Return a hierarchy with three children each, some with two parents, and a few loops."""
    child = np.arange(1, len(types))
    second = child[child > 8][::4]
    loops = draw.choice(len(types), 3, replace=False)
    one = np.concatenate([child, second, loops])
    other = np.concatenate([(child - 1) // 3, (second - 1) // 3 - 1, loops])
    one, other = distinct_pairs(one, other)
    return pa.table({"from": taken(types, one), "to": taken(types, other)})


def _datasets(n_cells: int, n_genes: int) -> pa.Table:
    return pa.table(
        {
            "id": list(DATASETS),
            "title": ["Atlas of human", None, "Atlas of mouse", ""],
            "species": taken(SPECIES, np.array([0, 0, 1, 1])),
            "assay": ["10x", "10x", None, "smart"],
            "n_cells": [n_cells] * 4,
            "n_genes": [n_genes] * 4,
            "matrix": [f"made-up-{name}" for name in DATASETS],
            "matrix_digest": ["0" * 64] * 4,
            "scale": ["counts"] * 4,
            "normalised": ["log1p"] * 4,
        }
    )


def _of_dataset(cells: pa.Array) -> np.ndarray:
    return np.repeat(np.arange(len(DATASETS)), len(cells) // len(DATASETS))


def _cells(draw: np.random.Generator, cells: pa.Array, n_cells: int) -> pa.Table:
    number = len(cells)
    labels = taken([f"label {row}" for row in range(15)], draw.integers(0, 15, number))
    return pa.table(
        {
            "id": cells,
            "dataset": taken(DATASETS, _of_dataset(cells)),
            "barcode": [f"c{row % n_cells:06d}" for row in range(number)],
            "kind": taken(["cell", "spot"], (draw.random(number) < 0.1).astype(int)),
            "author_label": with_nulls(draw, labels, 0.1),
            "donor": with_nulls(draw, taken(_DONORS, draw.integers(0, 5, number)), 0.1),
            "total_count": draw.integers(500, 40_000, number).astype(float),
            "n_genes": draw.integers(0, 5_000, number),
            "x": with_nulls(draw, pa.array(draw.normal(size=number)), 0.8),
        }
    )


def _expresses(
    draw: np.random.Generator, cells: pa.Array, genes: pa.Array, per_cell: int
) -> pa.Table:
    """Return the top genes of each cell; every cell has the first gene of its species."""
    number, each = len(cells), len(genes) // 2
    cell = np.repeat(np.arange(number), per_cell)
    gene = (draw.random(len(cell)) ** 2 * each).astype(np.int64)
    gene[::per_cell] = 0
    cell, gene = distinct_pairs(cell, gene)
    count = draw.geometric(0.05, len(cell)).astype(np.float32)
    order = np.lexsort((gene, -count, cell))
    cell, gene, count = cell[order], gene[order], count[order]
    starts = np.searchsorted(cell, np.arange(number))
    species = cell >= number // 2
    return pa.table(
        {
            "from": taken(cells, cell),
            "to": taken(genes, gene + species * each),
            "count": count,
            "value": np.log1p(count),
            "rank": np.arange(len(cell)) - starts[cell] + 1,
        }
    )


def _has_type(
    draw: np.random.Generator, cells: pa.Array, types: pa.Array, kinds: np.ndarray
) -> pa.Table:
    """Return the authors' types of nine in ten cells, and a run's of a third, often the same."""
    author = np.flatnonzero(draw.random(len(cells)) < 0.9)
    run = np.flatnonzero(draw.random(len(cells)) < 0.33)
    other = np.where(draw.random(len(run)) < 0.7, kinds[run], (kinds[run] + 1) % len(types))
    probability = pa.array(
        [None] * len(author) + list(draw.integers(0, 101, len(run)) / 100), pa.float64()
    )
    return pa.table(
        {
            "from": taken(cells, np.concatenate([author, run])),
            "to": taken(types, np.concatenate([kinds[author], other])),
            "by": ["author"] * len(author) + [_RUN] * len(run),
            "probability": probability,
        }
    )


def _observed_in(draw: np.random.Generator, types: pa.Array, observed: np.ndarray) -> pa.Table:
    one = np.tile(np.arange(len(types)), len(DATASETS))
    other = np.repeat(np.arange(len(DATASETS)), len(types))
    kept = (one == 0) | (draw.random(len(one)) < 0.8)
    one, other = one[kept], other[kept]
    return pa.table(
        {
            "from": taken(types, one),
            "to": taken(DATASETS, other),
            "n_cells": observed[other, one],
            "author_labels": text_lists(draw, len(one), ["alpha", "Beta", "", "γ"]),
        }
    )


def _is_measured(gene: np.ndarray, dataset: np.ndarray) -> np.ndarray:
    """Return which genes are measured; every tenth is not in its species' second dataset."""
    unmeasured = (gene % 10 == 3) & (dataset % 2 == 1)
    return np.asarray(~unmeasured)


def _expressed_in(
    draw: np.random.Generator, genes: pa.Array, types: pa.Array, observed: np.ndarray, per_gene: int
) -> pa.Table:
    """Return expression at random; nearly all genes are expressed in the first type."""
    each, width = len(genes) // 2, 2 * (len(types) - 1)
    gene = np.repeat(np.arange(len(genes)), per_gene)
    place = draw.integers(0, width, len(gene))
    crowded = np.flatnonzero(draw.random(2 * len(genes)) < 0.98)
    gene = np.concatenate([gene, crowded % len(genes)])
    kind = np.concatenate([place // 2 + 1, np.zeros(len(crowded), int)])
    dataset = np.concatenate([place % 2, crowded // len(genes)])
    gene, code = distinct_pairs(gene, kind * 2 + dataset)
    kind, dataset = code // 2, code % 2 + 2 * (gene >= each)
    kept = _is_measured(gene, dataset)
    gene, kind, dataset = gene[kept], kind[kept], dataset[kept]
    return pa.table(
        {
            "from": taken(genes, gene),
            "to": taken(types, kind),
            "dataset": taken(DATASETS, dataset),
            "mean": steps(draw, len(gene), 6),
            "fraction": steps(draw, len(gene), 1),
            "n_cells": observed[dataset, kind],
        }
    )


def _measured_in(draw: np.random.Generator, genes: pa.Array) -> pa.Table:
    each = len(genes) // 2
    gene = np.repeat(np.arange(len(genes)), 2)
    dataset = np.tile([0, 1], len(genes)) + 2 * (gene >= each)
    kept = _is_measured(gene, dataset)
    gene, dataset = gene[kept], dataset[kept]
    return pa.table(
        {
            "from": taken(genes, gene),
            "to": taken(DATASETS, dataset),
            "mean": steps(draw, len(gene), 4),
            "fraction": steps(draw, len(gene), 1),
            "column": gene % each,
        }
    )


def _clusters(draw: np.random.Generator, cells: pa.Array, genes: pa.Array) -> dict[str, pa.Table]:
    keys = [f"{_RUN}:{number}" for number in range(_CLUSTERS)]
    cell = np.flatnonzero(_of_dataset(cells) == 0)
    group = (draw.random(len(cell)) ** 2 * _CLUSTERS).astype(np.int64)
    gene = draw.integers(0, len(genes) // 2, 20 * _CLUSTERS)
    number = len(gene)
    run = {
        "id": [_RUN],
        "model": ["groups"],
        "settings": ["{}"],
        "seed": [0],
        "view_digest": ["0" * 64],
        "code_version": ["0"],
        "metrics": ["[]"],
        "measures": ["{}"],
        "views": ["{}"],
        "notes": [["made up"]],
    }
    return {
        "Run": pa.table(run),
        "CellCluster": pa.table(
            {
                "id": keys,
                "dataset": [DATASETS[0]] * _CLUSTERS,
                "run": [_RUN] * _CLUSTERS,
                "label": [f"group {number}" for number in range(_CLUSTERS)],
                "n_cells": np.bincount(group, minlength=_CLUSTERS),
                "stability": draw.random(_CLUSTERS),
            }
        ),
        "IN_CLUSTER": pa.table({"from": taken(cells, cell), "to": taken(keys, group)}),
        "HIGH_TRAFFIC": pa.table(
            {
                "from": taken(keys, np.arange(number) % _CLUSTERS),
                "to": taken(genes, gene),
                "log_ratio": draw.normal(size=number),
                "percentile": draw.random(number),
            }
        ),
    }
