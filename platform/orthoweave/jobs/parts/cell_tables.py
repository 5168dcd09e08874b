"""The nodes and edges of a dataset of cells, as Arrow tables for the writer of a source."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa

from orthoweave.jobs.parts.cell_dataset import CellDataset, ExpressionSums
from orthoweave.jobs.parts.encoded import repeated
from orthoweave.scales import shown_scale
from orthoweave.storage.matrix_writer import WrittenMatrix

# rows of a table in one batch
_ROWS: Final = 200_000

Tables = Iterator[tuple[str, pa.Table]]
"""Name of a node or edge table, and rows to append to it."""


def dataset_tables(
    dataset: CellDataset, matrix: WrittenMatrix, options: Mapping[str, Any], scale: str
) -> Tables:
    """Yield the dataset, its species and its genes.

    Parameters
    ----------
    scale
        Of the matrix.
    """
    species, keys = dataset.species, dataset.genes.curie
    names = {
        "id": [species.key],
        "scientific_name": [species.scientific],
        "common_name": [species.common],
    }
    yield "Species", pa.table(names)
    about = {
        "id": dataset.name,
        "title": options["title"] or f"{dataset.name}, {species.common}",
        "species": species.key,
        "assay": options["assay"],
        "n_cells": len(dataset.obs),
        "n_genes": sum(key is not None for key in keys),
        "matrix": matrix.folder,
        "matrix_digest": matrix.digest,
        "scale": scale,
        "normalised": shown_scale(scale).unit,
    }
    yield "Dataset", pa.Table.from_pylist([about])
    pairs = zip(keys, dataset.genes.symbol, strict=True)
    genes = [(key, symbol) for key, symbol in pairs if key is not None]
    ids = pa.array([key for key, _ in genes], pa.string())
    of = pa.repeat(species.key, len(genes))
    symbols = pa.array([symbol for _, symbol in genes], pa.string())
    yield "Gene", pa.table({"id": ids, "symbol": symbols, "species": of})
    yield "IN_TAXON", pa.table({"from": ids, "to": of})


def cell_tables(dataset: CellDataset, sums: ExpressionSums, kind: str) -> Tables:
    """Yield the cells, their dataset and their types.

    Parameters
    ----------
    kind
        ``cell``, ``spot`` or ``sample``: what a row of the matrix is.
    """
    for start in range(0, len(dataset.keys), _ROWS):
        part = slice(start, start + _ROWS)
        keys = dataset.keys[part]
        yield "Cell", _cells(dataset, sums, kind, part)
        yield "FROM", pa.table({"from": keys, "to": pa.repeat(dataset.name, len(keys))})
        types = pa.array(dataset.cells.type_key[part], pa.string())
        typed = pa.table({"from": keys, "to": types, "by": pa.repeat("author", len(keys))})
        yield "HAS_TYPE", typed.filter(typed["to"].is_valid())


def expression_tables(dataset: CellDataset, sums: ExpressionSums) -> Tables:
    """Yield the cell types, and the expression of each gene in each type and over all cells."""
    used = np.array([key is not None for key in dataset.genes.curie])
    genes = pa.array(dataset.genes.curie, pa.string())
    types = list(dict.fromkeys(key for key in dataset.cells.type_key if key is not None))
    yield from _type_tables(dataset, sums, types)
    by_type, from_zero = sums.by_type, shown_scale(sums.scale).from_zero
    for number, key in enumerate(types):
        n_cells = int(by_type.n_cells[number])
        # a z-score says nothing of zero, so that no row may be left out
        columns = np.flatnonzero(used & (by_type.above_zero[number] > 0) if from_zero else used)
        rows = {
            "from": genes.take(pa.array(columns)),
            "to": repeated(key, len(columns)),
            "dataset": repeated(dataset.name, len(columns)),
            "mean": pa.array(by_type.sums[number, columns] / n_cells),
            "fraction": _fractions(
                by_type.above_zero[number, columns] / n_cells, from_zero=from_zero
            ),
            "n_cells": pa.repeat(n_cells, len(columns)),
        }
        yield "EXPRESSED_IN", pa.table(rows)
    columns = np.flatnonzero(used)
    total, above_zero = by_type.all_cells
    n_cells = max(len(dataset.obs), 1)
    rows = {
        "from": genes.take(pa.array(columns)),
        "to": pa.repeat(dataset.name, len(columns)),
        "mean": pa.array(total[columns] / n_cells),
        "fraction": _fractions(above_zero[columns] / n_cells, from_zero=from_zero),
        "column": pa.array(columns.astype(np.int64)),
    }
    yield "MEASURED_IN", pa.table(rows)


def _cells(dataset: CellDataset, sums: ExpressionSums, kind: str, part: slice) -> pa.Table:
    cells, keys = dataset.cells, dataset.keys[part]
    from_zero = shown_scale(sums.scale).from_zero
    rows = {
        "id": keys,
        "dataset": pa.repeat(dataset.name, len(keys)),
        "barcode": pa.array(cells.barcode[part], pa.string()),
        "kind": pa.repeat(kind, len(keys)),
        "author_label": pa.array(cells.label[part], pa.string()),
        "donor": pa.array(cells.origins.donor[part], pa.string()),
        "patient": pa.array(cells.origins.patient[part], pa.string()),
        "sample": pa.array(cells.origins.sample[part], pa.string()),
        "total_count": pa.array(sums.total[part], from_pandas=True),
        "n_genes": pa.array(sums.detected[part], mask=np.full(len(keys), not from_zero)),
        "metadata": pa.array(cells.metadata[part], pa.string()),
    }
    if cells.x is not None and cells.y is not None:
        rows |= {"x": pa.array(cells.x[part]), "y": pa.array(cells.y[part])}
    return pa.table(rows)


def _fractions(shares: np.ndarray, *, from_zero: bool) -> pa.Array:
    """Return shares of cells above zero, nulls on a scale on which zero is a gene's mean."""
    return pa.array(shares, pa.float64(), mask=np.full(len(shares), not from_zero))


def _type_tables(dataset: CellDataset, sums: ExpressionSums, types: list[str]) -> Tables:
    ids = pa.array(types, pa.string())
    names = [dataset.cells.type_names[key] for key in types]
    yield "CellType", pa.table({"id": ids, "name": pa.array(names, pa.string())})
    labels = _labels_by_type(dataset)
    rows = {
        "from": ids,
        "to": pa.repeat(dataset.name, len(types)),
        "n_cells": pa.array(sums.by_type.n_cells[: len(types)]),
        "author_labels": pa.array([labels[key] for key in types], pa.list_(pa.string())),
    }
    yield "OBSERVED_IN", pa.table(rows)


def _labels_by_type(dataset: CellDataset) -> dict[str, list[str]]:
    labels: dict[str, set[str]] = {}
    pairs = zip(dataset.cells.type_key, dataset.cells.label, strict=True)
    for key, label in dict.fromkeys(pairs):
        if key is not None:
            labels.setdefault(key, set()).update([label] if label is not None else [])
    return {key: sorted(texts) for key, texts in labels.items()}
