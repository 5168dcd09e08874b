"""A co-expression network of one dataset as models read it: genes and a symmetric weight matrix."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.views.digests import digest_of


@dataclass(frozen=True, slots=True)
class NetworkView:
    """Co-expression of genes. Made by `network_view`."""

    dataset: str
    species: str
    """Key of the species, such as ``NCBITaxon:9606``."""
    genes: np.ndarray
    """Keys of the genes with a partner, shape ``(n_genes,)``, sorted."""
    symbols: np.ndarray
    """Symbols of the genes, shape ``(n_genes,)``; the key where there is none."""
    weights: sp.csr_matrix
    """Correlation of each joined pair, from -1 to 1, symmetric; ``(n_genes, n_genes)``, float64."""
    method: str
    """Method of the coefficient."""

    @property
    def n_genes(self) -> int:
        """Number of genes."""
        return len(self.genes)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, computed anew at each access."""
        return digest_of(self)


def network_view(
    dataset: str,
    species: str,
    left: np.ndarray,
    right: np.ndarray,
    coefficient: np.ndarray,
    *,
    method: str,
    symbol_of: dict[str, str] | None = None,
) -> NetworkView:
    """Return a network of pairs of gene keys with coefficients, all arrays ``(n_pairs,)``.

    Raises
    ------
    InputError
        If a pair occurs twice, joins a gene to itself, or has a coefficient outside -1 to 1.
    """
    genes, number = np.unique(np.concatenate([left, right]).astype(object), return_inverse=True)
    first, second = number[: len(left)], number[len(left) :]
    ends = np.unique(np.sort(np.stack([first, second]), axis=0), axis=1)
    if (first == second).any() or ends.shape[1] != len(left):
        message = f"network of {dataset!r}: expected each pair of two different genes once"
        raise InputError(message)
    if not (np.abs(coefficient) <= 1).all():
        message = f"network of {dataset!r}: expected coefficients from -1 to 1"
        raise InputError(message)
    rows, columns = np.concatenate([first, second]), np.concatenate([second, first])
    values = np.concatenate([coefficient, coefficient]).astype(np.float64)
    weights = sp.csr_matrix((values, (rows, columns)), shape=(len(genes), len(genes)))
    known = symbol_of or {}
    symbols = np.array([known.get(key) or key for key in genes], object)
    return NetworkView(dataset, species, genes, symbols, weights, method)
