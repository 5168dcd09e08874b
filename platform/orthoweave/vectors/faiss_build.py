"""Makes a vector index on FAISS: exact up to 100,000 vectors, above that an inverted file."""

from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import UsageError
from orthoweave.vectors.faiss_index import IDS_FILE, INDEX_FILE
from orthoweave.vectors.faiss_lists import build_lists, load_faiss

FLAT_LIMIT: Final = 100_000
"""Number of vectors up to which an exact search is fast enough, and needs no tuning."""

Vectors: TypeAlias = npt.NDArray[np.float32]


def build_index(
    ids: list[str],
    vectors: Vectors,
    folder: Path,
    *,
    seed: int = 0,
    gpu: bool = False,
    flat_limit: int = FLAT_LIMIT,
) -> dict[str, Any]:
    """Write an index of `vectors` to `folder`, and return its description.

    Parameters
    ----------
    ids
        Key of each vector.
    vectors
        Rows of length 1, shape ``(len(ids), dimension)``.
    seed
        Seed of the sample that an approximate index is trained and tuned on.
    gpu
        Train, fill and tune it on a GPU; the file is of the same kind as without one.
    flat_limit
        Number of vectors up to which the index is exact.

    Returns
    -------
    dict
        ``kind`` (flat or ivf_sq8), ``n``, ``dimension``, ``files``, ``recall_at_10`` (1 for flat;
        else measured on a sample against the exact search) and, for ivf_sq8, ``nlist``,
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
