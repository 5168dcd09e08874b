"""The vector index against a plain matrix product."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.errors import IntegrityError, MissingExtraError, UnknownNameError, UsageError
from orthoweave.vectors.faiss_build import build_index
from orthoweave.vectors.faiss_index import IDS_FILE, INDEX_FILE, open_index


def _vectors(n: int, dimension: int = 24, seed: int = 0, topics: int = 40) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(topics, dimension))
    rows = centres[rng.integers(0, topics, n)] + 0.4 * rng.normal(size=(n, dimension))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32)


def _ids(n: int) -> list[str]:
    return [f"cell:{number:06d}" for number in range(n)]


def _best(vectors: np.ndarray, query: np.ndarray, k: int, rows: np.ndarray) -> list[str]:
    scores = vectors[rows] @ query
    return [f"cell:{rows[place]:06d}" for place in np.argsort(-scores, kind="stable")[:k]]


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an index of the approximate kind, over 4,000 vectors."""
    folder = tmp_path_factory.mktemp("lists")
    build_index(_ids(4000), _vectors(4000), folder, flat_limit=1000)
    return folder


@given(seed=st.integers(0, 1000), k=st.integers(1, 60), share=st.floats(0.01, 1))
@settings(max_examples=25, deadline=None)
def test_flat_search_is_the_matrix_product(
    tmp_path_factory: pytest.TempPathFactory, seed: int, k: int, share: float
) -> None:
    """The exact index gives numpy's order, among all and among those allowed."""
    folder = tmp_path_factory.mktemp("flat")
    vectors = _vectors(50, seed=seed)
    about = build_index(_ids(50), vectors, folder)
    assert (about["kind"], about["recall_at_10"]) == ("flat", 1.0)
    rows = np.flatnonzero(np.random.default_rng(seed).random(50) < share)
    index = open_index(folder)
    everything = index.search(vectors[:2], k)
    some = index.search(vectors[:2], k, [f"cell:{row:06d}" for row in rows])
    for line in range(2):
        assert everything.ids[line] == _best(vectors, vectors[line], k, np.arange(50))
        assert some.ids[line] == _best(vectors, vectors[line], k, rows)
        assert len(some.ids[line]) == min(k, len(rows))


def test_the_measured_recall_is_the_real_one(tmp_path: Path) -> None:
    """The recall that is noted is that of other queries too, within sampling noise."""
    vectors = _vectors(5000, seed=3)
    about = build_index(_ids(5000), vectors, tmp_path, flat_limit=1000)
    assert about["kind"] == "ivf_sq8"
    assert about["recall_at_10"] >= 0.95
    asked = np.arange(0, 5000, 25)
    found = open_index(tmp_path).search(vectors[asked], 10)
    hits = [
        len(set(line) & set(_best(vectors, vectors[row], 10, np.arange(5000)))) / 10
        for row, line in zip(asked, found.ids, strict=True)
    ]
    assert abs(np.mean(hits) - about["recall_at_10"]) < 0.03


def test_a_filter_is_applied_before_an_approximate_search(lists: Path) -> None:
    """Ten allowed vectors far from the query are all found, in their order."""
    vectors = _vectors(4000)
    far = np.argsort(vectors @ vectors[0])[:10]
    hits = open_index(lists).search(vectors[:1], 10, far)
    assert set(hits.ids[0]) == {f"cell:{row:06d}" for row in far}
    assert np.all(np.diff(hits.scores[0]) <= 0)


def test_vectors_come_back_by_key(lists: Path, tmp_path: Path) -> None:
    """Exactly from a flat index, within 8 bits from an approximate one, in the order asked."""
    vectors = _vectors(4000)
    order = [17, 3, 3999, 0]
    keys = [f"cell:{row:06d}" for row in order]
    np.testing.assert_allclose(
        open_index(lists).vectors_of(keys), vectors[order], atol=np.ptp(vectors) / 255
    )
    build_index(_ids(100), vectors[:100], tmp_path)
    np.testing.assert_array_equal(open_index(tmp_path).vectors_of(keys[:2]), vectors[order[:2]])
    assert open_index(lists).vectors_of([]).shape == (0, 24)


def test_large_files_are_mapped_and_give_the_same(
    lists: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading through a memory map changes no answer."""
    vectors = _vectors(4000)
    plain = open_index(lists)
    monkeypatch.setattr("orthoweave.vectors.faiss_index.MAPPED_ABOVE", 1000)
    mapped = open_index(lists)
    assert mapped.search(vectors[:20], 5).ids == plain.search(vectors[:20], 5).ids
    keys = _ids(30)
    np.testing.assert_array_equal(mapped.vectors_of(keys), plain.vectors_of(keys))


def test_same_input_same_bytes(tmp_path: Path) -> None:
    """Both kinds of index are written the same, byte by byte."""
    for limit in (1000, 10):
        for name in ("a", "b"):
            build_index(_ids(900), _vectors(900), tmp_path / name, seed=5, flat_limit=limit)
        for file in (INDEX_FILE, IDS_FILE):
            assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@pytest.mark.parametrize("kept", [0, 10, 2000])
def test_a_file_cut_short_is_refused(tmp_path: Path, kept: int) -> None:
    """A truncated index is an integrity error that says how to get out."""
    build_index(_ids(50), _vectors(50), tmp_path)
    whole = (tmp_path / INDEX_FILE).read_bytes()
    (tmp_path / INDEX_FILE).write_bytes(whole[:kept])
    with pytest.raises(IntegrityError, match="orthoweave repair"):
        open_index(tmp_path)


def test_a_foreign_index_is_refused(tmp_path: Path) -> None:
    """Missing files, another number of keys and another kind of index are integrity errors."""
    with pytest.raises(IntegrityError, match="cannot be read"):
        open_index(tmp_path / "nothing")
    build_index(_ids(50), _vectors(50), tmp_path / "one")
    build_index(_ids(40), _vectors(40), tmp_path / "two")
    (tmp_path / "one" / IDS_FILE).write_bytes((tmp_path / "two" / IDS_FILE).read_bytes())
    with pytest.raises(IntegrityError, match=r"40 vectors, found IndexFlat.* of 50"):
        open_index(tmp_path / "one")
    faiss = pytest.importorskip("faiss")
    graph = faiss.IndexHNSWFlat(24, 8)
    graph.add(_vectors(40))
    faiss.write_index(graph, str(tmp_path / "two" / INDEX_FILE))
    with pytest.raises(IntegrityError, match="IndexHNSWFlat"):
        open_index(tmp_path / "two")


def test_wrong_questions_are_refused(lists: Path) -> None:
    """No k, another dimension and an unknown key are told apart."""
    index = open_index(lists)
    with pytest.raises(UsageError, match=r"shape \(n, 24\), found k=5 and shape \(1, 7\)"):
        index.search(np.zeros((1, 7), np.float32), 5)
    with pytest.raises(UsageError, match="k=0"):
        index.search(np.zeros((1, 24), np.float32), 0)
    with pytest.raises(UnknownNameError, match="no:such"):
        index.vectors_of(["no:such"])
    assert index.search(_vectors(1), 5, []).ids == [[]]


def test_wrong_vectors_are_refused(tmp_path: Path) -> None:
    """Repeated keys, other lengths than 1, values that are not finite and no rows are refused."""
    vectors = _vectors(3)
    with pytest.raises(UsageError, match="1 keys repeat"):
        build_index(["a", "a", "b"], vectors, tmp_path)
    with pytest.raises(UsageError, match="'b' of length"):
        build_index(["a", "b", "c"], vectors * np.array([[1], [2], [1]], np.float32), tmp_path)
    vectors[2, 0] = np.nan
    with pytest.raises(UsageError, match="'c' of length"):
        build_index(["a", "b", "c"], vectors, tmp_path)
    with pytest.raises(UsageError, match="with rows"):
        build_index([], np.zeros((0, 4), np.float32), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_gpu_that_is_not_there_names_the_extra(tmp_path: Path) -> None:
    """Asking for a GPU without one is a missing extra, and nothing is written."""
    faiss = pytest.importorskip("faiss")
    if getattr(faiss, "get_num_gpus", lambda: 0)():
        pytest.skip("this machine has a GPU for FAISS")
    with pytest.raises(MissingExtraError, match=r"orthoweave\[gpu\]"):
        build_index(_ids(5), _vectors(5), tmp_path, gpu=True)
    assert not list(tmp_path.iterdir())


def test_a_gpu_gives_equal_results(tmp_path: Path) -> None:
    """With a GPU both kinds of index find what they find without one."""
    faiss = pytest.importorskip("faiss")
    if not getattr(faiss, "get_num_gpus", lambda: 0)():
        pytest.skip("this machine has no GPU for FAISS")
    vectors = _vectors(5000)
    for limit in (10_000, 1000):
        folder = tmp_path / str(limit)
        about = build_index(_ids(5000), vectors, folder, gpu=True, flat_limit=limit)
        assert about["recall_at_10"] >= 0.95
        there = open_index(folder, gpu=True).search(vectors[:50], 10)
        here = open_index(folder).search(vectors[:50], 10)
        same = [len(set(a) & set(b)) / 10 for a, b in zip(there.ids, here.ids, strict=True)]
        assert np.mean(same) > 0.99
