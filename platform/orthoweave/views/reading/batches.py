"""Open the cells of datasets of a published build for batches."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc

from orthoweave.errors import InputError, UsageError
from orthoweave.scales import COUNTS, LOGS, needs_counts
from orthoweave.storage.matrix_pieces import MatrixPieces, open_pieces
from orthoweave.storage.published import Published
from orthoweave.views.batches import BatchSource, CellBatches
from orthoweave.views.reading.expression import rows_of_cells
from orthoweave.views.reading.kinds import Behind, ViewKind
from orthoweave.views.reading.plain import ViewFiles, read_array, write_array
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
    about = published.table("Dataset", ["id", "species"])
    species = dict(zip(about["id"].to_pylist(), about["species"].to_pylist(), strict=True))
    return CellBatches(
        request.datasets,
        np.array(genes, object),
        request.scale,
        folders,
        sources,
        tuple(species[dataset] for dataset in request.datasets),
    )


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


def write_batches(view: CellBatches, folder: Path) -> dict[str, Any]:
    """Copy the matrices of datasets to a folder, beside the places and totals of their cells.

    Raises
    ------
    UsageError
        If cells are read from elsewhere than a knowledge base's matrices.
    """
    sources = []
    for number, source in enumerate(view.sources):
        if not isinstance(source.pieces, MatrixPieces):
            message = (
                f"the cells of {view.datasets[number]!r} are read from a "
                f"{type(source.pieces).__name__}: expected a matrix of a knowledge base, whose "
                "files can be carried. Ingest the dataset first"
            )
            raise UsageError(message)
        matrix = source.pieces.folder
        shutil.copytree(matrix, folder / matrix.name)
        write_array(source.place, folder / f"{number}.place.npy")
        write_array(source.totals, folder / f"{number}.totals.npy")
        sources.append({"matrix": matrix.name, "logs": source.logs})
    genes = [str(gene) for gene in view.genes]
    about = {"datasets": list(view.datasets), "scale": view.scale}
    return {**about, "genes": genes, "sources": sources, "species": list(view.species)}


def read_batches(kind: type[CellBatches], folder: Path, about: Mapping[str, Any]) -> CellBatches:
    """Return batches of cells of the matrices in a folder.

    Raises
    ------
    InputError
        If files or description are not what `write_batches` writes.
    """
    try:
        genes = np.array(about["genes"], object)
        sources = tuple(
            _carried(folder, number, one, len(genes)) for number, one in enumerate(about["sources"])
        )
        content = " ".join(one["matrix"] for one in about["sources"])
        # bundles of before have no species
        species = tuple(about.get("species", ()))
        return kind(tuple(about["datasets"]), genes, about["scale"], content, sources, species)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"batches cannot be read from {str(folder)!r}: {error}") from error


def _carried(folder: Path, number: int, about: Mapping[str, Any], n_genes: int) -> BatchSource:
    """Return a matrix in a folder, and the arrays beside it if they fit it."""
    matrix = open_pieces(folder / Path(about["matrix"]).name)
    place, totals = (read_array(folder / f"{number}.{name}.npy") for name in ("place", "totals"))
    fits = place.shape == (matrix.n_genes,) and place.dtype == np.int32
    if not fits or place.min() < -1 or place.max() >= n_genes or totals.shape != (matrix.n_cells,):
        message = (
            f"expected the places of {matrix.n_genes} columns among {n_genes} genes and the totals "
            f"of {matrix.n_cells} cells, found others"
        )
        raise ValueError(message)
    return BatchSource(matrix, place, totals, logs=about["logs"])


KIND: Final = ViewKind(
    BatchesRequest,
    CellBatches,
    open_batches,
    lambda request: Behind(request.datasets),
    ViewFiles(write_batches, read_batches),
)
