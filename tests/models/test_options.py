"""Options of models: fields of a configuration, and texts for them."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.models import settings
from orthoweave.models.options import (
    config_json,
    config_options,
    device_option,
    option,
    parse_config,
    seed_option,
)
from orthoweave.models.registry import find_model, model_names


@dataclass(frozen=True, slots=True)
class Config:
    """One option of each kind."""

    walks: int = option(10, "walks from each cell")
    rate: float = option(0.5, "learning rate")
    both: bool = option(False, "sharpen both steps")
    datasets: tuple[str, ...] = option(("a", "b"), "datasets")
    k: int | None = option(None, "clusters; none to choose")
    seed: int = seed_option()
    device: str = device_option()


def test_texts_become_values() -> None:
    """Each kind is read from its text; an option that is not given keeps its default."""
    texts = {"walks": "3", "rate": "1e-3", "both": "true", "datasets": "x, y", "k": "7"}
    expected = Config(3, 1e-3, both=True, datasets=("x", "y"), k=7)
    assert parse_config(Config, texts, "model toy") == expected
    assert parse_config(Config, {"k": "none"}, "model toy") == Config()


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"walks": "many"}, r"walks='many': expected a whole number \(walks from each cell\)"),
        ({"k": "x"}, "expected a whole number or none"),
        ({"device": "tpu"}, "expected one of auto, cpu, cuda"),
    ],
)
def test_wrong_texts_are_refused(texts: dict[str, str], message: str) -> None:
    """A text of the wrong kind is refused with the kind that its field has."""
    with pytest.raises(UsageError, match=message):
        parse_config(Config, texts, "model toy")


def test_unknown_options_are_refused() -> None:
    """An unknown option is refused in the name of the model."""
    with pytest.raises(UnknownNameError, match=r"model toy has no option 'walk'; .* walks"):
        parse_config(Config, {"walk": "3"}, "model toy")


@given(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_text_and_back(walks: int, rate: float, both: bool) -> None:
    """A value written as text is read as the same value."""
    texts = {"walks": str(walks), "rate": repr(rate), "both": str(both)}
    assert parse_config(Config, texts, "model toy") == Config(walks, rate, both=both)


def test_json_does_not_depend_on_order() -> None:
    """Equal configurations have one text, with all options by name."""
    assert json.loads(config_json(Config(walks=2))) == {
        "walks": 2,
        "rate": 0.5,
        "both": False,
        "datasets": ["a", "b"],
        "k": None,
        "seed": 0,
        "device": "auto",
    }
    assert config_json(Config()) == config_json(Config(10))


def test_options_are_described() -> None:
    """Each field becomes an option with its kind in words and its default as text."""
    described = {item.name: (item.kind_text, item.default_text) for item in config_options(Config)}
    assert described == {
        "walks": ("a whole number", "10"),
        "rate": ("a number", "0.5"),
        "both": ("true or false", "false"),
        "datasets": ("text, several separated by commas", "a,b"),
        "k": ("a whole number or none", "none"),
        "seed": ("a whole number", "0"),
        "device": ("text", "auto"),
    }


@pytest.mark.parametrize("name", model_names())
def test_defaults_of_every_model_can_be_given_as_text(name: str) -> None:
    """`--set` accepts each default that `orthoweave models NAME` lists."""
    config_class = find_model(name).config_class
    listed = {item.name: item.default_text for item in config_options(config_class)}
    texts = {key: text for key, text in listed.items() if text}
    assert parse_config(config_class, texts, name) == parse_config(config_class, {}, name)


def test_earlier_names_declare_the_same_fields() -> None:
    """A package that imports `models.settings` declares the options that it did before."""

    @dataclass(frozen=True, slots=True)
    class Earlier:
        walks: int = settings.setting(10, help="walks from each cell")
        seed: int = settings.seed_setting()
        device: str = settings.device_setting()

    ours = {item.name: item for item in config_options(Config)}
    assert config_options(Earlier) == tuple(ours[name] for name in ("walks", "seed", "device"))
