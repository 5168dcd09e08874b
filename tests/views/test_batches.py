"""Batches of cells against the views of the same datasets."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.storage.test_matrix import COUNTS, write

from orthoweave.errors import InputError, ScaleError, UnknownNameError, UsageError
from orthoweave.opening import open_knowledge_base
from orthoweave.storage import matrix_writer
from orthoweave.storage.layout import Layout
from orthoweave.storage.matrix_pieces import open_pieces
from orthoweave.storage.published import Published, open_published
from orthoweave.views.batches import BatchSource, CellBatches
from orthoweave.views.reading.batches import open_batches
from orthoweave.views.reading.expression import read_expression
from orthoweave.views.requests import BatchesRequest, ExpressionRequest


@pytest.fixture(scope="module")
def published(toy_kb: Path) -> Published:
    """The toy world's build."""
    return open_published(Layout(toy_kb))


@pytest.mark.parametrize("scale", ["counts", "log1p_cp10k"])
def test_cells_are_those_of_the_views(published: Published, scale: str) -> None:
    """Each cell of both datasets comes once, with its view's values on the vocabulary."""
    views = [
        read_expression(published, ExpressionRequest(name, scale))  # type: ignore[arg-type]
        for name in ("toy_human", "toy_mouse")
    ]
    # in another order than the columns; of one species each
    genes = (*views[0].genes[[5, 1, 3]], *views[1].genes[[2, 0]])
    request = BatchesRequest(("toy_human", "toy_mouse"), genes, scale)  # type: ignore[arg-type]
    opened = open_batches(published, request)
    expected = [np.zeros((view.n_cells, 5), np.float32) for view in views]
    expected[0][:, :3] = views[0].values.toarray()[:, [5, 1, 3]]
    expected[1][:, 3:] = views[1].values.toarray()[:, [2, 0]]
    seen = set()
    batches = list(opened.batches(16, seed=3))
    for batch in batches:
        assert batch.values.has_sorted_indices
        for row, (number, cell) in enumerate(zip(batch.dataset, batch.cell, strict=True)):
            assert np.array_equal(batch.values[row].toarray()[0], expected[number][cell])
            seen.add((int(number), int(cell)))
    assert len(seen) == opened.n_cells == sum(view.n_cells for view in views)
    assert {len(batch.cell) for batch in batches[:-1]} == {16}
    # both datasets are in one batch
    assert set(batches[0].dataset.tolist()) == {0, 1}


@settings(deadline=None, max_examples=15, phases=[Phase.generate])
@given(st.integers(3, 60), st.integers(1, 12), st.integers(1, 6), st.integers(0, 99))
def test_an_epoch_is_all_cells_for_any_chunks(
    chunk: int, size: int, buffer: int, seed: int
) -> None:
    """Whatever chunks, batch and buffer are, each cell comes once, and again for the same seed."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        patch.setattr(matrix_writer, "CHUNK", chunk)
        write(Path(name) / "m", COUNTS, 10)
        source = BatchSource(
            open_pieces(Path(name) / "m"),
            np.array([1, -1, 0, -1, -1, 2, -1], np.int32),
            np.ones(31),
            logs=False,
        )
        made = CellBatches(("toy",), np.array(["a", "b", "c"], object), "counts", "m", (source,))
        first, second, short = (
            list(made.batches(size, seed=seed, buffer=buffer, drop_last=drop))
            for drop in (False, False, True)
        )
    cells = np.concatenate([batch.cell for batch in first])
    assert sorted(cells.tolist()) == list(range(31))
    assert np.array_equal(cells, np.concatenate([batch.cell for batch in second]))
    assert [len(batch.cell) for batch in short] == [size] * (31 // size)
    values = np.vstack([batch.values.toarray() for batch in first])
    assert np.array_equal(values, COUNTS.toarray()[cells][:, [2, 0, 5]])


def test_seeds_give_other_orders(published: Published) -> None:
    """Another seed draws other cells first; neither order is that of the matrix."""
    opened = open_batches(published, BatchesRequest(("toy_human",)))
    first, other = (next(iter(opened.batches(20, seed=seed))).cell.tolist() for seed in (0, 1))
    assert first != other
    assert sorted(first) != first


def test_batches_come_through_the_knowledge_base(toy_kb: Path) -> None:
    """The door of all views opens them; equal requests have equal digests, others not."""
    with open_knowledge_base(toy_kb) as kb:
        one, same, other = (
            kb.view(BatchesRequest(("toy_human",), scale=scale)).digest
            for scale in ("counts", "counts", "log1p_cp10k")
        )
    assert one == same != other


def test_what_gives_no_batches_is_refused(published: Published, scaled_kb: Path) -> None:
    """Nothing, twice the same, strange genes and other scales are named."""
    with pytest.raises(UsageError, match="one or more datasets, each once"):
        open_batches(published, BatchesRequest(()))
    with pytest.raises(UsageError, match="genes, each once"):
        open_batches(published, BatchesRequest(("toy_human",), ("a", "a")))
    with pytest.raises(UnknownNameError, match="no dataset 'pbmc'"):
        open_batches(published, BatchesRequest(("pbmc",)))
    with pytest.raises(InputError, match="measures none of the 1 genes"):
        open_batches(published, BatchesRequest(("toy_human",), ("nope",)))
    opened = open_batches(published, BatchesRequest(("toy_human",)))
    with pytest.raises(UsageError, match="size and buffer from 1"):
        next(iter(opened.batches(0)))
    with open_published(Layout(scaled_kb)) as scaled:
        scaled_names = [name for name in scaled.datasets() if scaled.stored_scale(name) == "tpm"]
        with pytest.raises(ScaleError, match="batches on the scale log1p_cp10k"):
            open_batches(scaled, BatchesRequest((scaled_names[0],)))


def test_some_genes_of_batches(published: Published) -> None:
    """Fewer genes in another order have the values of these genes; strange ones are refused."""
    whole = open_batches(published, BatchesRequest(("toy_human",)))
    genes = whole.genes[[3, 0, 5]]
    some = whole.among(genes)
    assert whole.species == some.species == ("NCBITaxon:9606",)
    first, second = (next(one.batches(40, seed=0)) for one in (whole, some))
    assert (first.cell == second.cell).all()
    assert (first.values[:, [3, 0, 5]].toarray() == second.values.toarray()).all()
    assert some.digest != whole.digest
    with pytest.raises(UnknownNameError, match="no gene"):
        whole.among(np.array(["NCBIGene:none"], object))
