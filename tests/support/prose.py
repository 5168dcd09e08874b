"""Prose of the project, piece by piece with its place, and the words that it does not use."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

Kind = Literal["docstring", "comment", "message", "page", "test"]
KINDS: Final = ("docstring", "comment", "message", "page", "test")
ROOT: Final = Path(__file__).parents[2]

_PAGES: Final = ("docs", "graph_schema", "ingest", "ui", "benchmarks")
_CODE: Final = ("platform", "ingest", "ui", "benchmarks")
# names in backticks and fenced or indented examples are quoted, not said
_QUOTED: Final = re.compile(r"^```.*?^```|``[^`]*``|`[^`\n]*`|^ *>>> .*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prose:
    """A docstring, comment, message or page."""

    path: Path
    line: int
    """First line, from 1."""
    kind: Kind
    text: str
    """As written, quoted code blanked out; lines are kept."""


@dataclass(frozen=True)
class Avoided:
    """A word or phrase that is not used."""

    phrase: str
    """The phrase to find, or an example of it if there is a pattern."""
    write: str
    why: str
    pattern: str = ""
    """Regular expression, if the phrase alone would fit too much; a space fits any white space."""
    kinds: tuple[Kind, ...] = KINDS

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Finds it in any case and across line ends."""
        found = self.pattern or rf"(?<![\w`])(?:{re.escape(self.phrase)})(?![\w`])"
        return re.compile(found.replace(r"\ ", " ").replace(" ", r"\s+"), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """An avoided phrase in a piece of prose."""

    path: Path
    line: int
    words: str
    avoided: Avoided

    def __str__(self) -> str:
        """Return file, line, words and what to write instead."""
        name = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        words = " ".join(self.words.split())
        return f"{name}:{self.line}: {words!r}: write {self.avoided.write!r} ({self.avoided.why})"


def read_avoided(path: Path) -> tuple[Avoided, ...]:
    """Read a file of words: ``[[avoid]]`` with phrase, write, why and perhaps pattern and kinds."""
    entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["avoid"]
    return tuple(
        Avoided(**{**entry, "kinds": tuple(entry.get("kinds", KINDS))}) for entry in entries
    )


@dataclass(frozen=True, slots=True)
class AvoidedName:
    """A name that no class, function or parameter has; with `of`, no parameter of that type."""

    name: str
    write: str
    why: str
    of: str = ""


def read_names(path: Path) -> tuple[AvoidedName, ...]:
    """Read the ``[[name]]`` entries of a file of words."""
    entries: list[dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))["name"]
    return tuple(AvoidedName(**entry) for entry in entries)


def find_names(path: Path, text: str, names: Sequence[AvoidedName]) -> list[str]:
    """Return each use of an avoided name in a module: file, line, name and what to write."""
    known = {(name.name, name.of): name for name in names}
    found = []
    for node in ast.walk(ast.parse(text)):
        uses: list[tuple[str, str]] = []
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            uses = [(node.name, "")]
        elif isinstance(node, ast.arg):
            annotation = ast.unparse(node.annotation) if node.annotation else ""
            uses = [(node.arg, of) for of in {"", *re.findall(r"\w+", annotation)}]
        found += [
            f"{path}:{node.lineno}: {use[0]!r}: write {name.write!r} ({name.why})"  # type: ignore[attr-defined]
            for use in uses
            if (name := known.get(use)) is not None
        ]
    return found


def find_avoided(prose: Iterator[Prose] | Sequence[Prose], words: Sequence[Avoided]) -> list[Found]:
    """Return every use of an avoided phrase, in the order of the prose."""
    return [
        Found(piece.path, piece.line + piece.text.count("\n", 0, hit.start()), hit[0], word)
        for piece in prose
        for word in words
        if piece.kind in word.kinds
        for hit in word.regex.finditer(piece.text)
    ]


def project_prose() -> Iterator[Prose]:
    """Yield the prose of the project's code, tests and pages."""
    for folder in _CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from code_prose(path, path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "tests").rglob("*.py")):
        yield from case_prose(path, ast.parse(path.read_text(encoding="utf-8")))
    pages = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    for folder in _PAGES:
        pages += sorted((ROOT / folder).rglob("*.md"))
    pages += sorted((ROOT / "graph_schema").rglob("*.toml"))
    pages += sorted((ROOT / "graph_schema").rglob("*.cypher"))
    for path in pages:
        yield Prose(path, 1, "page", unquoted(path.read_text(encoding="utf-8")))


def code_prose(path: Path, text: str) -> Iterator[Prose]:
    """Yield docstrings, messages and comments of a module."""
    tree = ast.parse(text)
    yield from docstrings(path, tree, "docstring")
    yield from _messages(path, tree)
    yield from _comments(path, text)


def case_prose(path: Path, tree: ast.AST) -> Iterator[Prose]:
    """Yield the docstrings of a module of tests, and the names of its tests as words."""
    yield from docstrings(path, tree, "test")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield Prose(
                path, node.lineno, "test", node.name.removeprefix("test_").replace("_", " ")
            )


def docstrings(path: Path, tree: ast.AST, kind: Kind) -> Iterator[Prose]:
    """Yield the docstrings of a module, and the strings below fields that document them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and _is_text(node.value):
            value = node.value
            yield Prose(path, value.lineno, kind, unquoted(value.value))  # type: ignore[attr-defined]


def _messages(path: Path, tree: ast.AST) -> Iterator[Prose]:
    """Yield texts of more than one word that are not docstrings, such as errors and help."""
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            values = node.values
            text = "".join(str(part.value) if _is_text(part) else "…" for part in values)  # type: ignore[attr-defined]
        elif _is_text(node) and id(node) not in documented | parts:
            text = node.value  # type: ignore[attr-defined]
        if " " in text.strip():
            yield Prose(path, node.lineno, "message", unquoted(text))  # type: ignore[attr-defined]


def _comments(path: Path, text: str) -> Iterator[Prose]:
    """Yield comments; those on consecutive lines are one."""
    block: list[str] = []
    start = last = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        if block and token.start[0] != last + 1:
            yield Prose(path, start, "comment", unquoted("\n".join(block)))
            block = []
        start = start if block else token.start[0]
        block.append(token.string.lstrip("# "))
        last = token.start[0]
    if block:
        yield Prose(path, start, "comment", unquoted("\n".join(block)))


def unquoted(text: str) -> str:
    """Return a text without its quoted code; its lines stay where they are."""
    return _QUOTED.sub(lambda quoted: "`" + "\n" * quoted[0].count("\n") + "`", text)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
