"""Samples of cells, and maps of them."""

from collections.abc import Iterator
from pathlib import Path

import anndata
import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.decomposition import PCA

from orthoweave.errors import UsageError
from orthoweave.opening import open_knowledge_base
from orthoweave.search.cell_sample import CellSample, open_sample
from orthoweave.search.maps import map_of, principal_components


@pytest.fixture(scope="module")
def matrix(toy_kb: Path) -> Iterator[Path]:
    """Folder of the human toy matrix, in a knowledge base that stays open."""
    with open_knowledge_base(toy_kb) as kb:
        yield kb.session.published.matrix("toy_human")


def _logs(matrix: Path) -> tuple[anndata.AnnData, np.ndarray]:
    data = anndata.read_zarr(matrix)
    counts = data.X.toarray()
    return data, np.log1p(counts / counts.sum(axis=1, keepdims=True) * 1e4)


def _values(sample: CellSample, key: str) -> np.ndarray:
    values = sample.values(key)
    assert values is not None
    return values


def test_values_agree_with_anndata(matrix: Path, tmp_path: Path) -> None:
    """A gene's values are log1p of counts per 10 000 of the matrix as anndata reads it."""
    data, logs = _logs(matrix)
    sample = open_sample(tmp_path, matrix, "toy_human")
    assert sample.barcodes == list(data.obs_names)
    for column, key in enumerate(data.var["gene_curie"]):
        assert np.allclose(_values(sample, key), logs[:, column], rtol=1e-5)


def test_unmeasured_is_not_zero(matrix: Path, tmp_path: Path) -> None:
    """A gene that is not in the matrix has no values; one that is zero has zeros."""
    sample = open_sample(tmp_path, matrix, "toy_human")
    zeros = sample.values("NCBIGene:7157")
    assert sample.values("NCBIGene:0") is None
    assert zeros is not None
    assert not zeros.any()


def test_a_large_dataset_is_sampled_and_says_so(matrix: Path, tmp_path: Path) -> None:
    """Ten of forty cells are whole cells of the dataset, the same ones each time."""
    data, logs = _logs(matrix)
    sample = open_sample(tmp_path, matrix, "toy_human", most=10)
    again = open_sample(tmp_path / "again", matrix, "toy_human", most=10)
    assert sample.barcodes == again.barcodes
    assert len(sample.barcodes) == 10
    assert "10 of its 40 cells" in str(sample.note())
    rows = [list(data.obs_names).index(name) for name in sample.barcodes]
    key = data.var["gene_curie"].iloc[0]
    assert np.allclose(_values(sample, key), logs[rows, 0], rtol=1e-5)


def test_the_cache_is_used_and_whole(matrix: Path, tmp_path: Path) -> None:
    """A second opening reads the same files and leaves nothing unfinished behind."""
    open_sample(tmp_path, matrix, "toy_human")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    open_sample(tmp_path, matrix, "toy_human")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert not [path for path in before if path.name.startswith(".")]


def test_components_agree_with_scikit_learn(matrix: Path, tmp_path: Path) -> None:
    """Up to sign, components are those of a PCA of the dense values."""
    _, logs = _logs(matrix)
    found = principal_components(open_sample(tmp_path, matrix, "toy_human"), 2)
    expected = PCA(2, svd_solver="full").fit_transform(logs)
    assert np.allclose(np.abs(found), np.abs(expected), atol=1e-3)


def test_maps_are_kept_and_the_same(matrix: Path, tmp_path: Path) -> None:
    """The same cells have the same places, from the cache and made anew."""
    sample = open_sample(tmp_path, matrix, "toy_human")
    first = map_of(sample, tmp_path, matrix.name, method="pca")
    assert np.array_equal(first, map_of(sample, tmp_path, matrix.name, method="pca"))
    assert np.array_equal(first, map_of(sample, tmp_path / "other", matrix.name, method="pca"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_umap_keeps_groups_together(tmp_path: Path) -> None:
    """Two far groups of cells do not mix on the map, and the seed decides it all."""
    pytest.importorskip("umap", reason="umap-learn is not installed")
    rng = np.random.default_rng(0)
    rates = np.ones((120, 40))
    rates[:60, :20] = rates[60:, 20:] = 20
    import pandas as pd

    counts = sp.csc_matrix(rng.poisson(rates).astype(np.float32))
    sample = CellSample(
        "d",
        120,
        pd.DataFrame(index=[str(n) for n in range(120)]),
        np.asarray(counts.sum(axis=1)).ravel(),
        {},
        counts,
    )
    places = map_of(sample, tmp_path, "m", method="umap")
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argmin(axis=1)
    assert np.mean((nearest < 60) == (np.arange(120) < 60)) > 0.98
    assert np.array_equal(places, map_of(sample, tmp_path / "again", "m", method="umap"))


def test_numbers_behind_a_map(toy_kb: Path, tmp_path: Path, matrix: Path) -> None:
    """The download has each cell's key, place and value."""
    sample = open_sample(tmp_path, matrix, "toy_human", most=10)
    places = map_of(sample, tmp_path, matrix.name, method="pca")
    with open_knowledge_base(toy_kb) as kb:
        answer = kb.cell_map_table(sample, places, "INS", np.arange(10.0))
    assert answer.column("cell")[0] == f"toy_human:{sample.barcodes[0]}"
    assert answer.column("value") == list(range(10))
    assert answer.notes
    assert answer.provenance["build"]


def test_unknown_datasets_are_named(toy_kb: Path) -> None:
    """A dataset that is not there is an error that lists those that are."""
    with open_knowledge_base(toy_kb) as kb, pytest.raises(UsageError, match="toy_human, toy_mouse"):
        kb.cells("../../etc")
