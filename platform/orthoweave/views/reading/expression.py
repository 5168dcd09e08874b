"""Expression of a dataset of a published build, and its hypergraph.

The matrix is read chunk by chunk: once to choose genes where some are left out, and once for the
values of those that are kept. Memory follows what the view holds, not what the matrix holds.
"""

from collections.abc import Collection
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orthoweave.errors import InputError
from orthoweave.scales import COUNTS, LOGS, needs_counts
from orthoweave.storage.matrix_pieces import open_pieces
from orthoweave.storage.published import Published
from orthoweave.views.expression import ExpressionView
from orthoweave.views.hypergraph import HypergraphView, hypergraph_view
from orthoweave.views.reading.columns import choose_genes, chosen_values
from orthoweave.views.reading.kinds import Behind, ViewKind
from orthoweave.views.reading.plain import shared_texts
from orthoweave.views.requests import ExpressionRequest, HypergraphRequest


def read_expression(
    published: Published,
    request: ExpressionRequest | HypergraphRequest,
    *,
    only: Collection[str] | None = None,
) -> ExpressionView:
    """Read the expression of a dataset: all its cells, and the requested genes.

    Columns of the matrix that are not genes of the graph are left out; `totals` still counts them.

    Parameters
    ----------
    only
        Keys of the genes to read, of those that the request chooses among; all by default.

    Raises
    ------
    UnknownNameError
        If the build has no such dataset.
    InputError
        If the tables do not fit the matrix, or no gene is left.
    ScaleError
        If the dataset's values were normalised before, on another scale than was asked for.
    """
    dataset = request.dataset
    folder = published.matrix(dataset)
    about = published.table("Dataset", ["id", "species", "scale"], [("id", "=", dataset)])
    stored = about["scale"][0].as_py()
    if stored not in (COUNTS, request.scale):
        raise needs_counts(dataset, stored, f"a view on the scale {request.scale}")
    matrix = open_pieces(folder)
    columns, genes = _genes(published, dataset)
    if only is not None:
        kept = np.isin(genes.astype(str), list(only))
        columns, genes = columns[kept], genes[kept]
    # in the form of orthoweave.ids.cell_key
    cells = pc.binary_join_element_wise(dataset, matrix.barcodes, ":")
    # values were checked when the matrix was written
    totals, cell_types, labels, donors = _of_cells(published, dataset, cells)
    # what the tables took is free again, and not yet given back
    pa.default_memory_pool().release_unused()
    if only is None:
        chosen, n_values = choose_genes(matrix, totals, columns, stored, request)
    else:
        chosen, n_values = np.arange(len(columns)), matrix.n_values
    logs = stored == COUNTS and request.scale == LOGS
    values = chosen_values(matrix, totals, columns[chosen], n_values, logs=logs)
    return ExpressionView(
        dataset=dataset,
        species=about["species"][0].as_py(),
        cells=_texts(cells),
        genes=genes[chosen],
        symbols=_symbols(published, genes[chosen]),
        values=values,
        scale=LOGS if logs else stored,
        totals=totals,
        cell_types=cell_types,
        labels=labels,
        donors=donors,
    )


def read_hypergraph(published: Published, request: HypergraphRequest) -> HypergraphView:
    """Read the cell-gene hypergraph of a dataset.

    Raises
    ------
    UnknownNameError, InputError
        As for `read_expression`.
    """
    return hypergraph_view(read_expression(published, request))


def _genes(published: Published, dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns that are genes of the graph, in order, and the genes' keys."""
    measured = published.table(
        "MEASURED_IN", ["from", "to", "column"], [("to", "=", dataset)]
    ).sort_by("column")
    return measured["column"].to_numpy(), _texts(measured["from"])


def _symbols(published: Published, genes: np.ndarray) -> np.ndarray:
    named = published.table("Gene", ["id", "symbol"])
    place = pc.index_in(pa.array(genes, pa.string()), value_set=named["id"])
    symbols = named["symbol"].take(place).to_numpy()
    return np.where(symbols == None, genes, symbols)  # noqa: E711 - element by element


def _of_cells(
    published: Published, dataset: str, cells: pa.Array
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return totals, authors' cell types, labels and donors of the cells, in their order."""
    names = ["id", "total_count", "author_label", "donor"]
    found = published.table("Cell", ["dataset", *names], [("dataset", "=", dataset)])
    if not found["id"].combine_chunks().equals(cells):
        found = found.take(rows_of_cells(dataset, cells, found["id"]))
    typed = published.table("HAS_TYPE", ["from", "to", "by"], [("by", "=", "author")])
    place = pc.index_in(cells, value_set=typed["from"])
    types = typed["to"].take(place)
    return (
        found["total_count"].to_numpy(),
        *(shared_texts(column) for column in (types, found["author_label"], found["donor"])),
    )


def rows_of_cells(dataset: str, cells: pa.Array, known: pa.ChunkedArray) -> pa.Array:
    """Return the row of each cell of a matrix among the keys of the graph.

    Raises
    ------
    InputError
        If a cell is not in the graph.
    """
    place = pc.index_in(cells, value_set=known)
    if place.null_count:
        message = (
            f"{place.null_count:,} cells of the matrix of {dataset!r} are not in the graph: "
            "`orthoweave remove` its source, and ingest it anew"
        )
        raise InputError(message)
    return place


def _texts(column: pa.Array | pa.ChunkedArray) -> np.ndarray:
    found: np.ndarray = (
        column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else column.to_numpy()
    )
    return found


def _dataset(request: ExpressionRequest | HypergraphRequest) -> Behind:
    return Behind((request.dataset,))


EXPRESSION: Final = ViewKind(ExpressionRequest, ExpressionView, read_expression, _dataset)
HYPERGRAPH: Final = ViewKind(HypergraphRequest, HypergraphView, read_hypergraph, _dataset)
