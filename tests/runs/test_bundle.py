"""Trained elsewhere, the weights are those of the knowledge base; what is not whole is refused."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
from tests.support.lab_model import installed, load_anew

from orthoweave.builds.history import status
from orthoweave.errors import FormatError, InputError, UnknownNameError, UsageError
from orthoweave.models.cost import Cost, approval
from orthoweave.models.registry import find_model
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.runs.bundle import write_bundle
from orthoweave.runs.exchange import import_weights
from orthoweave.runs.train import Trained, train_named
from orthoweave.runs.train_bundle import train_bundle
from orthoweave.storage.bundle import BUNDLE_FILE
from orthoweave.storage.faults import VARIABLE
from orthoweave.storage.integrity import read_sealed, sealed
from orthoweave.storage.layout import Layout

Options = dict[str, object]
PAIR: Options = {"source": "toy_human", "target": "toy_mouse", "min_sources": 1, "epochs": 2}
MODELS: dict[str, Options] = {
    "lab_centres": {},
    "cross_species_gnn": {**PAIR, "markers": 3, "width": 4, "score_seeds": 1, "threshold": 0.5},
    "orthology_transfer": {**PAIR, "n_seeds": 2, "n_null": 2, "n_target": 10},
    "scmamba": {"dataset": "toy_human", "genes": 8, "width": 4, "layers": 1, "epochs": 1},
    "cell_text": {"dataset": "baron_human", "draws": 2, "permutations": 2, "per_class": 5},
}


@dataclass(frozen=True, slots=True)
class World:
    """A knowledge base that the test may change, and a bundle of it."""

    layout: Layout
    bundle: Path


@pytest.fixture(scope="module")
def helper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A package with a model that keeps weights, installed; yields its helper module."""
    with installed(tmp_path_factory.mktemp("lab")) as path:
        yield path


@pytest.fixture
def world(helper: Path, toy_kb: Path, tmp_path: Path) -> World:
    """A toy world and a bundle of the laboratory's model."""
    layout = Layout(Path(shutil.copytree(toy_kb, tmp_path / "kb")))
    write_bundle(layout, "lab_centres", {}, tmp_path / "bundle", Quiet())
    return World(layout, tmp_path / "bundle")


def _same(one: Trained, two: Trained) -> bool:
    """Return whether two trainings have the same source, weights and provenance."""
    # where it was read from, and how long it took, are not of the training
    names = [field.name for field in fields(one.entry) if field.name not in ("inputs", "recorded")]
    return one.run == two.run and all(
        getattr(one.entry, name) == getattr(two.entry, name) for name in names
    )


@pytest.mark.parametrize(
    "model",
    [
        *[name for name in MODELS if name != "cell_text"],
        pytest.param("cell_text", marks=pytest.mark.slow),
    ],
)
def test_weights_trained_elsewhere_are_those_of_the_knowledge_base(
    helper: Path, model: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Same bytes, same source, same Run node; the training is then known, and not repeated."""
    origin = request.getfixturevalue("demo_kb" if model == "cell_text" else "toy_kb")
    here, there = (
        Layout(Path(shutil.copytree(origin, tmp_path / name))) for name in ("here", "there")
    )
    with open_knowledge_base(here.root) as kb:
        made = kb.bundle(model, tmp_path / "bundle", **MODELS[model])  # type: ignore[arg-type]
    assert made.size > 1000
    trained = train_named(here, model, MODELS[model], Quiet())
    elsewhere = train_bundle(made.folder, tmp_path / "made.zip", Quiet())
    assert trained.result is not None
    assert elsewhere.result == trained.result
    assert elsewhere.run == trained.run
    taken = import_weights(there, elsewhere.archive)
    assert taken.weights.digest == trained.weights.digest
    assert _same(taken, trained)
    assert train_named(there, model, MODELS[model], Quiet()).result is None
    assert import_weights(here, elsewhere.archive).result is None
    assert all(not item.stale for item in status(there).sources)
    assert {path.name for path in tmp_path.iterdir()} == {"here", "there", "bundle", "made.zip"}


def test_options_that_change_no_view_may_be_set(world: World, tmp_path: Path) -> None:
    """Another width is another training, as in the knowledge base; another dataset is refused."""
    done = train_bundle(world.bundle, tmp_path / "a.zip", Quiet(), settings={"width": "3.0"})
    trained = train_named(world.layout, "lab_centres", {"width": 3.0}, Quiet())
    assert done.run == trained.run
    with pytest.raises(UsageError, match="cells: expected options that do not change what the mod"):
        train_bundle(world.bundle, tmp_path / "b.zip", Quiet(), settings={"cells": "toy_mouse"})
    with pytest.raises(UnknownNameError, match="no option 'depth'"):
        train_bundle(world.bundle, tmp_path / "b.zip", Quiet(), settings={"depth": 1})


def test_a_bundle_says_what_it_is_of(world: World) -> None:
    """Model, options, code, training, sources with licences, and each file with its SHA-256."""
    content = read_sealed(world.bundle / BUNDLE_FILE)
    assert content["model"] == "lab_centres"
    assert content["config"]["cells"] == "toy_human"
    assert len(content["code"]) == len(content["training"]) == 64
    assert [one["name"] for one in content["sources"]] == ["toy_human"]
    assert content["license"] == content["sources"][0]["license"]
    assert content["views"]["cells"]["kind"] == "expression"
    paths = [path for path in world.bundle.rglob("*") if path.is_file()]
    found = {path.relative_to(world.bundle).as_posix() for path in paths}
    assert found == {BUNDLE_FILE, *content["files"]}
    assert {path.suffix for path in paths} == {".json", ".npy", ".parquet"}


def test_a_dataset_that_changed_since_makes_imported_weights_stale(
    world: World, toy_kb: Path, tmp_path: Path
) -> None:
    """Weights remember what they were learnt from, where it is there to compare with."""
    train_bundle(world.bundle, tmp_path / "a.zip", Quiet())
    entry = import_weights(world.layout, tmp_path / "a.zip").entry
    assert "dataset toy_human" in entry.depends
    content = read_sealed(world.bundle / BUNDLE_FILE)
    content["depends"] = {"dataset toy_human": "0" * 64}
    _reseal(world.bundle, content)
    train_bundle(world.bundle, tmp_path / "b.zip", Quiet())
    name = import_weights(world.layout, tmp_path / "b.zip").entry.name
    [stale] = [item.stale for item in status(world.layout).sources if item.entry.name == name]
    assert stale == ("dataset toy_human has changed",)
    content["depends"] = {"dataset of others": "0" * 64}
    _reseal(world.bundle, content)
    train_bundle(world.bundle, tmp_path / "c.zip", Quiet())
    entry = import_weights(world.layout, tmp_path / "c.zip").entry
    assert list(entry.depends) == ["code of lab_model.model"]


def _reseal(bundle: Path, content: dict[str, Any]) -> None:
    (bundle / BUNDLE_FILE).write_text(sealed(content))


def _flip(bundle: Path) -> None:
    path = bundle / "views" / "cells" / "values.data.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def _linked(bundle: Path) -> None:
    path = bundle / "views" / "cells" / "totals.npy"
    path.rename(bundle.parent / "totals.npy")
    path.symlink_to(bundle.parent / "totals.npy")


def _edited(name: str, value: object) -> Callable[[Path], None]:
    return lambda bundle: _reseal(bundle, read_sealed(bundle / BUNDLE_FILE) | {name: value})


def _forged(bundle: Path) -> None:
    content = read_sealed(bundle / BUNDLE_FILE)
    content["views"]["cells"]["digest"] = "0" * 64
    _reseal(bundle, content)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (_flip, "its SHA-256 is another one. Copy the bundle again"),
        (lambda bundle: (bundle / "views/cells/totals.npy").unlink(), "totals.npy' is missing"),
        (lambda bundle: (bundle / "more.npy").write_bytes(b"x"), "more.npy' is missing, or was"),
        (_linked, "totals.npy' is missing"),
        (lambda bundle: (bundle / BUNDLE_FILE).write_text("{"), "it is not what was written"),
        (_edited("files", None), "parquet' is missing, or was added"),
        (_edited("views", {}), "does not describe a training"),
        (_edited("config", 3), "does not describe a training"),
        (_forged, "its content is not the view 'cells'"),
    ],
)
def test_damage_is_refused(
    world: World, harm: Callable[[Path], object], message: str, tmp_path: Path
) -> None:
    """A changed, missing, added, linked or forged file is named, and nothing is written."""
    harm(world.bundle)
    before = set(tmp_path.iterdir())
    with pytest.raises(InputError) as failed:
        train_bundle(world.bundle, tmp_path / "a.zip", Quiet())
    assert message in str(failed.value)
    assert set(tmp_path.iterdir()) == before


def test_other_formats_models_and_code_are_refused(
    world: World, helper: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each by name, with what to install or to write anew."""
    content = read_sealed(world.bundle / BUNDLE_FILE)
    target = tmp_path / "a.zip"
    text = helper.read_text()
    try:
        helper.write_text(text + "\n# another version\n")
        load_anew()
        with pytest.raises(UsageError, match=r"of other code of lab_centres .* install the same"):
            train_bundle(world.bundle, target, Quiet())
    finally:
        helper.write_text(text)
        load_anew()
    _reseal(world.bundle, content | {"model": "theirs"})
    with pytest.raises(UnknownNameError, match="no model 'theirs'"):
        train_bundle(world.bundle, target, Quiet())
    _reseal(world.bundle, content | {"model": "hypergraph_clusters"})
    with pytest.raises(UsageError, match="keeps no weights"):
        train_bundle(world.bundle, target, Quiet())
    newer = json.loads(sealed(content))
    monkeypatch.setattr("orthoweave.storage.integrity.FORMAT", newer["format"] + 7)
    monkeypatch.setattr("orthoweave.storage.integrity.READ_BY", "3.3")
    _reseal(world.bundle, content)
    monkeypatch.undo()
    with pytest.raises(FormatError, match=r"which orthoweave 3\.3 reads"):
        train_bundle(world.bundle, target, Quiet())


def test_names_that_are_taken_and_models_that_keep_nothing_are_refused(
    world: World, tmp_path: Path
) -> None:
    """Nothing is ever written over, and a folder without a bundle is not one."""
    with pytest.raises(UsageError, match="the name of a new folder"):
        write_bundle(world.layout, "lab_centres", {}, world.bundle, Quiet())
    with pytest.raises(UsageError, match="the name of a new file in a folder that exists"):
        train_bundle(world.bundle, tmp_path / "none" / "a.zip", Quiet())
    with pytest.raises(UsageError, match="keeps no weights: it has nothing to keep"):
        write_bundle(world.layout, "lab_forgetful", {}, tmp_path / "other", Quiet())
    with pytest.raises(UsageError, match=r"holds no bundle: expected BUNDLE\.json"):
        train_bundle(tmp_path, tmp_path / "a.zip", Quiet())


def test_a_full_disk_leaves_nothing_half_written(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither a folder nor an archive; a training that was made is not lost."""
    before = {path.name for path in tmp_path.iterdir()}
    monkeypatch.setenv(VARIABLE, "rename bundle:ENOSPC")
    with pytest.raises(OSError, match="No space left"):
        write_bundle(world.layout, "lab_centres", {}, tmp_path / "other", Quiet())
    assert {path.name for path in tmp_path.iterdir()} == before
    monkeypatch.setenv(VARIABLE, "replace a.zip:ENOSPC")
    with pytest.raises(OSError, match="No space left"):
        train_bundle(world.bundle, tmp_path / "a.zip", Quiet())
    [state] = {path.name for path in tmp_path.iterdir()} - before
    assert state.startswith("a.zip.")
    assert state.endswith(".state")
    monkeypatch.delenv(VARIABLE)
    train_bundle(world.bundle, tmp_path / "a.zip", Quiet())
    assert {path.name for path in tmp_path.iterdir()} == before | {"a.zip"}


def test_the_cost_is_approved_first(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Here and elsewhere, a training above the limit is refused before it starts."""
    model = type(find_model("lab_centres"))
    monkeypatch.setattr(model, "cost", lambda self, n_cells, n_genes, config: Cost(n_cells, 1))
    said: list[str] = []
    refuse = approval(1, 1, said.append)
    with pytest.raises(UsageError, match=r"this run takes about 40 min .* --yes"):
        train_named(world.layout, "lab_centres", {}, Quiet(), approve=refuse)
    with pytest.raises(UsageError, match="this run takes about 40 min"):
        train_bundle(world.bundle, tmp_path / "a.zip", Quiet(), approve=refuse)
    assert len(said) == 2
    allow = approval(1, 1, said.append, always=True)
    assert train_named(world.layout, "lab_centres", {}, Quiet(), approve=allow).result is not None
    assert train_named(world.layout, "lab_centres", {}, Quiet(), approve=refuse).result is None
