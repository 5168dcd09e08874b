"""Weights through the same door as any source: kept, applied, exported, imported, refused."""

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.support.lab_model import installed, load_anew

from orthoweave.builds.build import build
from orthoweave.builds.history import collect_garbage, diff, remove_source, status
from orthoweave.builds.repair import repair
from orthoweave.builds.verify import verify
from orthoweave.errors import (
    HostileFileError,
    InputError,
    IntegrityError,
    UnknownNameError,
    UsageError,
)
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.runs.exchange import export_weights, import_weights
from orthoweave.runs.kept import FOUND, run_kept
from orthoweave.runs.run import Ran, run_named
from orthoweave.runs.train import Trained, train_named
from orthoweave.storage.faults import VARIABLE
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.weights import WEIGHTS_FILE
from orthoweave.storage.weights_file import ARRAYS_FILE

NAME = "centres"


@pytest.fixture(scope="module")
def helper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A package with a model that keeps weights, installed; yields its helper module."""
    with installed(tmp_path_factory.mktemp("lab")) as path:
        yield path


@pytest.fixture(scope="module")
def trained_kb(helper: Path, toy_kb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy world with weights; no test changes it."""
    kb = tmp_path_factory.mktemp("trained") / "kb"
    shutil.copytree(toy_kb, kb)
    _train(Layout(kb))
    return kb


@pytest.fixture
def layout(trained_kb: Path, tmp_path: Path) -> Layout:
    """A toy world with weights that the test may change."""
    return Layout(Path(shutil.copytree(trained_kb, tmp_path / "kb")))


def _train(layout: Layout, name: str = NAME, **options: object) -> Trained:
    return train_named(layout, "lab_centres", options, Quiet(), name=name)


def _apply(layout: Layout, **options: object) -> Ran:
    given = options or {"dataset": "toy_human"}
    return run_kept(layout, "lab_centres", NAME, given, Quiet(), name="applied")


def _stale(layout: Layout, name: str) -> tuple[str, ...]:
    return {item.entry.name: item.stale for item in status(layout).sources}[name]


def _files(layout: Layout) -> set[str]:
    return {
        path.relative_to(layout.root).as_posix()
        for folder in (layout.weights, layout.tables)
        for path in folder.rglob("*")
    }


def test_weights_say_what_they_are_of(layout: Layout) -> None:
    """The description has model, options, vocabulary, contract, sources, scores and code."""
    done = _train(layout)
    assert done.result is None
    content = done.weights.content
    assert done.weights.folder == layout.weights / done.weights.digest
    assert content["model"] == "lab_centres"
    assert content["config"]["cells"] == "toy_human"
    assert content["vocabulary"]["namespace"] == "NCBIGene"
    assert content["preprocessing"]["scale"] == "log1p_cp10k"
    assert [one["name"] for one in content["sources"]] == ["toy_human"]
    assert content["license"] == done.entry.license
    [score] = content["metrics"]
    assert score["baselines"]["none"]["value"] == 0.1
    assert score["control_name"] == "nothing"
    assert len(content["code"]) == 64
    assert done.entry.job == "train lab_centres"


def test_weights_are_applied_and_recorded(layout: Layout) -> None:
    """Types of cells are facts of a run that names weights, dataset and share of genes found."""
    done = _apply(layout)
    assert done.result is not None
    assert done.result.measures[FOUND] == 1.0
    assert done.result.scores == ()
    assert "by the weights centres" in done.result.notes[0]
    fitted = run_named(layout, "lab_centres", {}, Quiet(), name="fitted")
    assert fitted.result is not None
    one, two = (result.tables["HAS_TYPE"] for result in (done.result, fitted.result))
    assert one.select(["from", "to"]) == two.select(["from", "to"])
    np.testing.assert_allclose(one["probability"], two["probability"], rtol=1e-5)
    assert _apply(layout).result is None
    build(layout, Quiet())
    with open_knowledge_base(layout.root) as kb:
        assert kb.weights().column("weights") == [NAME]
        [views] = [str(row["views"]) for row in kb.runs().rows() if "applied" in str(row["run"])]
        assert set(json.loads(views)) == {"cells", f"weights {NAME}"}
        shown = {row["field"]: row["value"] for row in kb.weights(NAME).rows()}
        assert {str(row["run"]).split("@")[0] for row in kb.runs().rows()} == {
            "run:applied",
            "run:fitted",
            f"run:{NAME}",
        }
    assert shown["scale"] == "log1p_cp10k"
    assert "control, nothing: 0" in str(shown["score 1"])


def test_weights_are_a_source_that_is_diffed_and_removed(layout: Layout) -> None:
    """They are listed, a difference between builds, kept while named, and gone when removed."""
    digest = _train(layout).weights.digest
    before = next(path.name for path in layout.builds.iterdir())
    after = build(layout, Quiet()).manifest.build
    assert any(NAME in name for name in diff(layout, before, after).sources_added)
    _apply(layout)
    remove_source(layout, NAME)
    build(layout, Quiet())
    assert collect_garbage(layout, 0).weights == 0
    assert (layout.weights / digest).is_dir()
    remove_source(layout, "applied")
    build(layout, Quiet())
    assert collect_garbage(layout, 0).weights == 1
    assert not (layout.weights / digest).exists()


def test_a_run_goes_stale_with_its_weights(layout: Layout) -> None:
    """Other weights of the name, weights that are out of date and removed ones are all noticed."""
    _apply(layout)
    assert _stale(layout, "applied") == ()
    _train(layout, width=2.0)
    assert _stale(layout, "applied") == (f"the weights {NAME} have changed",)
    again = _apply(layout)
    assert again.result is not None
    assert _stale(layout, "applied") == ()
    remove_source(layout, NAME)
    assert _stale(layout, "applied") == (f"the weights {NAME} have gone",)


def test_a_changed_model_never_gives_an_old_result(layout: Layout, helper: Path) -> None:
    """An edited helper makes runs and weights stale; said again, the run is a new one."""
    first = run_named(layout, "lab_centres", {}, Quiet(), name="fitted").entry
    _apply(layout)
    text = helper.read_text()
    try:
        helper.write_text(text.replace("-(apart", "-2 * (apart"))
        load_anew()
        assert _stale(layout, "fitted") == ("the code of its model has changed (lab_model.model)",)
        assert any("out of date" in change for change in _stale(layout, "applied"))
        again = run_named(layout, "lab_centres", {}, Quiet(), name="fitted")
        assert again.result is not None
        assert again.entry.version != first.version
        assert again.entry.tables_digest != first.tables_digest
        old = _apply(layout)
        assert old.result is not None
        assert any("has changed since these weights" in note for note in old.result.notes)
        assert _train(layout).result is not None
    finally:
        helper.write_text(text)
        load_anew()


def test_options_that_the_weights_fix_are_refused(layout: Layout) -> None:
    """Only the dataset and what the model names may be set; the weights must be the model's."""
    with pytest.raises(UsageError, match="'width' is fixed by the weights: expected one of cells"):
        _apply(layout, cells="toy_human", width=2.0)
    with pytest.raises(UsageError, match=r"--set cells=NAME"):
        _apply(layout, device="cpu")
    with pytest.raises(UsageError, match="are of model 'lab_centres', not 'cell_text'"):
        run_kept(layout, "cell_text", NAME, {"dataset": "toy_human"}, Quiet())
    with pytest.raises(UnknownNameError, match=r"no weights 'other'.* expected one of centres"):
        run_kept(layout, "lab_centres", "other", {"dataset": "toy_human"}, Quiet())


def test_models_that_keep_nothing_say_so_by_name(layout: Layout) -> None:
    """A stranger's model without weights runs; training it is refused with its reason."""
    message = "model 'lab_forgetful' keeps no weights: it has nothing to keep"
    with pytest.raises(UsageError, match=message):
        train_named(layout, "lab_forgetful", {}, Quiet())
    assert run_named(layout, "lab_forgetful", {}, Quiet()).result is not None
    with pytest.raises(UsageError, match="model 'hypergraph_clusters' keeps no weights: its walks"):
        train_named(layout, "hypergraph_clusters", {"dataset": "toy_human"}, Quiet())


def test_data_without_the_genes_are_refused(layout: Layout) -> None:
    """A dataset of another species has none of the vocabulary's genes."""
    before = _files(layout)
    with pytest.raises(InputError, match=r"has 0% of the .* expected 60% at least"):
        _apply(layout, dataset="toy_mouse")
    assert _files(layout) == before


def test_names_that_are_taken_are_refused(layout: Layout) -> None:
    """Weights never take the place of a dataset or of a run, nor a run that of weights."""
    with pytest.raises(UsageError, match="which a training must not replace"):
        _train(layout, name="toy_human")
    with pytest.raises(UsageError, match="which a run must not replace"):
        run_named(layout, "lab_centres", {}, Quiet(), name=NAME)


@pytest.mark.parametrize("fault", ["rename weights:ENOSPC", "renamed weights:ENOSPC"])
def test_a_failure_while_writing_leaves_nothing_half_written(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A full disk leaves no entry and no half folder; a whole one without an entry is collected."""
    before = [entry.key for entry in Ledger(layout.ledger).entries()]
    monkeypatch.setenv(VARIABLE, fault)
    with pytest.raises(OSError, match="No space left"):
        _train(layout, width=3.0)
    monkeypatch.delenv(VARIABLE)
    assert [entry.key for entry in Ledger(layout.ledger).entries()] == before
    assert not any(item.is_damage for item in verify(layout, Quiet(), deep=True))
    collect_garbage(layout, 0)
    assert len(list(layout.weights.iterdir())) == 1
    assert _train(layout, width=3.0).result is not None


def test_damage_is_found_and_mended(layout: Layout, tmp_path: Path) -> None:
    """A changed byte is found by verify, refused by a run, and mended by train or by import."""
    export_weights(layout, NAME, tmp_path / "copy.zip")
    path = _train(layout).weights.folder / ARRAYS_FILE
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    found = [item for item in verify(layout, Quiet(), deep=True) if item.is_damage]
    assert [(item.kind, item.path.rpartition("/")[2]) for item in found] == [
        ("weights", ARRAYS_FILE)
    ]
    with pytest.raises(IntegrityError, match=r"is damaged: SHA-256 .* `orthoweave train`"):
        _apply(layout)
    left = repair(layout, {}, Quiet()).left
    assert any("made by 'train lab_centres'" in line for line in left)
    _train(layout)
    assert not any(item.is_damage for item in verify(layout, Quiet(), deep=True))
    path.write_bytes(content)
    import_weights(layout, tmp_path / "copy.zip", name=NAME)
    assert not any(item.is_damage for item in verify(layout, Quiet(), deep=True))


def test_weights_travel_as_one_file(layout: Layout, toy_kb: Path, tmp_path: Path) -> None:
    """Exported and imported, they have the digest and the results that they had."""
    archive = tmp_path / "centres.zip"
    here = export_weights(layout, NAME, archive)
    other = Layout(Path(shutil.copytree(toy_kb, tmp_path / "other")))
    there = import_weights(other, archive, name=NAME)
    assert there.weights.digest == here.digest
    assert there.entry.inputs[-1]["path"] == str(archive)
    ran = [_apply(one).tables.digest for one in (layout, other)]
    assert ran[0] == ran[1]
    assert import_weights(other, archive, name=NAME).result is None
    export_weights(other, NAME, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()
    with pytest.raises(UsageError, match="the name of a new file"):
        export_weights(layout, NAME, archive)


def _edited(layout: Layout, path: Path, files: dict[str, bytes | str]) -> Path:
    """Write an archive of the weights with some files replaced, added or, if empty, left out."""
    folder = _train(layout).weights.folder
    content: dict[str, bytes | str] = {
        name: (folder / name).read_bytes() for name in (WEIGHTS_FILE, ARRAYS_FILE)
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in (content | files).items():
            if value:
                archive.writestr(name, value)
    return path


def test_hostile_archives_are_refused(layout: Layout, tmp_path: Path) -> None:
    """Escaping names, further files, swapped arrays, compression and cut files leave nothing."""
    before = _files(layout)
    path = tmp_path / "odd.zip"
    escaping = _edited(layout, path, {"../escaped": b"x"})
    with pytest.raises(HostileFileError, match=r"\.\./escaped"):
        import_weights(layout, escaping)
    swapped = _edited(layout, path, {ARRAYS_FILE: b"x" * 99})
    with pytest.raises(InputError, match=r"cannot be imported: .*99 bytes"):
        import_weights(layout, swapped)
    missing = _edited(layout, path, {ARRAYS_FILE: b""})
    with pytest.raises(HostileFileError, match=r"expected WEIGHTS\.json and weights\.safetensors"):
        import_weights(layout, missing)
    whole = tmp_path / "whole.zip"
    export_weights(layout, NAME, whole)
    with zipfile.ZipFile(whole) as plain, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as odd:
        for name in plain.namelist():
            odd.writestr(name, plain.read(name))
    with pytest.raises(HostileFileError, match="compressed: expected"):
        import_weights(layout, path)
    path.write_bytes(whole.read_bytes()[:-30])
    with pytest.raises(InputError, match="cannot be imported"):
        import_weights(layout, path)
    content = bytearray(whole.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be imported"):
        import_weights(layout, path)
    assert _files(layout) == before
    assert not (tmp_path / "escaped").exists()


def test_a_description_that_was_edited_is_refused(layout: Layout, tmp_path: Path) -> None:
    """WEIGHTS.json carries its own digest: an edit of the licence is noticed."""
    text = (_train(layout).weights.folder / WEIGHTS_FILE).read_text()
    content = json.loads(text)
    assert content["license"]
    edited = text.replace(f'"license": {json.dumps(content["license"])}', '"license": "mine"')
    path = _edited(layout, tmp_path / "edited.zip", {WEIGHTS_FILE: edited})
    with pytest.raises(InputError, match="its content is not what its digest says"):
        import_weights(layout, path)
