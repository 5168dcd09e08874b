"""Every model that is listed is whole: card, options, page."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from orthoweave.errors import UnknownNameError
from orthoweave.models.base import Model
from orthoweave.models.options import config_options
from orthoweave.models.registry import find_model, model_names
from orthoweave.schema import read_schema

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", model_names())
def test_cards_are_whole(name: str) -> None:
    """A model has its name, a question, limits, and writes only tables that runs may write."""
    model = find_model(name)
    assert isinstance(model, Model)
    assert model.name == name
    assert model.card.question.endswith("?")
    assert all([model.card.title, model.card.paper, model.card.reads, model.card.limits])
    schema = read_schema()
    assert model.card.writes
    assert all(schema.table(table).derived for table in model.card.writes)


@pytest.mark.parametrize("name", model_names())
def test_options_have_seed_and_device(name: str) -> None:
    """Every model takes a seed and a device, and explains each option."""
    options = {item.name: item for item in config_options(find_model(name).config_class)}
    assert {"seed", "device"} <= options.keys()
    assert all(item.help for item in options.values())


@pytest.mark.parametrize("name", model_names())
def test_pages_name_every_option(name: str) -> None:
    """docs/models/NAME.md names each option and the paper's number."""
    page = (ROOT / "docs" / "models" / f"{name}.md").read_text(encoding="utf-8")
    model = find_model(name)
    missing = [
        item.name
        for item in config_options(model.config_class)
        if not re.search(rf"`{item.name}[`=]", page)
    ]
    assert missing == []
    assert model.card.doi.removeprefix("arXiv:") in page
    index = (ROOT / "docs" / "models" / "README.md").read_text(encoding="utf-8")
    assert f"]({name}.md)" in index


@pytest.mark.parametrize("name", model_names())
def test_every_model_keeps_the_contract(name: str) -> None:
    """tests/models/NAME/test_contract.py subclasses the suite of models."""
    path = ROOT / "tests" / "models" / name / "test_contract.py"
    assert "(ModelTests):" in path.read_text(encoding="utf-8")


def test_unknown_models_are_refused() -> None:
    """A model that is not there is refused with those that exist."""
    with pytest.raises(UnknownNameError, match="no model 'magic': expected one of"):
        find_model("magic")


def test_cards_are_read_without_heavy_packages() -> None:
    """Listing the models imports neither PyTorch nor scikit-learn."""
    code = (
        "import sys; from orthoweave.models.registry import find_model, model_names; "
        "[find_model(name).card for name in model_names()]; "
        "print(sorted({'torch', 'sklearn', 'torch_geometric', 'hypernetx'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT / "platform",
    )
    assert result.stdout.strip() == "[]"
