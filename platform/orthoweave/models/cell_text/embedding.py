r"""Cells as expression-weighted means of the text vectors of their strongest genes.

With :math:`T_c` the N strongest genes of cell c that have a text and :math:`x` their log1p of
counts per 10 000,

.. math:: w_{cg} = x_{cg} / \sum_{h \in T_c} x_{ch}, \qquad c_c = \sum_{g \in T_c} w_{cg} e_g .

Jiang et al. 2025, arXiv:2505.07896; the same family as GenePT (Chen and Zou 2025,
doi:10.1038/s41551-024-01284-6). Ours: the mean vector and the first principal directions of the
genes are taken out of :math:`e_g`, since text vectors share them, and mitochondrial, ribosomal
and haemoglobin genes do not count.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError, ScaleError
from orthoweave.numerics.cell_vectors import Weighting, gene_specificity, top_genes
from orthoweave.views.expression import ExpressionView
from orthoweave.views.vector import VectorView

LEAST_GENES: Final = 10
"""Usable genes below which a cell is flagged and gets no vector."""
LEAST_MASS: Final = 0.7
"""Share of all counts that must be of genes with a text."""
_HOUSEKEEPING: Final = re.compile(
    r"MT-|RP[LS]\d|RPLP\d|RPSA\Z|HB[ABDEGMQZ]\d?\Z|HB[AB]-", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TextCells:
    """Cells of a dataset by their genes' texts."""

    weights: sp.csr_matrix
    """Weights of the genes of each cell, shape ``(n_cells, n_genes)``; rows sum to 1, or to 0."""
    gene_vectors: np.ndarray
    """Corrected vectors by gene, shape ``(n_genes, dimension)``; zeros without a text."""
    has_text: np.ndarray
    """Genes that can have a weight, shape ``(n_genes,)``."""
    usable: np.ndarray
    """Cells with ten usable genes at least, shape ``(n_cells,)``."""
    factors: np.ndarray
    """Factor of each gene's weight, shape ``(n_genes,)``; 0 without a text."""

    @property
    def vectors(self) -> np.ndarray:
        """Vectors of the cells, length 1 or 0, shape ``(n_cells, dimension)``, float32."""
        return mixed(self.weights, self.gene_vectors)


def text_cells(
    view: ExpressionView,
    genes: VectorView,
    *,
    top: int,
    directions: int,
    weighting: Weighting = "log",
    housekeeping: bool = False,
) -> TextCells:
    """Return the cells of `view` as means of the vectors of their genes.

    Parameters
    ----------
    top
        Number of genes that represent a cell.
    directions
        Number of principal directions of the gene vectors to remove besides their mean.
    housekeeping
        Keep mitochondrial, ribosomal and haemoglobin genes.

    Raises
    ------
    ScaleError
        If the view does not hold counts.
    InputError
        If under 70 % of all counts are of genes with a text.
    """
    if view.scale != "counts":
        message = (
            f"expression of {view.dataset!r} is on the scale {view.scale!r}: expected counts, "
            "from which the weights are computed"
        )
        raise ScaleError(message)
    place = {key: row for row, key in enumerate(genes.ids)}
    rows = np.array([place.get(key, -1) for key in view.genes], np.int64)
    _check_mass(view, rows >= 0)
    usable = rows >= 0
    if not housekeeping:
        usable &= np.array([_HOUSEKEEPING.match(str(name)) is None for name in view.symbols])
    vectors = np.zeros((view.n_genes, genes.vectors.shape[1]), np.float32)
    vectors[usable] = corrected(genes.vectors[rows[usable]], directions)
    factors = usable.astype(np.float64)
    if weighting == "specific":
        factors *= gene_specificity([view.values], view.n_genes)
    return weighted_cells(view.values, vectors, factors, usable, top=top, weighting=weighting)


def weighted_cells(
    counts: sp.csr_matrix,
    vectors: np.ndarray,
    factors: np.ndarray,
    has_text: np.ndarray,
    *,
    top: int,
    weighting: Weighting,
    totals: np.ndarray | None = None,
) -> TextCells:
    """Return cells by vectors of their genes.

    Parameters
    ----------
    counts
        Shape ``(n_cells, n_genes)``.
    vectors
        Corrected vectors of the genes, shape ``(n_genes, dimension)``; zeros without one.
    factors
        Factor of each gene's weight, shape ``(n_genes,)``; 0 without a vector.
    has_text
        Mask of the genes with a vector, shape ``(n_genes,)``.
    totals
        Counts of each cell over all measured genes, ``(n_cells,)``; None for those given.
    """
    chosen = top_genes(counts, factors, top=top, weighting=weighting, totals=totals)
    n_genes = (chosen.columns >= 0).sum(axis=1)
    weights = sp.csr_matrix(
        (
            chosen.weights[chosen.columns >= 0],
            chosen.columns[chosen.columns >= 0],
            np.concatenate([[0], np.cumsum(n_genes)]),
        ),
        shape=counts.shape,
    )
    return TextCells(weights, vectors, has_text, n_genes >= LEAST_GENES, factors)


def corrected(vectors: np.ndarray, directions: int) -> np.ndarray:
    """Return vectors of length 1 without their mean and first principal directions.

    Mu and Viswanath 2018, arXiv:1702.01417: what all texts share distinguishes none.
    """
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    found = vectors / np.where(length > 0, length, 1)
    found = found - found.mean(axis=0)
    if directions:
        _, axes = np.linalg.eigh((found.T @ found).astype(np.float64))
        first = axes[:, ::-1][:, :directions]
        found = found - (found @ first) @ first.T
    return np.asarray(found, np.float32)


def mixed(weights: sp.csr_matrix, gene_vectors: np.ndarray) -> np.ndarray:
    """Return weighted means of gene vectors, length 1, shape ``(n_cells, dimension)``."""
    found = np.asarray(weights @ gene_vectors, np.float32)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return np.divide(found, length, out=np.zeros_like(found), where=length > 0)


def permuted(cells: TextCells, seed: int) -> TextCells:
    """Return the same cells with the texts permuted among the genes that have one."""
    there = np.flatnonzero(cells.has_text)
    order = np.random.default_rng(seed).permutation(there)
    vectors = cells.gene_vectors.copy()
    vectors[there] = cells.gene_vectors[order]
    return replace(cells, gene_vectors=vectors)


def random_projection(cells: TextCells, seed: int) -> TextCells:
    """Return the same cells with random normal vectors of the same dimension for texts."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=cells.gene_vectors.shape).astype(np.float32)
    vectors[~cells.has_text] = 0
    return replace(cells, gene_vectors=vectors)


def _check_mass(view: ExpressionView, has_text: np.ndarray) -> None:
    counts = np.asarray(view.values.sum(axis=0)).ravel()
    share = float(counts[has_text].sum() / max(counts.sum(), 1e-12))
    if share < LEAST_MASS:
        message = (
            f"{share:.0%} of the counts of {view.dataset!r} are of genes with a text vector: "
            f"expected {LEAST_MASS:.0%} at least; ingest gene_descriptions of its species, then "
            "`orthoweave ingest embeddings`"
        )
        raise InputError(message)
