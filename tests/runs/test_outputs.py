"""Vectors, predictions and arrays of a run: written, indexed, verified, removed, refused."""

import random
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.support.damage import inflict
from tests.support.output_model import CELLS, GENES, RUN, outputs_of, run_outputs

from orthoweave.builds.build import build
from orthoweave.builds.collect import collect_garbage
from orthoweave.builds.history import diff, remove_source, rollback, status
from orthoweave.builds.repair import repair
from orthoweave.builds.verify import verify
from orthoweave.errors import InputError, SchemaError
from orthoweave.models.base import ModelResult
from orthoweave.models.outputs import Array, Predictions, Vectors
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.manifest import current_build, read_manifest
from orthoweave.storage.published import open_published
from orthoweave.storage.run_outputs import array_names, read_array, read_predictions, read_space
from orthoweave.storage.tableset import read_tableset
from orthoweave.vectors.faiss_index import open_index
from orthoweave.views.expression import ExpressionView
from orthoweave.views.reading.read import read_view
from orthoweave.views.requests import ExpressionRequest, VectorRequest
from orthoweave.views.vector import VectorView


@pytest.fixture(scope="module")
def view(toy_kb: Path) -> ExpressionView:
    """Expression of the dataset, as the model reads it."""
    return _view(toy_kb)


@pytest.fixture
def layout(toy_kb: Path, tmp_path: Path) -> Layout:
    """A toy world that the test may change."""
    return Layout(Path(shutil.copytree(toy_kb, tmp_path / "kb")))


def _view(kb: Path) -> ExpressionView:
    with open_published(Layout(kb)) as published:
        found = read_view(published, ExpressionRequest("toy_human", "log1p_cp10k"))
    assert isinstance(found, ExpressionView)
    return found


def test_outputs_are_read_as_they_were_given(layout: Layout, view: ExpressionView) -> None:
    """Vectors, predictions and arrays keep keys, order and values, and are counted."""
    done = run_outputs(layout)
    given = outputs_of(view)
    for space, part in zip((CELLS, GENES), given.vectors, strict=True):
        keys, values = read_space(done.tables, space)
        assert keys.tolist() == part.keys.tolist()
        np.testing.assert_array_equal(values, part.values)
        assert done.entry.counts[space] == len(part.keys)
    rows = read_predictions(done.tables)
    assert rows is not None
    [predictions] = given.predictions
    assert rows["cell"].to_pylist() == view.cells.tolist()
    assert rows["label"].to_pylist() == view.cell_types.tolist()
    assert rows["verdict"].to_pylist()[:5] == ["near", "far", "outside", None, "near"]
    assert rows["probability"].to_pylist()[:3] == [None, 0.75, 0.75]
    assert rows["value"].to_pylist()[:2] == [None, 1.5]
    assert rows["abstained"].to_pylist() == predictions.abstained.tolist()
    assert array_names(done.tables) == ("imputed", "places")
    array = read_array(done.tables, "imputed")
    assert array is not None
    assert (array.of, array.dataset) == ("Cell", "toy_human")
    assert array.rows.tolist() == view.cells[::-1].tolist()
    assert array.columns.tolist() == view.genes[1:].tolist()
    np.testing.assert_array_equal(array.values, given.arrays[0].values)
    assert read_array(done.tables, "absent") is None


def test_nearest_by_the_index_are_those_by_brute_force(layout: Layout) -> None:
    """The build has an index of each space, exact by cosine, though vectors have any length."""
    run_outputs(layout)
    manifest = build(layout, Quiet()).manifest
    for space in (CELLS, GENES):
        about = manifest.vectors[space]
        assert (about["metric"], about["kind"], about["left_out"]) == ("cosine", "flat", 0)
        index = open_index(layout.root / about["folder"])
        with open_published(layout) as published:
            found = read_view(published, VectorRequest(space))
        assert isinstance(found, VectorView)
        unit = found.vectors / np.linalg.norm(found.vectors, axis=1, keepdims=True)
        expected = unit @ unit.T
        hits = index.search(unit, 5)
        for row, (ids, scores) in enumerate(zip(hits.ids, hits.scores, strict=True)):
            best = np.sort(expected[row])[::-1][:5]
            np.testing.assert_allclose(scores, best, atol=1e-5)
            numbers = [found.ids.tolist().index(key) for key in ids]
            np.testing.assert_allclose(expected[row][numbers], best, atol=1e-5)


def test_the_same_run_writes_the_same_bytes(toy_kb: Path, tmp_path: Path) -> None:
    """Two knowledge bases get the same digest of tables from the same run."""
    digests = set()
    for name in ("one", "two"):
        layout = Layout(Path(shutil.copytree(toy_kb, tmp_path / name)))
        digests.add(run_outputs(layout).tables.digest)
    assert len(digests) == 1


def test_outputs_come_and_go_with_their_run(layout: Layout) -> None:
    """A build without the run lacks its spaces; rollback and collection know its files."""
    before = current_build(layout)
    done = run_outputs(layout)
    built = build(layout, Quiet()).manifest
    assert {CELLS, GENES} <= built.vectors.keys()
    assert diff(layout, before, built.build).sources_added == (RUN,)
    assert "vectors" not in {table.table for table in diff(layout, before, built.build).tables}
    remove_source(layout, RUN)
    without = build(layout, Quiet()).manifest
    assert without.vectors == {}
    rollback(layout, built.build)
    assert CELLS in read_manifest(layout, current_build(layout)).vectors
    rollback(layout, without.build)
    collect_garbage(layout, 0)
    assert not done.tables.folder.exists()
    assert [one for one in verify(layout, Quiet(), deep=True) if one.is_damage] == []


def test_another_seed_replaces_the_vectors_of_a_name(layout: Layout) -> None:
    """Spaces bear the name of the source: a new version has the same space with other vectors."""
    first = run_outputs(layout)
    build(layout, Quiet())
    second = run_outputs(layout, seed=1)
    assert second.entry.version != first.entry.version
    build(layout, Quiet())
    with open_published(layout) as published:
        found = read_view(published, VectorRequest(CELLS))
    assert isinstance(found, VectorView)
    keys, values = read_space(second.tables, CELLS)
    order = np.argsort(keys)
    np.testing.assert_array_equal(found.vectors, values[order])


@pytest.mark.parametrize("name", [f"vectors-{RUN}+cells", "predictions", "array-imputed"])
def test_damage_to_an_output_is_found_and_named(layout: Layout, name: str) -> None:
    """Verification names the file; repair says by which command the run is made again."""
    done = run_outputs(layout)
    path = done.tables.folder / f"{name}.parquet"
    inflict(path, "flip", random.Random(0))
    damaged = [one.path for one in verify(layout, Quiet(), deep=True) if one.is_damage]
    assert damaged == [path.relative_to(layout.root).as_posix()]
    left = repair(layout, {}, Quiet()).left
    assert any(f"source {RUN}" in line and "run outputs" in line for line in left)


def _refused(layout: Layout, result: ModelResult, said: str) -> None:
    before = {path.name for path in layout.tables.iterdir()}
    with pytest.raises(SchemaError, match=said):
        run_outputs(layout, result)
    assert {path.name for path in layout.tables.iterdir()} == before
    assert Ledger(layout.ledger).find(RUN) is None


def test_keys_of_nothing_that_was_read_are_refused(layout: Layout, view: ExpressionView) -> None:
    """Unknown cells, genes of another species and datasets that were not read leave no trace."""
    part = outputs_of(view).vectors[0]
    strange = part.keys.copy()
    strange[3] = "toy_human:nobody"
    _refused(
        layout,
        ModelResult({}, vectors=(replace(part, keys=strange),)),
        "vectors 'cells': 1 keys are not cells of 'toy_human', such as 'toy_human:nobody'",
    )
    mouse = np.array(["NCBIGene:16333", "NCBIGene:16334"], object)
    genes = Vectors("genes", "Gene", "toy_human", mouse, np.ones((2, 3), np.float32))
    _refused(
        layout,
        ModelResult({}, vectors=(genes,)),
        "2 keys are not genes measured in 'toy_human', such as 'NCBIGene:16333'",
    )
    _refused(
        layout,
        ModelResult({}, vectors=(replace(genes, dataset="toy_mouse"),)),
        "of dataset 'toy_mouse', which the run has not read: it read toy_human",
    )
    one = Predictions(
        "toy_human",
        np.array(["toy_mouse:m1"], object),
        np.array(["beta"], object),
        np.array([1.0]),
        np.array([False]),
    )
    _refused(layout, ModelResult({}, predictions=(one,)), "predictions: 1 keys are not cells")
    array = Array(
        "places",
        "Cell",
        "toy_human",
        strange[3:4],
        np.array(["x"], object),
        np.ones((1, 1), np.float32),
    )
    _refused(layout, ModelResult({}, arrays=(array,)), "array 'places': 1 keys are not cells")


def test_parts_that_contradict_each_other_are_refused(layout: Layout, view: ExpressionView) -> None:
    """One space has each key once and one dimension; predictions and arrays stand once."""
    given = outputs_of(view)
    part = given.vectors[0]
    _refused(layout, ModelResult({}, vectors=(part, part)), "vectors 'cells': key .* stands twice")
    some = replace(part, keys=part.keys[:2], values=part.values[:2])
    rest = replace(part, keys=part.keys[2:], values=part.values[2:, :3])
    _refused(layout, ModelResult({}, vectors=(some, rest)), "mix")
    _refused(layout, ModelResult({}, predictions=given.predictions * 2), "'toy_human' stands twice")
    _refused(layout, ModelResult({}, arrays=given.arrays[:1] * 2), "array 'imputed' stands twice")


def test_vectors_of_extreme_length_are_searched(layout: Layout, view: ExpressionView) -> None:
    """Directions are compared, so neither a huge nor a tiny vector breaks a build."""
    values = np.zeros((3, 2), np.float32)
    values[:, 0] = [3e38, 1e-40, 1]
    values[2, 1] = 1
    part = Vectors("cells", "Cell", "toy_human", view.cells[:3], values)
    run_outputs(layout, ModelResult({}, vectors=(part,)))
    about = build(layout, Quiet()).manifest.vectors[CELLS]
    index = open_index(layout.root / about["folder"])
    near = index.search(index.vectors_of([view.cells[0]]), 3)
    np.testing.assert_allclose(near.scores[0], [1, 1, 0.5**0.5], atol=1e-6)


def test_cells_that_have_gone_are_left_out_of_the_index(layout: Layout) -> None:
    """A build without the dataset keeps the run, without its space."""
    run_outputs(layout)
    remove_source(layout, "toy_human")
    manifest = build(layout, Quiet()).manifest
    assert CELLS not in manifest.vectors
    [run] = [one for one in status(layout).sources if one.entry.name == RUN]
    assert run.stale


def test_an_evaluation_of_a_space_is_stale_with_its_run(layout: Layout) -> None:
    """`evaluate` reads the space of a run; a new version of the run makes it out of date."""
    run_outputs(layout)
    build(layout, Quiet())
    with open_knowledge_base(layout.root) as kb:
        found = kb.evaluate("toy_human", spaces=[CELLS], name="eval", draws=2, resamplings=20)
    assert {row["of"] for row in found.rows() if row["role"] == "embedding"} == {CELLS}
    assert f"{CELLS} has no vector of 1 cells: they are left out." in found.notes

    def changes() -> tuple[str, ...]:
        [one] = [one for one in status(layout).sources if one.entry.name == "eval"]
        return one.stale

    assert changes() == ()
    run_outputs(layout, seed=1)
    assert changes() == (f"vectors {CELLS} have changed",)
    remove_source(layout, RUN)
    assert changes() == (f"vectors {CELLS} have gone",)


def test_a_space_that_is_not_there_is_named_with_those_that_are(layout: Layout) -> None:
    """A view of an unknown space lists the spaces of the build."""
    run_outputs(layout)
    build(layout, Quiet())
    with (
        open_published(layout) as published,
        pytest.raises(InputError, match=f"no vectors 'x:cells', but {CELLS}, {GENES}"),
    ):
        read_view(published, VectorRequest("x:cells"))


def test_a_name_of_a_space_is_safe_on_disk(layout: Layout) -> None:
    """No file of a run or of a build has a colon in its name."""
    done = run_outputs(layout)
    build(layout, Quiet())
    names = [path.name for path in layout.root.rglob("*")]
    assert not [name for name in names if ":" in name]
    assert read_tableset(done.tables.folder).vectors.keys() == {CELLS, GENES}
