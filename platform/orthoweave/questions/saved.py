"""Saved queries: Cypher files with a header that declares title and parameters.

Those of ``graph_schema/queries/`` ship with the library; users add their own folders by the
setting ``query_path``. The form of the header is described in ``graph_schema/README.md``.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, get_args

from orthoweave import content
from orthoweave.errors import SchemaError, UnknownNameError, UsageError
from orthoweave.gateway.guard import check_statement
from orthoweave.options import Option, read_options, value_text
from orthoweave.settings import Settings

Kind = Literal["gene", "species", "cell_type", "dataset", "text", "int", "float"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_LINE: Final = re.compile(r"^//\s*(Title|Answers|Param|Example):\s*(.*)\Z")
_PARAM: Final = re.compile(r"^(\w+)\s*\((\w+)\)\s*(?:=\s*(.*?)\s*)?--\s*(.+)\Z")
_NUMBERS: Final[Mapping[str, type]] = {"int": int, "float": float}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a saved query."""

    name: str
    kind: Kind
    help: str
    default: str | None = None
    """Default value as text; None where `optional` means null."""
    optional: bool = False

    @property
    def option(self) -> Option:
        """The parameter as an option: numbers are at least 0, all else is text."""
        number = _NUMBERS.get(self.kind)
        declared = Option(
            self.name,
            self.help,
            number or str,
            required=not self.optional,
            least=0 if number else None,
        )
        return (
            declared
            if self.default is None
            else replace(declared, default=declared.parse(self.default))
        )


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A saved query."""

    name: str
    title: str
    answers: str
    """The question in words."""
    parameters: tuple[Parameter, ...]
    example: Mapping[str, str]
    """Example values from the demo's data."""
    text: str
    bundled: bool
    """Whether it ships with the library; any other query runs in a sandboxed process."""

    def values(self, given: Mapping[str, object]) -> dict[str, object]:
        """Return the value of every parameter, by name; gene names are not resolved yet.

        Raises
        ------
        UnknownNameError
            For a parameter that the query does not have; the message lists those it has.
        UsageError
            For a value of the wrong kind, or a parameter without default that is missing.
        """
        for name, value in given.items():
            if isinstance(value, list | tuple | dict):
                message = f"parameter {name}={value!r}: expected text, a number, or true or false"
                raise UsageError(message)
        return read_options(
            (parameter.option for parameter in self.parameters),
            {name: value_text(value) for name, value in given.items() if value is not None},
            f"query {self.name}",
            word="parameter",
        )


def saved_queries(settings: Settings | None = None) -> dict[str, SavedQuery]:
    """Return all saved queries by name: bundled ones, then those of the folders in `query_path`.

    Raises
    ------
    SchemaError
        If a header or statement is not valid; the message names the file.
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
        If there is none; the message lists those that exist.
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
        statement differ, or the gateway refuses the statement.
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
    declared = [(line, _parameter(line)) for line in header["Param"]]
    problems += [
        f"'// Param: {line}': expected NAME (KIND) [= DEFAULT] -- help, KIND one of "
        + ", ".join(KINDS)
        for line, parameter in declared
        if parameter is None
    ]
    parameters = [parameter for _, parameter in declared if parameter is not None]
    used = check_statement(text).parameters
    if not problems and used != {parameter.name for parameter in parameters}:
        problems.append(f"the statement uses {sorted(used)}, the header says otherwise")
    if problems:
        message = f"{path} is not a saved query:\n  " + "\n  ".join(problems)
        raise SchemaError(message)
    example = dict(part.split("=", 1) for part in header["Example"][0].split())
    return SavedQuery(
        path.stem,
        header["Title"][0],
        header["Answers"][0],
        tuple(parameters),
        example,
        text,
        bundled,
    )


def _parameter(line: str) -> Parameter | None:
    """Return the parameter that a header line declares; None if it has not the form of one."""
    match = _PARAM.match(line)
    kind = next((kind for kind in KINDS if match and kind == match[2]), None)
    if match is None or kind is None:
        return None
    default = None if match[3] == "null" else match[3]
    return Parameter(match[1], kind, match[4], default, match[3] is not None)


def _folders(settings: Settings | None) -> list[tuple[Path, bool]]:
    own = (settings.query_path if settings else "").split(os.pathsep)
    shipped = content.folder("graph_schema") / "queries"
    return [(shipped, True), *((Path(folder), False) for folder in own if folder)]
