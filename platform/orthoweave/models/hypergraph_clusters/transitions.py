r"""The walks' laws: from a cell to one of its genes, from the gene to one of its cells.

With :math:`\gamma_e(v) \ge 0` the log-normalised value of gene e in cell v, A (cells × genes) holds
its share of the cell and R (genes × cells) its share of the gene; both have rows that sum to 1, and
:math:`A^{(a)}` is A raised to the power a entry by entry and scaled again. Over cells,

.. math::

    P_\text{EDVW} &= W R, \quad W_{ve} \propto w_e [\gamma_e(v) > 0],\ w_e = \sum_v \gamma_e(v) \\
    P_\text{DIPHW} &= A^{(a)} R \\
    P_\text{DIPHW-both} &= A^{(a)} R^{(a)} \\
    P_\text{CoMem} &= \overline{G_V \circ (F R)},\ F = \overline{(A G_E) \circ A} \\
    P_\text{CoMem-DIPHW} &= \overline{G_V \circ (F R)},\
        F = \overline{(A^{(a)} G_E) \circ A^{(a)}}

where :math:`G_V` and :math:`G_E` are the absolute Pearson correlations of cells and of genes with
zeros on the diagonal, and the bar scales rows to sum to 1. The node2vec baseline walks on
:math:`\overline{G_V}` (p = q = 1). F has the places of A, so it stays sparse.

DIPHW and CoMem-DIPHW: He et al., arXiv:2501.11760; the paper's exact formulas are not public, and
these were calibrated against its results (docs/models/hypergraph_clusters.md). EDVW: Chitra and
Raphael 2019, arXiv:1905.08287. node2vec: Grover and Leskovec 2016, arXiv:1607.00653.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import UsageError
from orthoweave.models.hypergraph_clusters.exponent import sharpened

WALKS: Final = ("diphw", "diphw_both", "comem", "comem_diphw", "edvw", "node2vec")
SHARPENED: Final = frozenset({"diphw", "diphw_both", "comem_diphw"})
"""Walks that have a preference exponent."""
REMEMBERING: Final = frozenset({"comem", "comem_diphw"})
"""Walks whose choices are weighted with co-expression."""
DENSE_LIMIT: Final = 10_000
"""Cells up to which the n × n matrix of transitions is formed."""
_BLOCK: Final = 2000


@dataclass(frozen=True, slots=True)
class Steps:
    """One step of a walk in two halves, each with rows that sum to 1."""

    to_gene: sp.csr_matrix
    """Chance of each gene of a cell, shape ``(n_cells, n_genes)``, float32."""
    to_cell: sp.csr_matrix
    """Chance of each cell of a gene, shape ``(n_genes, n_cells)``, float32."""
    cell_memory: bool
    """True if the next cell is also weighted by its absolute correlation with the cell left."""


def walk_steps(by_cell: sp.csr_matrix, walk: str, exponent: float = 1.0) -> Steps:
    """Return both halves of the step of a walk on the hypergraph.

    Parameters
    ----------
    by_cell
        Values of genes in cells, shape ``(n_cells, n_genes)``, log scale, non-negative, no empty
        cell or gene.
    exponent
        Preference exponent; for the walks in `SHARPENED` only.

    Raises
    ------
    UsageError
        If the walk is not known, or is node2vec, which uses no genes.
    """
    if walk not in WALKS or walk == "node2vec":
        message = f"walk over genes: expected one of {', '.join(WALKS[:-1])}, found {walk!r}"
        raise UsageError(message)
    by_gene = sp.csr_matrix(by_cell.T)
    shares = sharpened(by_cell, exponent if walk in SHARPENED else 1.0)
    if walk == "edvw":
        weight = np.asarray(by_cell.sum(axis=0), np.float64).ravel()
        shares = _scaled(
            sp.csr_matrix((weight[by_cell.indices], by_cell.indices, by_cell.indptr), by_cell.shape)
        )
    elif walk in REMEMBERING:
        shares = gene_memory(shares, absolute_correlations(by_gene))
    to_cell = sharpened(by_gene, exponent if walk == "diphw_both" else 1.0)
    return Steps(shares.astype(np.float32), to_cell.astype(np.float32), walk in REMEMBERING)


def gene_memory(shares: sp.csr_matrix, correlations: np.ndarray) -> sp.csr_matrix:
    """Return gene shares weighted by co-expression with the gene used before, float64.

    That is ``(shares @ correlations) * shares`` with rows scaled to sum to 1, at the places of
    `shares` only. A cell whose genes are all uncorrelated keeps its shares.

    Parameters
    ----------
    correlations
        Absolute correlations of genes with a zero diagonal, shape ``(n_genes, n_genes)``.
    """
    weighted = np.empty(shares.nnz)
    for start in range(0, shares.shape[0], _BLOCK):
        block = shares[start : start + _BLOCK]
        met = block.astype(correlations.dtype).toarray() @ correlations
        rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
        part = slice(shares.indptr[start], shares.indptr[start] + block.nnz)
        weighted[part] = block.data * met[rows, block.indices]
    totals = np.repeat(np.add.reduceat(weighted, shares.indptr[:-1]), np.diff(shares.indptr))
    weighted = np.where(totals > 0, weighted / np.where(totals > 0, totals, 1), shares.data)
    return sp.csr_matrix((weighted, shares.indices, shares.indptr), shares.shape)


def absolute_correlations(values: sp.csr_matrix) -> np.ndarray:
    """Return absolute Pearson correlations of rows, float32; zero on diagonal, constant rows.

    Parameters
    ----------
    values
        Shape ``(n_rows, n_columns)``; places without a value count as zeros.
    """
    mean, deviation = row_moments(values)
    by_column = sp.csc_matrix(values, dtype=np.float32)
    result = np.zeros((values.shape[0], values.shape[0]), np.float32)
    for start in range(0, values.shape[1], _BLOCK):
        # dense blocks: genes that many cells express make sparse products slow
        block = by_column[:, start : start + _BLOCK].toarray() - mean[:, None].astype(np.float32)
        result += block @ block.T
    scale = (deviation * np.sqrt(values.shape[1])).astype(np.float32)
    scale[deviation == 0] = np.inf
    result /= scale[:, None]
    result /= scale
    np.abs(result, out=result)
    np.minimum(result, 1, out=result)
    np.fill_diagonal(result, 0)
    return result


def row_moments(values: sp.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each row, zeros included, float64, ``(n_rows,)``.

    The deviation of a constant row is exactly 0.
    """
    exact = values.astype(np.float64)
    mean = np.asarray(exact.mean(axis=1)).ravel()
    square = np.asarray(exact.multiply(exact).mean(axis=1)).ravel()
    variance = square - mean**2
    variance[variance < 1e-12 * square] = 0
    return mean, np.sqrt(variance)


def dense_transitions(by_cell: sp.csr_matrix, walk: str, exponent: float = 1.0) -> np.ndarray:
    """Return the chance of each next cell, ``(n_cells, n_cells)``, float32, rows sum to 1.

    Raises
    ------
    UsageError
        If there are more than 10,000 cells.
    """
    n_cells = by_cell.shape[0]
    if n_cells > DENSE_LIMIT:
        message = (
            f"matrix of transitions: expected at most {DENSE_LIMIT:,} cells, found {n_cells:,}. "
            "Use sampled walks (--set embedding=skip_gram), or fewer cells"
        )
        raise UsageError(message)
    if walk == "node2vec":
        return _stochastic(absolute_correlations(by_cell))
    steps = walk_steps(by_cell, walk, exponent)
    chances = np.asarray((steps.to_gene @ steps.to_cell).toarray(), np.float32)
    if steps.cell_memory:
        chances *= absolute_correlations(by_cell)
    return _stochastic(chances)


def _scaled(values: sp.csr_matrix) -> sp.csr_matrix:
    totals = np.add.reduceat(values.data, values.indptr[:-1])
    data = values.data / np.repeat(totals, np.diff(values.indptr))
    return sp.csr_matrix((data, values.indices, values.indptr), values.shape)


def _stochastic(weights: np.ndarray) -> np.ndarray:
    """Return rows scaled to sum to 1; a cell that leads nowhere stays where it is."""
    totals = weights.sum(axis=1, dtype=np.float64).astype(np.float32)
    (stuck,) = np.nonzero(totals <= 0)
    weights[stuck, stuck] = 1
    totals[stuck] = 1
    weights /= totals[:, None]
    return weights
