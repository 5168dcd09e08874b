"""Expression of a dataset over the genes that a model knows, in their order."""

from typing import Final

import numpy as np
import scipy.sparse as sp

_BLOCK: Final = 1024


def values_of(
    values: sp.csr_matrix, genes: np.ndarray, vocabulary: np.ndarray
) -> tuple[sp.csr_matrix, np.ndarray]:
    """Return expression over a vocabulary, and the mask of its genes that were measured.

    Parameters
    ----------
    values
        Shape ``(n_cells, n_own_genes)``.
    genes
        Keys of its columns.
    vocabulary
        Keys of the genes to return, shape ``(n_genes,)``.
    """
    # its kernel takes half a second to import
    from orthoweave.numerics.gene_moments import keep_columns

    number = {key: place for place, key in enumerate(vocabulary)}
    place = np.array([number.get(key, -1) for key in genes], np.int32)
    known = np.zeros(len(vocabulary), bool)
    known[place[place >= 0]] = True
    matrix = sp.csr_matrix(values, dtype=np.float32)
    pointers, kept = matrix.indptr.astype(np.int64), [np.zeros(1, np.int64)]
    most = max((int(np.diff(pointers[[a, b]])[0]) for a, b in _blocks(matrix.shape[0])), default=0)
    data, columns = np.empty(most + 1, np.float32), np.empty(most + 1, np.int32)
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    for first, last in _blocks(matrix.shape[0]):
        part = slice(pointers[first], pointers[last])
        block = sp.csr_matrix(
            (matrix.data[part], matrix.indices[part], pointers[first : last + 1] - part.start),
            (last - first, matrix.shape[1]),
        )
        kept.append(keep_columns(block, place, data, columns))
        n = int(kept[-1].sum())
        parts.append((data[:n].copy(), columns[:n].copy()))
    found = sp.csr_matrix(
        (
            np.concatenate([np.empty(0, np.float32), *(one for one, _ in parts)]),
            np.concatenate([np.empty(0, np.int32), *(one for _, one in parts)]),
            np.cumsum(np.concatenate(kept)),
        ),
        (matrix.shape[0], len(vocabulary)),
    )
    found.sort_indices()
    return found, known


def _blocks(n_cells: int) -> list[tuple[int, int]]:
    """Return first and last cell of blocks whose buffers stay in a processor's cache."""
    return [(first, min(first + _BLOCK, n_cells)) for first in range(0, n_cells, _BLOCK)]
