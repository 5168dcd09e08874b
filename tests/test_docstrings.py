"""Docstrings are complete and true. That each public thing has a docstring is checked by ruff."""

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import orthoweave

ROOT = Path(__file__).parents[1] / "platform" / "orthoweave"
FACADE = {
    "knowledge_base.py": "KnowledgeBase",
    "build_data.py": "BuildData",
    "build_search.py": "BuildSearch",
    "build_runs.py": "BuildRuns",
}
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
_SHARED = re.compile(r"^\* `(\w+)`:", re.MULTILINE)
Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def sections(docstring: str) -> dict[str, str]:
    """Return the numpydoc sections of a docstring by their titles."""
    parts = _SECTION.split(docstring)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def entries(section: str) -> list[str]:
    """Return the names that a section describes: its lines without indentation."""
    heads = [line for line in section.splitlines() if line and not line[0].isspace()]
    return [name.strip().lstrip("*") for head in heads for name in head.split(" : ")[0].split(",")]


def arguments(node: Documented) -> list[str]:
    """Return the names of a function's parameters, or of a class's fields and constructor."""
    if isinstance(node, ast.ClassDef):
        fields = [
            item.target.id
            for item in node.body
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        ]
        made = [
            argument
            for item in node.body
            if isinstance(item, ast.FunctionDef) and item.name == "__init__"
            for argument in arguments(item)
        ]
        return fields + made
    args = node.args
    known = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    known += [extra for extra in (args.vararg, args.kwarg) if extra is not None]
    return [arg.arg for arg in known if arg.arg not in {"self", "cls"}]


def wrong_parameters(node: Documented) -> list[str]:
    """Return the names that a docstring describes and that the signature does not have."""
    described = entries(sections(ast.get_docstring(node) or "").get("Parameters", ""))
    return [name for name in described if name not in arguments(node)]


def wrong_errors(node: Documented, known: set[str]) -> list[str]:
    """Return the names under `Raises` that are neither classes of ours nor Python's."""
    raised = entries(sections(ast.get_docstring(node) or "").get("Raises", ""))
    return [name for name in raised if not (name in known or hasattr(builtins, name))]


def undescribed(node: Documented, shared: set[str]) -> list[str]:
    """Return the parameters that neither a docstring nor the Notes of its class describe."""
    text = ast.get_docstring(node) or ""
    described = entries(sections(text).get("Parameters", ""))
    return [name for name in arguments(node) if name not in shared | {*described}]


@cache
def _documented(path: Path) -> list[Documented]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, Documented)]


def _facade() -> Iterator[tuple[Documented, set[str]]]:
    """Yield what a user calls, each with the names that its class's Notes describe."""
    classes = [
        node
        for file, name in FACADE.items()
        for node in _documented(ROOT / file)
        if isinstance(node, ast.ClassDef) and node.name == name
    ]
    shared = {
        name
        for node in classes
        for name in _SHARED.findall(sections(ast.get_docstring(node) or "").get("Notes", ""))
    }
    for facade in classes:
        for item in facade.body:
            if isinstance(item, ast.FunctionDef) and not item.name.startswith("_"):
                yield item, shared
    for node in _documented(ROOT / "__init__.py"):
        if not node.name.startswith("_"):
            yield node, set()


def test_described_names_exist() -> None:
    """A docstring describes parameters of its signature, and errors that exist."""
    nodes = [(path, node) for path in sorted(ROOT.rglob("*.py")) for node in _documented(path)]
    classes = {node.name for _, node in nodes if isinstance(node, ast.ClassDef)}
    wrong = {
        f"{path.relative_to(ROOT)}:{node.lineno}": names
        for path, node in nodes
        if (names := wrong_parameters(node) + wrong_errors(node, classes))
    }
    assert wrong == {}


def test_every_parameter_of_the_facade_is_described() -> None:
    """Each method says what its parameters mean, or the Notes of the class do."""
    missing = {
        node.name: names for node, shared in _facade() if (names := undescribed(node, shared))
    }
    assert missing == {}


def test_shared_parameters_are_used() -> None:
    """The Notes of the facade describe parameters of two methods or more."""
    methods = list(_facade())
    counts = {name: sum(name in arguments(node) for node, _ in methods) for name in methods[0][1]}
    assert [name for name, count in counts.items() if count < 2] == []


def test_arrays_of_the_facade_have_shape_and_unit() -> None:
    """A method that returns an array says its shape and its unit."""
    arrays = [
        node
        for node, _ in _facade()
        if isinstance(node, ast.FunctionDef) and "ndarray" in ast.unparse(node.returns or node)
    ]
    texts = [ast.get_docstring(node) or "" for node in arrays]
    assert texts
    assert [text for text in texts if "shape ``(" not in text or "unit" not in text] == []


def test_everything_exported_is_documented() -> None:
    """Each name that `orthoweave` exports is a class with a docstring, `open` or the version."""
    exported = {name: getattr(orthoweave, name) for name in orthoweave.__all__}
    plain = {name for name, value in exported.items() if not isinstance(value, type)}
    assert plain == {"__version__", "open"}
    assert [
        name for name, value in exported.items() if name not in plain and not value.__doc__
    ] == []


PLANTED = '''
def wrong(text, *, limit):
    """Do.

    Parameters
    ----------
    text, row_limit
        Both.

    Raises
    ------
    UsageError, MadeUpError
        Always.
    """
'''


def test_a_planted_mistake_is_found() -> None:
    """A parameter that is gone, one that is new, and an unknown error are each named."""
    (node,) = ast.parse(PLANTED).body
    assert isinstance(node, ast.FunctionDef)
    assert wrong_parameters(node) == ["row_limit"]
    assert wrong_errors(node, {"UsageError"}) == ["MadeUpError"]
    assert undescribed(node, {"text"}) == ["limit"]
