"""Views as plain files: every kind comes back the same, and what is not plain is refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from tests.storage.test_matrix import COUNTS

from orthoweave.errors import InputError, PluginError, UsageError
from orthoweave.storage.layout import Layout
from orthoweave.storage.published import Published, open_published
from orthoweave.views.batches import BatchSource, CellBatches
from orthoweave.views.columns import CellColumnsView
from orthoweave.views.reading.kinds import find_kind
from orthoweave.views.reading.plain import PLAIN, read_plain, write_plain
from orthoweave.views.requests import (
    BatchesRequest,
    ExpressionRequest,
    HypergraphRequest,
    NetworkRequest,
    OntologyRequest,
    OrthologyRequest,
    VectorRequest,
    ViewRequest,
)

REQUESTS: dict[str, ViewRequest] = {
    "counts": ExpressionRequest("toy_human"),
    "variable genes": ExpressionRequest("toy_mouse", "log1p_cp10k", top_genes=5),
    "hypergraph": HypergraphRequest("toy_human"),
    "orthology": OrthologyRequest(("human", "mouse")),
    "network": NetworkRequest("toy_human"),
    "ontology": OntologyRequest(),
    "vectors": VectorRequest("gene_text"),
    "batches": BatchesRequest(("toy_human", "toy_mouse")),
}


@pytest.fixture(scope="module")
def published(toy_kb_with_vectors: Path) -> Published:
    """The toy world's build."""
    return open_published(Layout(toy_kb_with_vectors))


def _carried(request: ViewRequest, view: Any, folder: Path) -> Any:
    """Write a view and its description, and read both."""
    kind = find_kind(request)
    about = json.loads(json.dumps(kind.files.write(view, folder)))
    return kind.files.read(kind.view, folder, about)


@pytest.mark.parametrize("name", REQUESTS)
def test_a_view_of_each_kind_comes_back_the_same(
    published: Published, name: str, tmp_path: Path
) -> None:
    """Digest, types, shapes and order in memory are those of before; nothing is pickled."""
    request = REQUESTS[name]
    view = find_kind(request).read(published, request)
    again = _carried(request, view, tmp_path)
    assert again.digest == view.digest
    for field in fields(view):
        one, two = getattr(view, field.name), getattr(again, field.name)
        assert type(one) is type(two)
        if isinstance(one, np.ndarray):
            assert (one.dtype, one.shape) == (two.dtype, two.shape)
            assert one.flags.f_contiguous == two.flags.f_contiguous
        elif isinstance(one, sp.csr_matrix):
            assert one.indices.dtype == two.indices.dtype
    assert {path.suffix for path in tmp_path.iterdir() if path.is_file()} <= {".npy", ".parquet"}


def test_batches_are_read_from_the_copies(published: Published, tmp_path: Path) -> None:
    """The cells are those of the knowledge base, in the same order."""
    request = REQUESTS["batches"]
    view = find_kind(request).read(published, request)
    again = _carried(request, view, tmp_path)
    for one, two in zip(view.batches(16, seed=1), again.batches(16, seed=1), strict=True):
        assert (one.values != two.values).nnz == 0
        assert np.array_equal(one.cell, two.cell)
    assert all(source.pieces.folder.parent == tmp_path for source in again.sources)


def test_odd_arrays_come_back(tmp_path: Path) -> None:
    """None among texts of two dimensions, nothing at all, columns in memory, and a scale."""
    texts = np.array([["a", None], [None, "ü\n"], ["a", ""]], object)
    numbers = np.asfortranarray(np.arange(6.0).reshape(3, 2))
    view = CellColumnsView(
        np.array(["x", "y", "z"], object), ("p", "q"), texts, ("r", "s"), numbers
    )
    again = read_plain(CellColumnsView, tmp_path, write_plain(view, tmp_path))
    assert again.digest == view.digest
    assert again.texts.tolist() == texts.tolist()
    assert again.numbers.flags.f_contiguous
    (tmp_path / "empty").mkdir()
    none = CellColumnsView(
        np.array([], object), (), np.empty((0, 0), object), ("r",), np.empty((0, 1))
    )
    about = write_plain(none, tmp_path / "empty")
    assert read_plain(CellColumnsView, tmp_path / "empty", about).digest == none.digest


@dataclass(frozen=True, slots=True)
class Nested:
    """A container that is not plain."""

    held: object


@pytest.mark.parametrize("held", [{"a": 1}, np.array([1, "x"], object), (1, (2,)), object()])
def test_what_is_not_plain_is_refused_by_name(held: object, tmp_path: Path) -> None:
    """The message names the class and the field, and what its package has to do."""
    with pytest.raises(PluginError, match=r"a Nested cannot .* its held has .*`files` of its View"):
        PLAIN.write(Nested(held), tmp_path)


def test_cells_of_another_origin_are_refused(tmp_path: Path) -> None:
    """Their files are not known, so they cannot be carried."""

    class InMemory:
        n_cells, n_chunks = 31, 1

        def pieces(self, chunks: object = None) -> Any:
            yield 0, COUNTS

    source = BatchSource(InMemory(), np.zeros(7, np.int32), np.ones(31), logs=False)
    view = CellBatches(("mine",), np.array(["a"], object), "counts", "mine", (source,))
    with pytest.raises(UsageError, match=r"cells of 'mine' are read from a InMemory: .* Ingest"):
        find_kind(REQUESTS["batches"]).files.write(view, tmp_path)


def _cut(folder: Path, about: dict[str, Any]) -> None:
    path = folder / "values.data.npy"
    path.write_bytes(path.read_bytes()[:-4])


def _column_beyond(folder: Path, about: dict[str, Any]) -> None:
    path = folder / "values.indices.npy"
    numbers = np.load(path)
    numbers[-1] = 10**6
    np.save(path, numbers)


def _objects(folder: Path, about: dict[str, Any]) -> None:
    np.save(folder / "totals.npy", np.array([{"a": 1}], object), allow_pickle=True)


def _fewer_fields(folder: Path, about: dict[str, Any]) -> None:
    del about["genes"]


def _strange_kind(folder: Path, about: dict[str, Any]) -> None:
    about["genes"] = {"pickle": 1}


def _other_shape(folder: Path, about: dict[str, Any]) -> None:
    about["genes"] = {"texts": [3, 1]}


@pytest.mark.parametrize(
    "harm", [_cut, _column_beyond, _objects, _fewer_fields, _strange_kind, _other_shape]
)
def test_files_that_are_not_what_was_written_are_refused(
    published: Published, harm: Callable[[Path, dict[str, Any]], None], tmp_path: Path
) -> None:
    """Cut, forged, pickled, or described otherwise."""
    request = REQUESTS["counts"]
    kind = find_kind(request)
    about = kind.files.write(kind.read(published, request), tmp_path)
    harm(tmp_path, about)
    with pytest.raises(InputError, match="a ExpressionView cannot be read from"):
        kind.files.read(kind.view, tmp_path, about)


@pytest.mark.parametrize(
    "harm",
    [{"genes": []}, {"sources": [{"matrix": "../elsewhere", "logs": False}]}, {"sources": 3}],
)
def test_batches_that_do_not_fit_are_refused(
    published: Published, harm: dict[str, Any], tmp_path: Path
) -> None:
    """Other matrices, fewer genes, and paths that lead elsewhere."""
    request = BatchesRequest(("toy_human",))
    kind = find_kind(request)
    about = kind.files.write(kind.read(published, request), tmp_path)
    with pytest.raises(InputError, match=r"cannot be read from|does not hold"):
        kind.files.read(kind.view, tmp_path, about | harm)
    whole = kind.files.read(kind.view, tmp_path, about)
    assert replace(whole).digest == whole.digest
