"""Settings of models: from texts and back."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.models.registry import find_model, model_names
from orthoweave.models.settings import (
    config_json,
    describe_settings,
    device_setting,
    parse_config,
    seed_setting,
    setting,
)


@dataclass(frozen=True, slots=True)
class Config:
    """One setting of each kind."""

    walks: int = setting(10, "walks from each cell")
    rate: float = setting(0.5, "learning rate")
    both: bool = setting(False, "sharpen both steps")
    datasets: tuple[str, ...] = setting(("a", "b"), "datasets")
    k: int | None = setting(None, "clusters; none to choose")
    seed: int = seed_setting()
    device: str = device_setting()


def test_texts_become_values() -> None:
    """Each kind is read from its text; what is not given keeps its default."""
    given_ = {"walks": "3", "rate": "1e-3", "both": "true", "datasets": "x, y", "k": "7"}
    assert parse_config(Config, given_) == Config(3, 1e-3, both=True, datasets=("x", "y"), k=7)
    assert parse_config(Config, {"k": "none"}) == Config()


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"walks": "many"}, r"walks='many': expected a whole number \(walks from each cell\)"),
        ({"both": "maybe"}, "expected true or false"),
        ({"k": "x"}, "expected a whole number or none"),
        ({"device": "tpu"}, "expected one of auto, cpu, cuda"),
    ],
)
def test_wrong_texts_are_refused(given_: dict[str, str], message: str) -> None:
    """A text of another kind, or none of the choices, is refused with what was expected."""
    with pytest.raises(UsageError, match=message):
        parse_config(Config, given_)


def test_unknown_settings_are_refused() -> None:
    """A setting that is not there is refused with those there are."""
    with pytest.raises(UnknownNameError, match="no setting 'walk': expected one of walks, rate"):
        parse_config(Config, {"walk": "3"})


@given(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_text_and_back(walks: int, rate: float, both: bool) -> None:
    """What is written as text is read as the same value."""
    texts = {"walks": str(walks), "rate": repr(rate), "both": str(both)}
    assert parse_config(Config, texts) == Config(walks, rate, both=both)


def test_json_does_not_depend_on_order() -> None:
    """Equal configurations have one text, with all settings by name."""
    found = json.loads(config_json(Config(walks=2)))
    assert found == {"walks": 2, "rate": 0.5, "both": False, "datasets": ["a", "b"], "k": None,
                     "seed": 0, "device": "auto"}  # fmt: skip
    assert config_json(Config()) == config_json(Config(10))


def test_settings_are_described() -> None:
    """Each setting has its kind and its default as it would be given."""
    described = {item.name: (item.kind, item.default) for item in describe_settings(Config)}
    assert described == {
        "walks": ("a whole number", "10"), "rate": ("a number", "0.5"),
        "both": ("true or false", "false"),
        "datasets": ("text, several separated by commas", "a,b"),
        "k": ("a whole number or none", "none"), "seed": ("a whole number", "0"),
        "device": ("text", "auto"),
    }  # fmt: skip


@pytest.mark.parametrize("name", model_names())
def test_defaults_of_every_model_can_be_given_as_text(name: str) -> None:
    """What `orthoweave models NAME` shows as default is understood by `--set`."""
    model = find_model(name)
    shown = {item.name: item.default for item in describe_settings(model.config_class)}
    assert parse_config(model.config_class, {k: v for k, v in shown.items() if v}) == (
        parse_config(model.config_class, {})
    )
