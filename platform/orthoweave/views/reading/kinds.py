"""Kinds of views: a request, what it gives, its reader, and the sources behind it.

Ours and those of other packages are declared alike, as entry points of the group
``orthoweave.views`` whose names are those of `ViewRequest.kind`. A kind is imported when a view of
it is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from orthoweave.errors import PluginError, UsageError
from orthoweave.plugins import declared, load
from orthoweave.storage.published import Published
from orthoweave.views.reading.plain import PLAIN, ViewFiles
from orthoweave.views.requests import View, ViewRequest

R = TypeVar("R", bound=ViewRequest)
V = TypeVar("V", bound=View)


@dataclass(frozen=True, slots=True)
class Behind:
    """The origin of a view: by it a run can tell that it is out of date, and its licences."""

    datasets: tuple[str, ...] = ()
    """Datasets whose cells or values are read."""
    tables: tuple[str, ...] = ()
    """Tables of which the rows of all sources count."""
    spaces: tuple[str, ...] = ()
    """Spaces of vectors."""
    named: tuple[str, ...] = ()
    """Tables whose sources are named with their licences, and do not make a run out of date."""


@dataclass(frozen=True, slots=True)
class ViewKind(Generic[R, V]):
    """A kind of view."""

    request: type[R]
    view: type[V]
    read: Callable[[Published, R], V]
    behind: Callable[[R], Behind]
    files: ViewFiles[V] = PLAIN
    """Its form as plain files; the default suits dataclasses of arrays, texts and numbers."""


def find_kind(request: ViewRequest) -> ViewKind[Any, Any]:
    """Return the kind of view that a request asks for.

    Raises
    ------
    UsageError
        If it is not a request, or no package declares its kind.
    PluginError
        If the package that declares it does not provide it.
    """
    name = getattr(type(request), "kind", None)
    if not isinstance(request, ViewRequest) or not isinstance(name, str):
        message = f"{request!r} is not a request for a view: expected one of a class derived from "
        raise UsageError(message + "orthoweave.views.requests.ViewRequest, with its kind")
    known = declared("views")
    if name not in known:
        message = (
            f"no kind of view {name!r}, for {request!r}: expected one of "
            f"{', '.join(known) or 'none'}. Install the package that declares it"
        )
        raise UsageError(message)
    made = load("views", name)
    if not (isinstance(made, ViewKind) and isinstance(request, made.request)):
        message = (
            f"{made!r} is declared as the kind of view {name!r}: expected a ViewKind whose request "
            f"is {type(request).__name__}"
        )
        raise PluginError(message)
    return made
