"""The digest of a model's code: what it imports counts, what it does not import does not."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.lab_model import installed, load_anew

from orthoweave.models.base import Model
from orthoweave.models.cell_text.model import CellText
from orthoweave.models.code import code_digest, module_digest, module_sources
from orthoweave.models.hypergraph_clusters.model import HypergraphClusters
from orthoweave.models.registry import find_model


@pytest.fixture
def helper(tmp_path: Path) -> Iterator[Path]:
    """A module that the model of an installed package imports."""
    with installed(tmp_path / "lab") as path:
        yield path


def test_modules_that_a_model_imports_count(helper: Path) -> None:
    """An edit of a helper of the package changes the digest, and taking it back restores it."""
    before, text = module_digest("lab_model.model"), helper.read_text()
    helper.write_text(text.replace("mean(axis=2)", "sum(axis=2)"))
    load_anew()
    assert module_digest("lab_model.model") != before
    helper.write_text(text)
    load_anew()
    assert module_digest("lab_model.model") == before


def test_a_module_that_is_not_imported_does_not_count(helper: Path) -> None:
    """A new module beside the others changes nothing until one of them imports it."""
    before = module_digest("lab_model.model")
    other = helper.with_name("other.py")
    other.write_text("VALUE = 1\n")
    load_anew()
    assert module_digest("lab_model.model") == before
    helper.write_text(helper.read_text() + "\ndef late():\n    from . import other\n")
    load_anew()
    imported = module_digest("lab_model.model")
    assert "lab_model.other" in module_sources("lab_model.model")
    other.write_text("VALUE = 2\n")
    load_anew()
    assert len({before, imported, module_digest("lab_model.model")}) == 3


def test_the_library_that_a_plug_in_imports_counts(helper: Path) -> None:
    """The contract of models and what it imports are in, the store and the command line are not."""
    found = module_sources("lab_model.model")
    assert {"lab_model.helper", "orthoweave.models.base", "orthoweave.views.expression"} <= set(
        found
    )
    assert not any(name.startswith(("orthoweave.stores", "orthoweave.cli")) for name in found)


def test_nothing_is_imported_to_be_read(helper: Path) -> None:
    """A module with a side effect is read, not run."""
    helper.write_text("raise RuntimeError\n")
    load_anew()
    assert "lab_model.helper" in module_sources("lab_model.model")
    assert "lab_model.helper" not in sys.modules


def test_a_module_beside_a_single_file_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model in a module without a package brings the modules that lie beside it."""
    (tmp_path / "lone_model.py").write_text("import lone_helper\nimport numpy\n")
    (tmp_path / "lone_helper.py").write_text("X = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    load_anew()
    assert set(module_sources("lone_model")) == {"lone_model", "lone_helper"}


def test_our_models_differ_and_share_the_contract() -> None:
    """Each has a digest of its own; a module of one model is not code of another."""
    texts, clusters = CellText(), HypergraphClusters()
    assert code_digest(texts) != code_digest(clusters)
    assert "orthoweave.models.cell_text.fitting" in module_sources(type(texts).__module__)
    assert "orthoweave.models.cell_text.fitting" not in module_sources(type(clusters).__module__)
    for model in (texts, clusters):
        assert "orthoweave.version" not in module_sources(type(model).__module__)


def test_a_model_of_a_session_has_the_digest_of_its_functions() -> None:
    """A class without a source file is told from one with other functions or other values."""
    made: list[Model] = []  # type: ignore[type-arg]
    for text in ("return 1", "return 1", "return 2"):
        space: dict[str, object] = {"__name__": "nowhere", "Model": Model}
        methods = "".join(f"  def {name}(self, *_):\n    {text}\n" for name in METHODS)
        exec(f"class Mine(Model):\n{methods}", space)
        made.append(space["Mine"]())  # type: ignore[operator]
    first, same, other = map(code_digest, made)
    assert first == same != other


METHODS = ("views", "fit", "apply")


def test_a_model_is_found_in_the_package(helper: Path) -> None:
    """The package of the tests is installed as any other."""
    assert helper.is_file()
    assert find_model("lab_centres").kept_options == ("cells", "device")
