"""An expression view read in the plainest way: the whole matrix at once, then what is chosen."""

import anndata
import numpy as np
import scipy.sparse as sp

from orthoweave.storage.published import Published
from orthoweave.views.requests import ExpressionRequest
from orthoweave.views.variable_genes import variable_genes


def plain_expression(
    published: Published, request: ExpressionRequest
) -> tuple[list[str], sp.csr_matrix]:
    """Return the keys of the genes that a view keeps, and their values."""
    stored = anndata.read_zarr(published.matrix(request.dataset))
    measured = published.table(
        "MEASURED_IN", ["from", "to", "column"], [("to", "=", request.dataset)]
    ).sort_by("column")
    counts = sp.csr_matrix(stored.X)
    totals = np.asarray(counts.sum(axis=1, dtype=np.float64)).ravel()
    genes = np.array(measured["from"].to_pylist(), object)
    counts = sp.csr_matrix(counts[:, measured["column"].to_numpy()])
    chosen = plain_choice(counts, totals, request.min_cells, request.top_genes)
    values = sp.csr_matrix(counts[:, chosen])
    if request.scale != "counts":
        values = plain_logarithms(values, totals)
    return genes[chosen].tolist(), values


def plain_choice(
    counts: sp.csr_matrix, totals: np.ndarray, min_cells: int, top_genes: int
) -> np.ndarray:
    """Return the numbers of the genes that a view keeps, from all counts at once."""
    chosen = np.arange(counts.shape[1])
    if min_cells > 1:
        n_cells = np.bincount(counts.indices, minlength=counts.shape[1])
        chosen = np.flatnonzero(n_cells >= min_cells)
    if 0 < top_genes < len(chosen):
        among = sp.csr_matrix(counts[:, chosen])
        among.sort_indices()
        chosen = chosen[_variable(among, totals, top_genes)]
    return chosen


def plain_logarithms(counts: sp.csr_matrix, totals: np.ndarray) -> sp.csr_matrix:
    """Return log1p of counts per 10 000, all at once in float64, then float32."""
    factor = 10_000 / np.maximum(totals, 1)
    values = counts.data.astype(np.float64) * np.repeat(factor, np.diff(counts.indptr))
    scaled = np.log1p(values).astype(np.float32)
    return sp.csr_matrix((scaled, counts.indices, counts.indptr), shape=counts.shape)


def _variable(counts: sp.csr_matrix, totals: np.ndarray, n_genes: int) -> np.ndarray:
    """Return the genes with the highest dispersion in their bin of means."""
    values = plain_logarithms(counts, totals)
    n_cells, n = counts.shape
    plain = np.expm1(values.data.astype(np.float64))
    mean = np.bincount(values.indices, plain, n) / n_cells
    squares = np.bincount(values.indices, plain**2, n)
    variance = (squares / n_cells - mean**2) * n_cells / max(n_cells - 1, 1)
    dispersion = np.divide(variance, mean, out=np.zeros_like(mean), where=mean > 0)
    return variable_genes(mean, dispersion, n_genes)
