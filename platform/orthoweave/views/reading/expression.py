"""Expression of a dataset of a published build, and its hypergraph."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.scales import COUNTS, LOGS, needs_counts
from orthoweave.storage.matrix import read_counts
from orthoweave.storage.published import Published
from orthoweave.views.expression import ExpressionView
from orthoweave.views.hypergraph import HypergraphView, hypergraph_view
from orthoweave.views.requests import ExpressionRequest, HypergraphRequest
from orthoweave.views.variable_genes import variable_genes


def read_expression(
    published: Published, request: ExpressionRequest | HypergraphRequest
) -> ExpressionView:
    """Read the expression of a dataset: all its cells, and the requested genes.

    Columns of the matrix that are not genes of the graph are left out; `totals` still counts them.

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
    barcodes, counts = read_counts(folder)
    columns, genes = _genes(published, dataset)
    symbols = _symbols(published, genes)
    # in the form of orthoweave.ids.cell_key
    cells = pc.binary_join_element_wise(dataset, pa.array(barcodes, pa.string()), ":")
    # values were checked when the matrix was written
    totals, cell_types, labels, donors = _of_cells(published, dataset, cells)
    view = ExpressionView(
        dataset=dataset,
        species=about["species"][0].as_py(),
        cells=_texts(cells),
        genes=genes,
        symbols=symbols,
        values=_columns(counts, columns),
        scale=stored,
        totals=totals,
        cell_types=cell_types,
        labels=labels,
        donors=donors,
    )
    view = _chosen(view, request.min_cells, request.top_genes)
    return view.log1p_cp10k() if request.scale == LOGS else view


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


def _columns(counts: sp.csr_matrix, columns: np.ndarray) -> sp.csr_matrix:
    """Return the counts of some columns, in increasing order; the same matrix if they are all."""
    if len(columns) == counts.shape[1]:
        return counts
    place = np.full(counts.shape[1], -1, np.int32)
    place[columns] = np.arange(len(columns), dtype=np.int32)
    indices = place[counts.indices]
    kept = indices >= 0
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
    return sp.csr_matrix(
        (counts.data[kept], indices[kept], before[counts.indptr]),
        shape=(counts.shape[0], len(columns)),
    )


def _of_cells(
    published: Published, dataset: str, cells: pa.Array
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return totals, authors' cell types, labels and donors of the cells, in their order."""
    names = ["id", "total_count", "author_label", "donor"]
    found = published.table("Cell", ["dataset", *names], [("dataset", "=", dataset)])
    if not found["id"].combine_chunks().equals(cells):
        place = pc.index_in(cells, value_set=found["id"])
        if place.null_count:
            message = (
                f"{place.null_count:,} cells of the matrix of {dataset!r} are not in the graph: "
                "`orthoweave remove` its source, and ingest it anew"
            )
            raise InputError(message)
        found = found.take(place)
    typed = published.table("HAS_TYPE", ["from", "to", "by"], [("by", "=", "author")])
    place = pc.index_in(cells, value_set=typed["from"])
    types = typed["to"].take(place)
    return (
        found["total_count"].to_numpy(),
        _texts(types),
        _texts(found["author_label"]),
        _texts(found["donor"]),
    )


def _chosen(view: ExpressionView, min_cells: int, top_genes: int) -> ExpressionView:
    if min_cells > 1:
        n_cells = np.bincount(view.values.indices, minlength=view.n_genes)
        view = view.subset(genes=n_cells >= min_cells)
    if 0 < top_genes < view.n_genes:
        view = view.subset(genes=variable_genes(view, top_genes))
    if not view.n_genes:
        message = (
            f"no gene of {view.dataset!r} is left: expected one in min_cells={min_cells} cells"
        )
        raise InputError(message)
    return view


def _texts(column: pa.Array | pa.ChunkedArray) -> np.ndarray:
    found: np.ndarray = (
        column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else column.to_numpy()
    )
    return found
