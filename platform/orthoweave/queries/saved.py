"""Saved queries: files of Cypher with a header that says what they answer and what they need.

Those of ``graph_schema/queries/`` ship with the library; users add folders of their own by the
setting ``query_path``. The form of the header is described in ``graph_schema/README.md``.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from orthoweave import content
from orthoweave.errors import SchemaError, UnknownNameError, UsageError
from orthoweave.queries.guard import check_statement
from orthoweave.settings import Settings

Kind = Literal["gene", "species", "cell_type", "dataset", "text", "int", "float"]

_LINE: Final = re.compile(r"^//\s*(Title|Answers|Param|Example):\s*(.*)$")
_PARAM: Final = re.compile(r"^(\w+)\s*\((\w+)\)\s*(?:=\s*(.*?)\s*)?--\s*(.+)$")
_NUMBERS: Final = {"int": (int, "a whole number"), "float": (float, "a number")}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a saved query."""

    name: str
    kind: Kind
    help: str
    default: str | None = None
    """As text; None where `optional` means null."""
    optional: bool = False

    def parse(self, value: object) -> object:
        """Give the value that the query gets: numbers as numbers, all else as text.

        Raises
        ------
        UsageError
            If a number is expected and none is given.
        """
        if value is None or isinstance(value, list | dict):
            message = f"parameter {self.name}={value!r}: expected {self.help}"
            raise UsageError(message)
        if self.kind not in _NUMBERS:
            return str(value)
        kind, expected = _NUMBERS[self.kind]
        try:
            number = kind(str(value))
        except ValueError:
            number = None
        if number is None or number != number or number < 0:  # noqa: PLR0124 - NaN
            message = f"{self.name}={value!r}: expected {expected} from 0 ({self.help})"
            raise UsageError(message)
        return number


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A question with a name."""

    name: str
    title: str
    answers: str
    """The question in words."""
    parameters: tuple[Parameter, ...]
    example: Mapping[str, str]
    """Values that suit the demo."""
    text: str
    bundled: bool
    """Whether it ships with the library; other people's text runs in a locked-up process."""

    def values(self, given: Mapping[str, object]) -> dict[str, object]:
        """All parameters with their values, names not looked up yet.

        Raises
        ------
        UnknownNameError
            For a parameter that the query does not have; the message lists those it has.
        UsageError
            For a value of the wrong kind, or a parameter without default that is missing.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                listed = ", ".join(known) or "none"
                message = f"query {self.name} has no parameter {name!r}; its parameters: {listed}"
                raise UnknownNameError(message)
        missing = [p for p in self.parameters if not p.optional and given.get(p.name) is None]
        if missing:
            wanted = "; ".join(f"{p.name} ({p.help})" for p in missing)
            message = f"query {self.name} needs {wanted}"
            raise UsageError(message)
        return {name: _value(parameter, given.get(name)) for name, parameter in known.items()}


def saved_queries(settings: Settings | None = None) -> dict[str, SavedQuery]:
    """All saved queries by name: those that ship, then those of the folders in `query_path`.

    Raises
    ------
    SchemaError
        If a header or statement is not sound; the message names the file.
    UsageError
        If two queries have one name.
    """
    found: dict[str, SavedQuery] = {}
    for folder, bundled in _folders(settings):
        if not folder.is_dir():
            message = f"ORTHOWEAVE_QUERY_PATH names {str(folder)!r}, but there is no such folder"
            raise UsageError(message)
        for path in sorted(folder.glob("*.cypher")):
            if path.stem in found:
                message = f"two saved queries are called {path.stem!r}: rename {path}"
                raise UsageError(message)
            found[path.stem] = read_query(path, bundled=bundled)
    return found


def find_query(name: str, settings: Settings | None = None) -> SavedQuery:
    """Find a saved query by name.

    Raises
    ------
    UnknownNameError
        If there is none; the message lists those there are.
    """
    for folder, bundled in _folders(settings):
        path = folder / f"{name}.cypher"
        if re.fullmatch(r"[A-Za-z0-9_-]+", name) and path.is_file():
            return read_query(path, bundled=bundled)
    known = ", ".join(sorted(saved_queries(settings)))
    message = f"no saved query {name!r}: expected one of {known}"
    raise UnknownNameError(message)


def read_query(path: Path, *, bundled: bool = False) -> SavedQuery:
    """Read a saved query from its file.

    Raises
    ------
    SchemaError
        If header lines are missing or not of the documented form, the parameters of header and
        statement differ, or the statement is none that may be asked.
    """
    text = path.read_text(encoding="utf-8")
    header: dict[str, list[str]] = {"Title": [], "Answers": [], "Param": [], "Example": []}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match:
            header[match[1]].append(match[2].strip())
    problems = [
        f"expected one line '// {word}: …', found {len(header[word])}"
        for word in ("Title", "Answers", "Example")
        if len(header[word]) != 1
    ]
    parameters = []
    for line in header["Param"]:
        match = _PARAM.match(line)
        if match is None or match[2] not in get_args(Kind):
            problems.append(
                f"'// Param: {line}': expected NAME (KIND) [= DEFAULT] -- help, KIND one of "
                + ", ".join(get_args(Kind))
            )
            continue
        default, optional = match[3], match[3] is not None
        default = None if default == "null" else default
        parameters.append(Parameter(match[1], match[2], match[4], default, optional))  # type: ignore[arg-type]
    used = check_statement(text).parameters
    if not problems and used != {parameter.name for parameter in parameters}:
        problems.append(f"the statement uses {sorted(used)}, the header says otherwise")
    if problems:
        message = f"{path} is no saved query:\n  " + "\n  ".join(problems)
        raise SchemaError(message)
    example = dict(part.split("=", 1) for part in header["Example"][0].split())
    return SavedQuery(path.stem, header["Title"][0], header["Answers"][0], tuple(parameters),
                      example, text, bundled)  # fmt: skip


def _folders(settings: Settings | None) -> list[tuple[Path, bool]]:
    own = (settings.query_path if settings else "").split(os.pathsep)
    shipped = content.folder("graph_schema") / "queries"
    return [(shipped, True), *((Path(folder), False) for folder in own if folder)]


def _value(parameter: Parameter, given: object) -> object:
    if given is None:
        given = parameter.default
    return None if given is None else parameter.parse(given)
