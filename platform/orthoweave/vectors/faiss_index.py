"""Vector indexes on FAISS: exact up to 100,000 vectors, above that an inverted file of 8 bits.

FAISS: Douze et al. 2024, doi:10.48550/arXiv.2401.08281. A file of FAISS has no checksum and is not
safe to load from strangers: the manifest of a build holds the SHA-256 of both files.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import IntegrityError, UnknownNameError, UsageError
from orthoweave.storage.integrity import REPAIR
from orthoweave.vectors.base import Hit, Hits, Part, Subset
from orthoweave.vectors.faiss_lists import load_faiss, on_gpu_device
from orthoweave.vectors.faiss_parts import InvertedLists, best_of_all

INDEX_FILE: Final = "index.faiss"
IDS_FILE: Final = "ids.parquet"
# larger files are memory-mapped: a search takes about a seventh longer, but opening takes no time
MAPPED_ABOVE: Final = 1 << 30

Vectors = npt.NDArray[np.float32]


def open_index(folder: Path, *, gpu: bool = False) -> "FaissIndex":
    """Open the index that `build_index` wrote to `folder`.

    Raises
    ------
    IntegrityError
        If a file is missing, cut short, of another kind, or the two do not belong together.
    """
    faiss = load_faiss(gpu=gpu)
    try:
        with pq.ParquetFile(folder / IDS_FILE) as file:  # `read_table` imports pandas
            ids = file.read(["id"])["id"].to_pylist()
        mapped = (folder / INDEX_FILE).stat().st_size > MAPPED_ABOVE
        flags = faiss.IO_FLAG_MMAP_IFC if mapped else 0
        index = faiss.read_index(str(folder / INDEX_FILE), flags)
    except (OSError, RuntimeError, pa.ArrowInvalid, KeyError) as error:
        reason = str(error).strip().splitlines()[-1]
        message = f"the vector index in {str(folder)!r} cannot be read ({reason}): {REPAIR}"
        raise IntegrityError(message) from error
    kinds = (faiss.IndexFlat, faiss.IndexIVFScalarQuantizer)
    if index.ntotal != len(ids) or not isinstance(index, kinds):
        message = (
            f"the vector index in {str(folder)!r} cannot be used: expected a flat or IVF-SQ8 index "
            f"of {len(ids):,} vectors, found {type(index).__name__} of {index.ntotal:,}. {REPAIR}"
        )
        raise IntegrityError(message)
    return FaissIndex(index, ids, on_gpu=gpu)


class FaissIndex:
    """An open index; searches are safe from several threads."""

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
        self,
        queries: Vectors,
        k: int,
        allowed: Sequence[str] | npt.NDArray[np.integer] | Subset | None = None,
    ) -> Hits:
        """Return the `k` vectors of largest inner product with each query.

        Parameters
        ----------
        queries
            Shape ``(n_queries, dimension)``.
        allowed
            Keys, row numbers or a subset of the vectors that may be found; by default all.

        Raises
        ------
        UsageError
            If k is below 1, or the queries do not have the dimension of the index.
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
        if allowed is not None:
            return self._among(wanted, k, allowed)
        scores, rows = (self._gpu or self._index).search(wanted, min(k, len(self.ids)))
        ids = [[self.ids[row] for row in line if row >= 0] for line in rows.tolist()]
        # places that stayed empty come last, with row -1
        return Hits(ids, [line[: len(keys)] for line, keys in zip(scores, ids, strict=True)])

    def subset(self, rows: npt.NDArray[np.integer]) -> Subset:
        """Return the subset of these rows."""
        bits = np.zeros(len(self.ids), bool)
        bits[rows] = True
        inside = np.flatnonzero(bits)
        lists, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
        if self._lists is not None:
            lists, counts = np.unique(self._lists.list_of[inside], return_counts=True)
        return Subset(inside, np.packbits(bits, bitorder="little"), lists.astype(np.int64), counts)

    def best(self, query: Vectors, k: int, parts: Sequence[Part]) -> list[Hit]:
        """Return the `k` vectors of the parts with the largest score and bonus together.

        Parameters
        ----------
        query
            Shape ``(dimension,)``.
        parts
            They may overlap: a vector in several of them counts once, with its largest bonus.
        """
        filled = [part for part in parts if len(part.subset.rows)]
        if not filled:
            return []
        lists = self._lists
        hits = (
            lists.best(query, k, filled)
            if lists is not None
            else best_of_all(self._vectors, query, k, filled)
        )
        numbers = [number for number, part in enumerate(parts) if len(part.subset.rows)]
        return [replace(hit, part=numbers[hit.part]) for hit in hits]

    def vectors_of(self, ids: Sequence[str]) -> Vectors:
        """Return the vectors of these keys, shape ``(len(ids), dimension)``.

        Those of an inverted file have 8 bits a number.
        """
        rows = self._rows_of(ids)
        if not len(rows):
            return np.zeros((0, self.dimension), np.float32)
        if self._lists is not None:
            return self._stored(rows)
        return self._vectors[rows]

    def _among(
        self, queries: Vectors, k: int, allowed: Sequence[str] | npt.NDArray[np.integer] | Subset
    ) -> Hits:
        subset = allowed if isinstance(allowed, Subset) else self.subset(self._rows_of(allowed))
        found = [self.best(query, k, [Part(subset)]) for query in queries]
        return Hits(
            [[self.ids[hit.row] for hit in hits] for hits in found],
            [np.array([hit.score for hit in hits], np.float32) for hits in found],
        )

    def _rows_of(self, ids: Sequence[str] | npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
        if isinstance(ids, np.ndarray) and np.issubdtype(ids.dtype, np.integer):
            return ids.astype(np.int64)
        unknown = [key for key in ids if key not in self.rows]
        if unknown:
            message = (
                f"{len(unknown):,} keys are not in the vector index, such as {unknown[0]!r}: "
                "expected keys of the index"
            )
            raise UnknownNameError(message)
        return np.array([self.rows[key] for key in ids], np.int64)

    def _stored(self, rows: npt.NDArray[np.int64]) -> Vectors:
        """Read vectors of an inverted file from their lists."""
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
    def _vectors(self) -> Vectors:
        """The vectors of an exact index where FAISS keeps them, shape ``(n, dimension)``."""
        flat = load_faiss().rev_swig_ptr(self._index.get_xb(), len(self.ids) * self.dimension)
        vectors: Vectors = flat.reshape(len(self.ids), self.dimension)
        return vectors

    @cached_property
    def _lists(self) -> InvertedLists | None:
        """The inverted lists; None in an exact index."""
        if not isinstance(self._index, load_faiss().IndexIVF):
            return None
        centroids = self._index.quantizer.reconstruct_n(0, self._index.nlist)
        list_of = self._places[0]
        sizes = np.bincount(list_of, minlength=self._index.nlist)
        return InvertedLists(self._index, centroids, list_of, sizes)

    @cached_property
    def _places(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """List and offset of each row: FAISS cannot make its own map of a memory-mapped file."""
        faiss = load_faiss()
        lists = np.zeros(len(self.ids), np.int32)
        offsets = np.zeros(len(self.ids), np.int64)
        for number in range(self._index.nlist):
            size = self._index.invlists.list_size(number)
            if size:
                rows = faiss.rev_swig_ptr(self._index.invlists.get_ids(number), size)
                lists[rows], offsets[rows] = number, np.arange(size)
        return lists, offsets
