"""The digest of a model's code: of its own modules and of all that they import of this library.

A run is identified by it, so that a changed model never returns an old result. The imports are read
from the source, and nothing is executed: those within functions count too, those by a name that is
made at run time do not. Packages of others, such as PyTorch, are not looked at.
"""

import ast
import functools
import hashlib
import importlib.util
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import CodeType
from typing import Any, Final

from orthoweave.models.base import Model

CODE_DEPENDENCY: Final = "code of "
"""Prefix of a dependency on a model's code in the ledger, before the name of its module."""

_LIBRARY: Final = "orthoweave"
# what every model stands on, even one that is defined in a session
_CONTRACT: Final = "orthoweave.models.base"


def module_of(model: Model[Any, Any]) -> str:
    """Return the name of the module that defines a model."""
    return type(model).__module__


def code_digest(model: Model[Any, Any]) -> str:
    """Return the SHA-256 of a model's code; of its compiled class where no module has its source.

    The same code has the same digest wherever it is installed.
    """
    found = module_digest(module_of(model))
    if found:
        return found
    own = hashlib.sha256(module_digest(_CONTRACT).encode())
    for one in type(model).__mro__:
        if not module_digest(one.__module__):
            own.update(_compiled(one))
    return own.hexdigest()


@functools.cache
def module_digest(name: str) -> str:
    """Return the SHA-256 of a module's code, with all that it imports; empty without a source.

    Parameters
    ----------
    name
        Name of the module, such as ``orthoweave.models.cell_text.model``.
    """
    lines = [f"{key} {sha256}" for key, sha256 in sorted(module_sources(name).items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def module_sources(name: str) -> dict[str, str]:
    """Return the SHA-256 of a module and of all that it imports from this library or its own.

    Its own are the modules of the same package, or those beside it where it is in none; packages
    that are installed are those of others.
    """
    found: dict[str, str] = {}
    beside = _folder_of(name)
    waiting = [name]
    while waiting:
        for part in _with_parents(waiting.pop()):
            if part in found or not _is_own(part, name, beside):
                continue
            read = _read(part)
            if read is None:
                continue
            found[part] = read.sha256
            # the library's own door names nearly all of it, and runs none of that for a model
            if part != _LIBRARY:
                waiting += read.imports
    return found if name in found else {}


@dataclass(frozen=True, slots=True)
class _Read:
    """A source: its digest, and the names of all modules that it may import."""

    sha256: str
    imports: tuple[str, ...]


def forget() -> None:
    """Read all sources anew from now on, such as after one was edited."""
    module_digest.cache_clear()
    _read.cache_clear()


@functools.cache
def _read(module: str) -> _Read | None:
    source = _source(module)
    if source is None:
        return None
    return _Read(hashlib.sha256(source).hexdigest(), tuple(_imports(module, source)))


def _with_parents(module: str) -> Iterator[str]:
    """Yield a module and the packages that it lies in: an import runs these too."""
    parts = module.split(".")
    for number in range(1, len(parts) + 1):
        yield ".".join(parts[:number])


def _is_own(module: str, root: str, beside: Path | None) -> bool:
    top = module.partition(".")[0]
    if top in {_LIBRARY, root.partition(".")[0]}:
        return True
    return beside is not None and top not in sys.stdlib_module_names and _folder_of(top) == beside


def _folder_of(module: str) -> Path | None:
    """Return the folder that a top-level module lies in; None for one that is installed."""
    spec = _spec(module.partition(".")[0])
    if spec is None or spec.origin is None or not spec.has_location:
        return None
    folder = Path(spec.origin).resolve().parent
    if spec.submodule_search_locations is not None:
        folder = folder.parent
    installed = {Path(sysconfig.get_path(kind)).resolve() for kind in ("purelib", "platlib")}
    return None if folder in installed else folder


def _spec(module: str) -> ModuleSpec | None:
    """Find a module without importing it or its packages."""
    loaded = sys.modules.get(module)
    spec = getattr(loaded, "__spec__", None)
    if spec is not None:
        return spec
    places: Any = None
    parent = module.rpartition(".")[0]
    if parent:
        above = _spec(parent)
        if above is None or above.submodule_search_locations is None:
            return None
        places = list(above.submodule_search_locations)
    try:
        return PathFinder.find_spec(module, places)
    except (ImportError, ValueError):
        return None


def _source(module: str) -> bytes | None:
    """Return the source of a module; the file itself for one that is compiled; None without."""
    spec = _spec(module)
    if spec is None or spec.loader is None:
        return None
    try:
        text = getattr(spec.loader, "get_source", lambda _: None)(module)
    except (ImportError, SyntaxError, UnicodeDecodeError):
        text = None
    if text is not None:
        return str(text).encode()
    file = Path(spec.origin) if spec.has_location and spec.origin else None
    return file.read_bytes() if file is not None and file.is_file() else None


def _imports(module: str, source: bytes) -> list[str]:
    """Return the names of all modules that a source may import; some are names within modules."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    spec = _spec(module)
    is_package = spec is not None and spec.submodule_search_locations is not None
    package = module if is_package else module.rpartition(".")[0]
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            if base:
                # a name may be a module of the package or one of its values
                found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return found


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    try:
        return importlib.util.resolve_name("." * node.level + (node.module or ""), package)
    except ImportError:
        return ""


def _compiled(one: type) -> bytes:
    """Return the instructions of a class's functions, and the values that they name."""
    parts = [one.__qualname__.encode()]
    for key, value in sorted(vars(one).items()):
        code = getattr(getattr(value, "__func__", value), "__code__", None)
        if isinstance(code, CodeType):
            parts += [key.encode(), *_instructions(code)]
    return b"\n".join(parts)


def _instructions(code: CodeType) -> Iterator[bytes]:
    yield code.co_code
    yield " ".join(code.co_names).encode()
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from _instructions(value)
        else:
            yield repr(value).encode()
