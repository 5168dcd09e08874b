"""FAISS: exact up to a hundred thousand vectors, inverted lists with 8-bit vectors above.

FAISS: Douze et al. 2024, doi:10.48550/arXiv.2401.08281. A file of FAISS has no checksum and
must not be loaded from strangers: a build's manifest holds the SHA-256 of both files.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import IntegrityError, UnknownNameError, UsageError
from orthoweave.vectors.base import Hits
from orthoweave.vectors.faiss_lists import build_lists, load_faiss, on_gpu_device

INDEX_FILE: Final = "index.faiss"
IDS_FILE: Final = "ids.parquet"
# up to here an exact search is fast enough, and needs no tuning
FLAT_LIMIT: Final = 100_000
# larger files are mapped into memory, not read: slower by about a seventh, but open at once
MAPPED_ABOVE: Final = 1 << 30

Vectors = npt.NDArray[np.float32]


def build_index(
    ids: list[str], vectors: Vectors, folder: Path, *, seed: int = 0, gpu: bool = False,
    flat_limit: int = FLAT_LIMIT,
) -> dict[str, Any]:  # fmt: skip
    """Write an index of `vectors` to `folder`, and say what it is.

    Parameters
    ----------
    ids
        Key of each vector.
    vectors
        Rows of length 1, shape ``(len(ids), dimension)``.
    seed
        Of the sample that an approximate index is trained and tuned on.
    gpu
        Train, fill and tune it on a GPU; the file is the same kind as without one.
    flat_limit
        Number of vectors up to which the index is exact.

    Returns
    -------
    dict
        ``kind`` (flat or ivf_sq8), ``n``, ``dimension``, ``files``, ``recall_at_10`` (measured on
        a sample against the exact search; 1 if it is exact) and, for ivf_sq8, ``nlist``,
        ``nprobe`` and ``recall_queries``.

    Raises
    ------
    UsageError
        If ids repeat, or vectors are not finite rows of length 1.
    MissingExtraError
        If a GPU is asked for and FAISS has none.
    """
    _check(ids, vectors)
    faiss = load_faiss(gpu=gpu)
    folder.mkdir(parents=True, exist_ok=True)
    about: dict[str, Any] = {"n": len(ids), "dimension": int(vectors.shape[1])}
    if len(ids) <= flat_limit:
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        about |= {"kind": "flat", "recall_at_10": 1.0}
    else:
        index, tuned = build_lists(vectors, seed, gpu=gpu)
        about |= {"kind": "ivf_sq8", **tuned}
    faiss.write_index(index, str(folder / INDEX_FILE))
    pq.write_table(pa.table({"id": pa.array(ids, pa.string())}), folder / IDS_FILE)
    return about | {"files": [INDEX_FILE, IDS_FILE]}


def open_index(folder: Path, *, gpu: bool = False) -> "FaissIndex":
    """Open the index that `build_index` wrote to `folder`.

    Raises
    ------
    IntegrityError
        If a file is missing, cut short, of another kind, or the two do not belong together.
    """
    faiss = load_faiss(gpu=gpu)
    try:
        ids = pq.read_table(folder / IDS_FILE)["id"].to_pylist()
        mapped = (folder / INDEX_FILE).stat().st_size > MAPPED_ABOVE
        flags = faiss.IO_FLAG_MMAP_IFC if mapped else 0
        index = faiss.read_index(str(folder / INDEX_FILE), flags)
    except (OSError, RuntimeError, pa.ArrowInvalid, KeyError) as error:
        reason = str(error).strip().splitlines()[-1]
        message = (
            f"the vector index in {str(folder)!r} cannot be read ({reason}): go back to an older "
            "build with `orthoweave rollback`, or make it again with `orthoweave build --force`"
        )
        raise IntegrityError(message) from error
    kinds = (faiss.IndexFlat, faiss.IndexIVFScalarQuantizer)
    if index.ntotal != len(ids) or not isinstance(index, kinds):
        message = (
            f"the vector index in {str(folder)!r} is not ours: expected a flat or IVF-SQ8 index of "
            f"{len(ids):,} vectors, found {type(index).__name__} of {index.ntotal:,}"
        )
        raise IntegrityError(message)
    return FaissIndex(index, ids, on_gpu=gpu)


class FaissIndex:
    """An opened index; searching it is safe from several threads."""

    def __init__(self, index: Any, ids: list[str], *, on_gpu: bool = False) -> None:
        self.ids = ids
        self._index = index
        self._gpu = on_gpu_device(index) if on_gpu else None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each key."""
        return {key: row for row, key in enumerate(self.ids)}

    def search(
        self, queries: Vectors, k: int,
        allowed: Sequence[str] | npt.NDArray[np.integer] | None = None,
    ) -> Hits:  # fmt: skip
        """Find the `k` vectors of largest inner product with each query.

        Parameters
        ----------
        queries
            Shape ``(n_queries, dimension)``.
        allowed
            Keys, or row numbers, of the vectors that may be found; by default all. With it an
            approximate index is searched in all its lists, so that k hits means k hits.

        Raises
        ------
        UsageError
            If k is below 1 or the queries are not of the index's dimension.
        UnknownNameError
            If an allowed key is not in the index.
        """
        if k < 1 or queries.ndim != 2 or queries.shape[1] != self.dimension:
            message = (
                f"expected k of at least 1 and queries of shape (n, {self.dimension}), found "
                f"k={k!r} and shape {queries.shape}"
            )
            raise UsageError(message)
        wanted = np.ascontiguousarray(queries, np.float32)
        if allowed is None:
            scores, rows = (self._gpu or self._index).search(wanted, min(k, len(self.ids)))
        else:
            chosen = self._rows_of(allowed)
            if not len(chosen):
                empty = np.zeros(0, np.float32)
                return Hits([[] for _ in wanted], [empty for _ in wanted])
            scores, rows = self._filtered(wanted, min(k, len(chosen)), chosen)
        keys = self.ids
        ids = [[keys[row] for row in line if row >= 0] for line in rows.tolist()]
        # places that stayed empty come last, and bear row -1
        return Hits(ids, [line[: len(found)] for line, found in zip(scores, ids, strict=True)])

    def vectors_of(self, ids: Sequence[str]) -> Vectors:
        """Vectors of these keys, shape ``(len(ids), dimension)``; of 8 bits in an IVF index."""
        rows = self._rows_of(ids)
        if not len(rows):
            return np.zeros((0, self.dimension), np.float32)
        if isinstance(self._index, load_faiss().IndexIVF):
            return self._stored(rows)
        return self._index.reconstruct_batch(rows)

    def _filtered(
        self, queries: Vectors, k: int, rows: npt.NDArray[np.int64]
    ) -> tuple[Vectors, npt.NDArray[np.int64]]:
        faiss = load_faiss()
        bits = np.zeros(len(self.ids), bool)
        bits[rows] = True
        selector = faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))
        if isinstance(self._index, faiss.IndexIVF):
            limits = faiss.SearchParametersIVF(sel=selector, nprobe=self._index.nlist)
        else:
            limits = faiss.SearchParameters(sel=selector)
        return self._index.search(queries, k, params=limits)

    def _rows_of(self, ids: Sequence[str] | npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
        if isinstance(ids, np.ndarray) and np.issubdtype(ids.dtype, np.integer):
            return ids.astype(np.int64)
        unknown = [key for key in ids if key not in self.rows]
        if unknown:
            message = f"{len(unknown):,} keys are not in the vector index, such as {unknown[0]!r}"
            raise UnknownNameError(message)
        return np.array([self.rows[key] for key in ids], np.int64)

    def _stored(self, rows: npt.NDArray[np.int64]) -> Vectors:
        """Vectors of an inverted index, read where `_places` says that they lie."""
        faiss = load_faiss()
        lists, offsets = self._places
        size = self._index.code_size
        codes = np.empty((len(rows), size), np.uint8)
        for line, row in enumerate(rows):
            start = self._index.invlists.get_codes(int(lists[row]))
            stored = faiss.rev_swig_ptr(start, (int(offsets[row]) + 1) * size)
            codes[line] = stored[-size:]
        return self._index.sq.decode(codes)

    @cached_property
    def _places(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """List and offset of each row: kept here, since FAISS's own map cannot be made on mmap."""
        faiss = load_faiss()
        lists = np.zeros(len(self.ids), np.int32)
        offsets = np.zeros(len(self.ids), np.int64)
        for number in range(self._index.nlist):
            size = self._index.invlists.list_size(number)
            if size:
                rows = faiss.rev_swig_ptr(self._index.invlists.get_ids(number), size)
                lists[rows], offsets[rows] = number, np.arange(size)
        return lists, offsets


def _check(ids: list[str], vectors: Vectors) -> None:
    if vectors.ndim != 2 or len(vectors) != len(ids) or not len(ids) or vectors.shape[1] == 0:
        message = (
            f"vectors: expected shape ({len(ids)}, dimension) with rows, found {vectors.shape}"
        )
        raise UsageError(message)
    if len(set(ids)) != len(ids):
        message = f"vectors: {len(ids) - len(set(ids)):,} keys repeat; expected one vector for each"
        raise UsageError(message)
    lengths = np.linalg.norm(vectors, axis=1)
    off = np.flatnonzero(~(np.abs(lengths - 1) < 1e-3))
    if len(off):
        message = (
            f"vectors: expected finite rows of length 1, found {len(off):,} others, such as "
            f"{ids[off[0]]!r} of length {lengths[off[0]]!r}"
        )
        raise UsageError(message)
