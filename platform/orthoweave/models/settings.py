"""Settings of models: fields of a frozen dataclass with their help, read from ``--set`` texts."""

import dataclasses
import json
import types
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from orthoweave.errors import UnknownNameError, UsageError

T = TypeVar("T")
_EXPECTED = {int: "a whole number", float: "a number", str: "text"}
_BOOLEAN = {"true": True, "1": True, "false": False, "0": False}


def setting(default: T, help: str, *, choices: Sequence[str] = ()) -> T:  # noqa: A002
    """Field of a configuration with its default and what it means, with unit.

    Fields are of type `int`, `float`, `bool`, `str`, a tuple of one of these (``a,b`` as text), or
    one of these ``| None`` (``none`` as text).

    Examples
    --------
    >>> @dataclasses.dataclass(frozen=True, slots=True)
    ... class Config:
    ...     walks: int = setting(10, "walks from each cell")
    >>> parse_config(Config, {"walks": "3"})
    Config(walks=3)
    """
    metadata = {"help": help, "choices": tuple(choices)}
    return dataclasses.field(default=default, metadata=metadata)


def seed_setting() -> int:
    """Field for the seed of all random numbers."""
    return setting(0, "seed of all random numbers")


def device_setting() -> str:
    """Field for the device."""
    return setting("auto", "where to compute", choices=("auto", "cpu", "cuda"))


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a model, described."""

    name: str
    help: str
    kind: str
    default: str
    choices: tuple[str, ...]


def describe_settings(config_class: type[Any]) -> tuple[Setting, ...]:
    """Settings of a configuration, in the order of its fields."""
    hints = get_type_hints(config_class)
    return tuple(
        Setting(field.name, field.metadata["help"], _kind_name(hints[field.name]),
                _text(field.default), field.metadata["choices"])
        for field in dataclasses.fields(config_class)
    )  # fmt: skip


def parse_config(config_class: type[T], given: Mapping[str, str]) -> T:
    """Configuration with the settings given as texts, and defaults for the others.

    Raises
    ------
    UnknownNameError
        For a setting that the model does not have; the message lists those it has.
    UsageError
        For a text that is not of the setting's kind, or none of its choices.
    """
    fields = {field.name: field for field in dataclasses.fields(config_class)}  # type: ignore[arg-type]
    hints = get_type_hints(config_class)
    values: dict[str, Any] = {}
    for name, text in given.items():
        if name not in fields:
            message = f"no setting {name!r}: expected one of {', '.join(fields)}"
            raise UnknownNameError(message)
        about = fields[name].metadata
        if about["choices"] and text not in about["choices"]:
            message = f"{name}={text!r}: expected one of {', '.join(about['choices'])}"
            raise UsageError(message)
        try:
            values[name] = _parse(text, hints[name])
        except (ValueError, KeyError):
            kind = _kind_name(hints[name])
            message = f"{name}={text!r}: expected {kind} ({about['help']})"
            raise UsageError(message) from None
    return config_class(**values)


def config_json(config: object) -> str:
    """Configuration as a JSON object with sorted names: equal settings, equal text."""
    values = dataclasses.asdict(config)  # type: ignore[call-overload]
    return json.dumps(values, sort_keys=True)


def _parse(text: str, kind: Any) -> Any:
    if get_origin(kind) is tuple:
        return tuple(_parse(part.strip(), get_args(kind)[0]) for part in text.split(",") if part)
    if get_origin(kind) in (Union, types.UnionType):
        [inner] = [part for part in get_args(kind) if part is not type(None)]
        return None if text.lower() == "none" else _parse(text, inner)
    return _BOOLEAN[text.lower()] if kind is bool else kind(text)


def _kind_name(kind: Any) -> str:
    if get_origin(kind) is tuple:
        return f"{_kind_name(get_args(kind)[0])}, several separated by commas"
    if get_origin(kind) in (Union, types.UnionType):
        [inner] = [part for part in get_args(kind) if part is not type(None)]
        return f"{_kind_name(inner)} or none"
    return "true or false" if kind is bool else _EXPECTED.get(kind, "text")


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return str(value).lower() if isinstance(value, bool | None) else str(value)
