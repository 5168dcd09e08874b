"""Options by name: how they are declared, and how ``--set`` and ``--param`` texts become values.

Jobs, models and saved queries declare their options alike, so that a wrong text gets the same
message everywhere.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.nearest import nearest

Word = Literal["option", "parameter"]

_FLAGS: Final[Mapping[Word, str]] = {"option": "--set", "parameter": "--param"}
_KINDS: Final[Mapping[type, str]] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Option:
    """One ``name=value`` of a job, a model or a saved query."""

    name: str
    help: str
    kind: type = str
    """`str`, `int`, `float` or `bool`; with `several`, of each part."""
    default: object = None
    """Value of an option that is not given; None means not set."""
    choices: tuple[str, ...] = ()
    """Texts that are accepted; all, if empty."""
    required: bool = False
    several: bool = False
    """The value is a tuple; its text is ``a,b``."""
    nullable: bool = False
    """The text ``none`` means None."""
    least: float | None = None
    """Smallest number that is accepted."""
    file: bool = False
    """The value may be the path of a file, whose content then counts as part of the input."""

    @property
    def kind_text(self) -> str:
        """The kind of value in words, such as ``a whole number or none``."""
        least = "" if self.least is None else f" from {self.least:g}"
        several = ", several separated by commas" if self.several else ""
        return f"{_KINDS[self.kind]}{least}{several}{' or none' if self.nullable else ''}"

    @property
    def default_text(self) -> str:
        """The default as ``--set`` takes it."""
        return value_text(self.default)

    def parse(self, text: str) -> object:
        """Return the value of a string.

        Raises
        ------
        UsageError
            If the text is not of the option's kind, or not one of its choices.
        """
        if self.nullable and text.lower() == "none":
            return None
        if self.several:
            return tuple(self._parse_part(part.strip(), text) for part in text.split(",") if part)
        return self._parse_part(text, text)

    def _parse_part(self, part: str, text: str) -> object:
        if self.choices and part not in self.choices:
            raise self._refusal(text, f"one of {', '.join(self.choices)}")
        try:
            value = _BOOLEANS[part.lower()] if self.kind is bool else self.kind(part)
        except (ValueError, KeyError):
            raise self._refusal(text, self.kind_text) from None
        if isinstance(value, float) and not math.isfinite(value):
            raise self._refusal(text, self.kind_text)
        if self.least is not None and value < self.least:
            raise self._refusal(text, self.kind_text)
        return value

    def _refusal(self, text: str, expected: str) -> UsageError:
        return UsageError(f"{self.name}={text!r}: expected {expected} ({self.help})")


def read_options(
    options: Iterable[Option], given: Mapping[str, str], owner: str, *, word: Word = "option"
) -> dict[str, Any]:
    """Return the value of every option, by name: from its text, else the default.

    Parameters
    ----------
    given
        Texts by name.
    owner
        What has the options, for messages, such as ``job orthology``.
    word
        What the owner calls them.

    Raises
    ------
    UnknownNameError
        For a name that is not an option; the message lists the nearest names and all there are.
    UsageError
        For a string of the wrong kind, or if a required option is missing.
    """
    by_name = {option.name: option for option in options}
    for name in given:
        if name not in by_name:
            raise UnknownNameError(_unknown(name, list(by_name), owner, word))
    missing = [o for o in by_name.values() if o.required and o.name not in given]
    if missing:
        needed = "; ".join(f"{_FLAGS[word]} {o.name}=… ({o.help})" for o in missing)
        message = f"{owner} needs {needed}"
        raise UsageError(message)
    return {
        name: option.parse(given[name]) if name in given else option.default
        for name, option in by_name.items()
    }


def value_text(value: object) -> str:
    """Return a value as the text that an option of its kind takes.

    Raises
    ------
    UsageError
        If a part of a list is empty or holds a comma, or the value is a mapping.

    Examples
    --------
    >>> value_text((1, 2)), value_text(None), value_text(True)
    ('1,2', 'none', 'true')
    """
    if isinstance(value, Mapping):
        message = f"{value!r}: expected text, a number, true or false, or a list of these"
        raise UsageError(message)
    if isinstance(value, tuple | list):
        parts = [value_text(part) for part in value]
        if any(not part.strip() or "," in part for part in parts):
            message = f"{value!r}: expected parts that are not empty and hold no comma"
            raise UsageError(message)
        return ",".join(parts)
    return str(value).lower() if isinstance(value, bool | None) else str(value)


def read_pairs(texts: Sequence[str] | None, flag: str) -> dict[str, str]:
    """Read repeated ``NAME=VALUE`` texts; `flag` is what each follows, such as ``--set``.

    Raises
    ------
    UsageError
        If a string has no ``=``, or a name is given twice.

    Examples
    --------
    >>> read_pairs(["species=human", "url=http://x?a=b"], "--set")
    {'species': 'human', 'url': 'http://x?a=b'}
    """
    values: dict[str, str] = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not equals or not name:
            message = f"{flag} {text!r}: expected NAME=VALUE, such as {flag} species=human"
            raise UsageError(message)
        if name in values:
            message = f"{flag} {name} is given twice: {values[name]!r} and {value!r}"
            raise UsageError(message)
        values[name] = value
    return values


def _unknown(name: str, names: list[str], owner: str, word: Word) -> str:
    similar = nearest(name, names)
    hint = f"; did you mean {' or '.join(similar)}?" if similar else "."
    return f"{owner} has no {word} {name!r}{hint} Its {word}s: {', '.join(names) or 'none'}"
