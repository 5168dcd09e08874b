"""Searches among parts with a bonus, against scoring every vector."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.vectors import faiss_parts
from orthoweave.vectors.base import Part
from orthoweave.vectors.faiss_build import build_index
from orthoweave.vectors.faiss_index import FaissIndex, open_index

N, DIMENSION = 3000, 16


def _vectors(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(30, DIMENSION))[rng.integers(0, 30, N)]
    rows += 0.4 * rng.normal(size=rows.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module", params=[N, 100], ids=["flat", "lists"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FaissIndex:
    """The vectors in an exact index and in inverted lists."""
    folder = tmp_path_factory.mktemp("index")
    build_index([f"v{row}" for row in range(N)], _vectors(), folder, flat_limit=request.param)
    return open_index(folder)


def _expected(
    vectors: np.ndarray, query: np.ndarray, parts: list[tuple[np.ndarray, float]], k: int
) -> np.ndarray:
    """The k largest totals, each row with its largest bonus."""
    total = np.full(len(vectors), -np.inf)
    for rows, bonus in parts:
        total[rows] = np.maximum(total[rows], vectors[rows] @ query + bonus)
    kept = total[total > -np.inf]
    return np.sort(kept)[::-1][:k]


@given(seed=st.integers(0, 500), k=st.integers(1, 40), n_parts=st.integers(1, 6))
@settings(max_examples=25, deadline=None)
def test_the_best_of_overlapping_parts(index: FaissIndex, seed: int, k: int, n_parts: int) -> None:
    """A budget of all vectors finds what scoring every vector finds, each row once."""
    rng = np.random.default_rng(seed)
    vectors, query = index.vectors_of(index.ids), _vectors(1)[seed]
    parts = [
        (np.flatnonzero(rng.random(N) < rng.random() ** 3), float(rng.normal(0, 0.5)))
        for _ in range(n_parts)
    ]
    hits = index.best(query, k, [Part(index.subset(rows), bonus) for rows, bonus in parts])
    np.testing.assert_allclose(
        [hit.total for hit in hits], _expected(vectors, query, parts, k), atol=1e-5
    )
    assert len({hit.row for hit in hits}) == len(hits)
    for hit in hits:
        rows, bonus = parts[hit.part]
        assert hit.row in rows
        assert hit.score == pytest.approx(hit.total - bonus, abs=1e-6)


def test_a_small_budget_still_finds_k(index: FaissIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few vectors are to be scored, k hits are found wherever there are k."""
    monkeypatch.setattr(faiss_parts, "_EXTRA", 0)
    rows = np.arange(0, N, 37)
    for k in (1, 5, len(rows), len(rows) + 1):
        hits = index.best(_vectors(1)[0], k, [Part(index.subset(rows))])
        assert len(hits) == min(k, len(rows))
        assert {hit.row for hit in hits} <= set(rows.tolist())
        # the same vectors twice over fill a budget sooner, but count once
        subset = index.subset(rows)
        twice = index.best(_vectors(1)[0], k, [Part(subset), Part(subset, 1.0)])
        assert len(twice) == min(k, len(rows))
        assert {hit.part for hit in twice} == {1}


def test_recall_under_a_filter_is_that_without(tmp_path: Path) -> None:
    """With its own budget, a filter of any density finds at least nine in ten of the true hits."""
    vectors, queries = _vectors(), _vectors(1)[:40]
    build_index([f"v{row}" for row in range(N)], vectors, tmp_path, flat_limit=100)
    index = open_index(tmp_path)
    for share in (0.5, 0.1, 0.01):
        rows = np.flatnonzero(np.random.default_rng(0).random(N) < share)
        found = index.search(queries, 10, index.subset(rows))
        for query, ids in zip(queries, found.ids, strict=True):
            true = rows[np.argsort(-(vectors[rows] @ query))[:10]]
            assert len({int(key[1:]) for key in ids} & set(true.tolist())) >= 9


def test_nothing_in_the_parts_finds_nothing(index: FaissIndex) -> None:
    """No parts, and parts without rows, give no hits; an empty part beside others does no harm."""
    query, empty = _vectors(1)[0], index.subset(np.zeros(0, np.int64))
    assert index.best(query, 3, []) == []
    assert index.best(query, 3, [Part(empty, 5.0)]) == []
    both = index.best(query, 3, [Part(empty, 5.0), Part(index.subset(np.array([7])), 1.0)])
    assert [(hit.row, hit.part) for hit in both] == [(7, 1)]


def test_a_subset_keeps_each_row_once(index: FaissIndex) -> None:
    """Rows given twice and in disorder are sorted and single."""
    subset = index.subset(np.array([9, 3, 9]))
    assert subset.rows.tolist() == [3, 9]
    assert np.unpackbits(subset.bits, bitorder="little").sum() == 2
    assert subset.counts.sum() in (0, 2)
