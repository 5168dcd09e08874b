"""Vector search: our index against FAISS called directly, and its recall against the exact search.

500,000 × 384 vectors of length 1 (2,000 topics in 48 latent dimensions, with noise), k = 10, a
batch of 500 queries that are not in the index, and the same queries one by one. FAISS is called
on the same file with the same number of lists to look into, so both have the same recall; the
difference is ours: keys for rows, checks, the answer. Both take turns in one run; the ratio is
that of the medians. Usage: ``python -m benchmarks.vector_search [VECTORS]``.
"""

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import faiss
import numpy as np

from orthoweave.vectors.faiss_build import build_index
from orthoweave.vectors.faiss_index import INDEX_FILE, open_index

DIMENSION, LATENT, TOPICS, QUERIES, K, ROUNDS = 384, 48, 2_000, 500, 10, 9
GOAL, RECALL = 0.9, 0.95


def main() -> None:
    """Build, search both ways in turns, print a table and write the JSON."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    everything = make_vectors(n + QUERIES)[0]
    vectors, queries = everything[:n], everything[n:]
    with TemporaryDirectory() as name:
        folder = Path(name)
        started = time.perf_counter()
        about = build_index([f"cell:{row:07d}" for row in range(n)], vectors, folder, seed=0)
        seconds = time.perf_counter() - started
        ours, raw = open_index(folder), faiss.read_index(str(folder / INDEX_FILE))
        exact = faiss.knn(queries, vectors, K, metric=faiss.METRIC_INNER_PRODUCT)[1]
        found = [[int(key[5:]) for key in line] for line in ours.search(queries, K).ids]
        same = np.array_equal(np.array(found), raw.search(queries, K)[1])
        recall = _recall(exact, found)
        batch = _in_turns(lambda: ours.search(queries, K), lambda: raw.search(queries, K))
        single = _in_turns(
            lambda: [ours.search(query[None], K) for query in queries],
            lambda: [raw.search(query[None], K) for query in queries],
        )
        rows = np.arange(0, n, 10)
        started = time.perf_counter()
        filtered = ours.search(queries[:20], K, rows)
        each = (time.perf_counter() - started) / 20
        inside = all(int(key[5:]) % 10 == 0 for line in filtered.ids for key in line)
    result = {
        "n": n,
        "dimension": DIMENSION,
        "k": K,
        "kind": about["kind"],
        "nlist": about.get("nlist"),
        "nprobe": about.get("nprobe"),
        "recall_at_10_in_manifest": about["recall_at_10"],
        "recall_at_10_of_new_queries": recall,
        "same_hits_as_raw": same,
        "batch_ratio": batch[1] / batch[0],
        "single_ratio": single[1] / single[0],
        "queries_per_second_batch": QUERIES / batch[0],
        "queries_per_second_single": QUERIES / single[0],
        "build_seconds": seconds,
        "filtered_seconds_per_query": each,
        "filtered_hits_are_all_allowed": inside,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "goal_ratio": GOAL,
        "goal_recall": RECALL,
        "cores": os.cpu_count(),
    }
    target = Path(__file__).parent / "results" / "vector_search.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print("| what | measured | reach |\n|---|---|---|")
    print(f"| throughput of raw FAISS, batch of {QUERIES} | {result['batch_ratio']:.2f} | {GOAL} |")
    print(f"| throughput of raw FAISS, one by one | {result['single_ratio']:.2f} | {GOAL} |")
    print(f"| recall@10, in the manifest | {about['recall_at_10']:.3f} | {RECALL} |")
    print(f"| recall@10, new queries | {recall:.3f} | {RECALL} |")
    print(json.dumps(result, indent=1))


def make_vectors(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Make vectors of length 1 in topics, shape ``(n, DIMENSION)``, and each one's topic."""
    rng = np.random.default_rng(0)
    topics = rng.normal(size=(TOPICS, LATENT)).astype(np.float32)
    spread = rng.normal(size=(LATENT, DIMENSION)).astype(np.float32)
    rows = np.empty((n, DIMENSION), np.float32)
    topic = np.empty(n, np.int64)
    for start in range(0, n, 50_000):
        size = min(50_000, n - start)
        topic[start : start + size] = rng.integers(0, TOPICS, size)
        latent = topics[topic[start : start + size]]
        latent += 0.5 * rng.normal(size=latent.shape).astype(np.float32)
        part = latent @ spread + 0.5 * rng.normal(size=(size, DIMENSION)).astype(np.float32)
        rows[start : start + size] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return rows, topic


def _recall(exact: np.ndarray, found: list[list[int]]) -> float:
    return float(np.mean([len(set(a) & set(b)) / K for a, b in zip(exact, found, strict=True)]))


def _in_turns(ours: Callable[[], object], raw: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of both, taken in turns so that they share the machine's noise."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, taken in zip((ours, raw), times, strict=True):
            started = time.perf_counter()
            work()
            taken.append(time.perf_counter() - started)
    return statistics.median(times[0]), statistics.median(times[1])


if __name__ == "__main__":
    main()
