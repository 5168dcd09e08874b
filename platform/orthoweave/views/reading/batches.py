"""Open the cells of datasets of a published build for batches."""

from typing import Final

import numpy as np
import pyarrow.compute as pc

from orthoweave.errors import InputError, UsageError
from orthoweave.scales import COUNTS, LOGS, needs_counts
from orthoweave.storage.matrix_pieces import open_pieces
from orthoweave.storage.published import Published
from orthoweave.views.batches import BatchSource, CellBatches
from orthoweave.views.reading.expression import rows_of_cells
from orthoweave.views.reading.kinds import Behind, ViewKind
from orthoweave.views.requests import BatchesRequest


def open_batches(published: Published, request: BatchesRequest) -> CellBatches:
    """Open datasets for batches of their cells; values are read when batches are.

    Raises
    ------
    UsageError
        If no dataset is named, or a dataset or a gene is named twice.
    UnknownNameError
        If the build has no such dataset.
    InputError
        If a dataset has none of the genes, or its cells are not in the graph.
    ScaleError
        If a dataset's values were normalised before, on another scale than was asked for.
    """
    for what, names in (("datasets", request.datasets), ("genes", request.genes)):
        if len(set(names)) < len(names) or (what == "datasets" and not names):
            message = f"batches: expected one or more {what}, each once, found {len(names)} names"
            raise UsageError(message)
    measured = {dataset: _measured(published, dataset) for dataset in request.datasets}
    genes = request.genes or tuple(dict.fromkeys(key for one in measured.values() for key in one))
    number = {key: place for place, key in enumerate(genes)}
    sources = tuple(
        _source(published, dataset, measured[dataset], number, request.scale)
        for dataset in request.datasets
    )
    folders = " ".join(published.matrix(dataset).name for dataset in request.datasets)
    return CellBatches(request.datasets, np.array(genes, object), request.scale, folders, sources)


def _measured(published: Published, dataset: str) -> dict[str, int]:
    """Return the column of each gene of a dataset."""
    published.matrix(dataset)
    rows = published.table("MEASURED_IN", ["from", "to", "column"], [("to", "=", dataset)])
    return dict(zip(rows["from"].to_pylist(), rows["column"].to_pylist(), strict=True))


def _source(
    published: Published, dataset: str, measured: dict[str, int], number: dict[str, int], scale: str
) -> BatchSource:
    stored = published.stored_scale(dataset)
    if stored != scale and (stored != COUNTS or scale != LOGS):
        raise needs_counts(dataset, stored, f"batches on the scale {scale}")
    matrix = open_pieces(published.matrix(dataset))
    place = np.full(matrix.n_genes, -1, np.int32)
    for key, column in measured.items():
        place[column] = number.get(key, -1)
    if not (place >= 0).any():
        message = (
            f"{dataset!r} measures none of the {len(number):,} genes: give keys of its species, "
            "such as the genes of an ExpressionView"
        )
        raise InputError(message)
    cells = published.table("Cell", ["id", "dataset", "total_count"], [("dataset", "=", dataset)])
    keys = pc.binary_join_element_wise(dataset, matrix.barcodes, ":")
    rows = rows_of_cells(dataset, keys, cells["id"])
    totals = cells["total_count"].take(rows).to_numpy()
    return BatchSource(matrix, place, totals, logs=stored == COUNTS and scale == LOGS)


KIND: Final = ViewKind(
    BatchesRequest, CellBatches, open_batches, lambda request: Behind(request.datasets)
)
