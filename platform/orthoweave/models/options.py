"""Options of models: the fields of a frozen dataclass, each with its help."""

import dataclasses
import json
import types
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

from orthoweave.errors import UsageError
from orthoweave.options import Option, read_options, value_text

T = TypeVar("T")


class Dataclass(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


D = TypeVar("D", bound=Dataclass)


def option(default: T, help: str, *, choices: Sequence[str] = ()) -> T:  # noqa: A002
    """Declare a field of a configuration: its default, and its meaning with the unit.

    Fields are of type `int`, `float`, `bool`, `str`, a tuple of one of these (``a,b`` as text), or
    one of these ``| None`` (``none`` as text).

    Examples
    --------
    >>> @dataclasses.dataclass(frozen=True, slots=True)
    ... class Config:
    ...     walks: int = option(10, "walks from each cell")
    >>> parse_config(Config, {"walks": "3"}, "model toy")
    Config(walks=3)
    """
    metadata = {"help": help, "choices": tuple(choices)}
    return dataclasses.field(default=default, metadata=metadata)


def seed_option() -> int:
    """Declare the field for the seed of all random numbers."""
    return option(0, "seed of all random numbers")


def device_option() -> str:
    """Declare the field for the device."""
    return option("auto", "device to compute on", choices=("auto", "cpu", "cuda"))


def check_shares(config: Dataclass, *names: str) -> None:
    """Check that options are shares from 0 to 1, or None.

    Raises
    ------
    UsageError
        Naming the first that is not.
    """
    for name in names:
        value = getattr(config, name)
        if value is not None and not 0 <= value <= 1:
            message = f"{name}={value!r}: expected a share from 0 to 1"
            raise UsageError(message)


def config_options(config_class: type[Dataclass]) -> tuple[Option, ...]:
    """Return the options of a configuration, in the order of its fields."""
    hints = get_type_hints(config_class)
    return tuple(_described(field, hints[field.name]) for field in dataclasses.fields(config_class))


def parse_config(config_class: type[D], given: Mapping[str, object], owner: str) -> D:
    """Return a configuration from options, each a value or its text; defaults for the others.

    `owner` names the options' owner in messages, such as ``model cell_text``.

    Raises
    ------
    UnknownNameError, UsageError
        As for `read_options` and `value_text`.
    """
    texts = {name: value_text(value) for name, value in given.items()}
    return config_class(**read_options(config_options(config_class), texts, owner))


def config_json(config: Dataclass) -> str:
    """Return a configuration as a JSON object with sorted names: equal options, equal text."""
    values = {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
    return json.dumps(values, sort_keys=True)


def _described(field: "dataclasses.Field[Any]", hint: Any) -> Option:
    nullable = get_origin(hint) in (Union, types.UnionType)
    if nullable:
        [hint] = [part for part in get_args(hint) if part is not type(None)]
    several = get_origin(hint) is tuple
    return Option(
        field.name,
        field.metadata["help"],
        get_args(hint)[0] if several else hint,
        field.default,
        field.metadata["choices"],
        several=several,
        nullable=nullable,
    )
