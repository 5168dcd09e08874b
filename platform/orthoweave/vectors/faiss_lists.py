"""Inverted files of 8-bit vectors, tuned to the recall of an exact search.

A search scans `nprobe` lists: the smallest power of two with which a sample of queries reaches a
recall@10 of `RECALL`. The measured recall is kept with the index.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from orthoweave.errors import MissingExtraError

RECALL: Final = 0.95
_TUNING_QUERIES: Final = 500
# FAISS advises 30 to 256 vectors for each centroid
_TRAINING_PER_LIST: Final = 64
_LISTS_LIMIT: Final = 65_536

Vectors = npt.NDArray[np.float32]


def build_lists(vectors: Vectors, seed: int, *, gpu: bool) -> tuple[Any, dict[str, Any]]:
    """Train, fill and tune an IVF-SQ8 index of `vectors`; return it and how it was tuned.

    Parameters
    ----------
    vectors
        Rows of length 1, shape ``(n, dimension)``.
    seed
        Seed of the samples that it is trained and tuned on.
    """
    faiss = load_faiss(gpu=gpu)
    n, dimension = vectors.shape
    nlist = int(min(4 * np.sqrt(n), n // 39, _LISTS_LIMIT)) or 1
    by_residual = False  # the vectors themselves are coded: decoding them needs no list
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        nlist,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
        by_residual,
    )
    index.cp.seed = seed
    index.cp.max_points_per_centroid = _TRAINING_PER_LIST
    draw = np.random.default_rng(seed)
    sample = np.sort(draw.choice(n, min(n, _TRAINING_PER_LIST * nlist), replace=False))
    worker = on_gpu_device(index) if gpu else index
    worker.train(vectors[sample])
    worker.add(vectors)
    if gpu:
        index = faiss.index_gpu_to_cpu(worker)
    asked = np.sort(draw.choice(n, min(n, _TUNING_QUERIES), replace=False))
    tuned = _tune(index, vectors, vectors[asked])
    return index, {"nlist": nlist, **tuned, "recall_queries": len(asked)}


def _tune(index: Any, vectors: Vectors, queries: Vectors) -> dict[str, Any]:
    """Set the fewest lists to scan with which recall@10 on `queries` reaches `RECALL`."""
    exact = _exact(vectors, queries, 10)
    nprobe, recall = 1, 0.0
    while True:
        index.nprobe = min(nprobe, index.nlist)
        rows = index.search(queries, 10)[1]
        recall = float(
            np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact, rows, strict=True)])
        )
        if recall >= RECALL or nprobe >= index.nlist:
            return {"nprobe": int(index.nprobe), "recall_at_10": recall}
        nprobe *= 2


def _exact(vectors: Vectors, queries: Vectors, k: int) -> npt.NDArray[np.int64]:
    return load_faiss().knn(queries, vectors, k, metric=load_faiss().METRIC_INNER_PRODUCT)[1]


def on_gpu_device(index: Any) -> Any:
    """Copy an index to the first GPU."""
    faiss = load_faiss(gpu=True)
    return faiss.index_cpu_to_gpu(faiss.StandardGpuResources(), 0, index)


def load_faiss(*, gpu: bool = False) -> Any:
    """Import FAISS, which takes a fifth of a second; check that it has a GPU if one is wanted.

    Raises
    ------
    MissingExtraError
        If a GPU is wanted and FAISS finds none.
    """
    import faiss

    if gpu and getattr(faiss, "get_num_gpus", lambda: 0)() == 0:
        message = (
            "a GPU was asked for, but FAISS finds none: install the extra with "
            "`pip install 'orthoweave[gpu]'` on a machine with an NVIDIA GPU, or leave gpu out"
        )
        raise MissingExtraError(message)
    return faiss
