"""Extensions from other packages, found by entry points.

Jobs, models, kinds of views, text encoders, graph stores, species, tables of the graph schema and
browser pages.

What ships with the project and is part of the package is declared in the same way, in
``pyproject.toml``. Nothing is imported before it is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Final, Literal

from orthoweave.errors import PluginError

Group = Literal["jobs", "models", "encoders", "stores", "species", "schemas", "pages", "views"]
_PREFIX: Final = "orthoweave."
# what one of a group is called in messages, where that is not its name without the s
_ONE: Final = {"views": "kind of view"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the browser: a script of Streamlit that other packages bring along."""

    path: Path
    """The script, such as ``Path(__file__).with_name("page.py")``."""
    title: str
    icon: str = ":material/extension:"
    """Name of a Material icon, as Streamlit writes it."""


@cache
def declared(group: Group) -> Mapping[str, EntryPoint]:
    """Return what all installed packages declare in a group, by name, sorted.

    Raises
    ------
    PluginError
        If two packages declare one name.
    """
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=_PREFIX + group), key=lambda entry: entry.name):
        other = found.setdefault(entry.name, entry)
        if other.value != entry.value:
            message = (
                f"two packages declare {entry.name!r} among the {group}: {_package(other)} and "
                f"{_package(entry)}. Remove one of them"
            )
            raise PluginError(message)
    return found


def load(group: Group, name: str) -> object:
    """Import what a name in a group stands for.

    Raises
    ------
    PluginError
        If the package that declares it fails to give it.
    KeyError
        If no package declares it.
    """
    entry = declared(group)[name]
    try:
        return entry.load()
    except Exception as error:
        what = _ONE.get(group, group[:-1])
        message = (
            f"{entry.value} of package {_package(entry)} cannot be loaded as {what} {name!r} "
            f"({type(error).__name__}: {error}): mend that package or remove it"
        )
        raise PluginError(message) from error


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else "?"
