"""Read the views that a model requests from a published build."""

from collections.abc import Mapping

from orthoweave.errors import PluginError
from orthoweave.progress import Progress
from orthoweave.storage.published import Published
from orthoweave.views.reading.kinds import find_kind
from orthoweave.views.requests import View, ViewRequest, Views


def read_view(published: Published, request: ViewRequest) -> View:
    """Read the view that a request describes.

    Raises
    ------
    UsageError, UnknownNameError, InputError
        If the request cannot be met; the message says why.
    PluginError
        If the package that declares the kind of view does not read it.
    """
    kind = find_kind(request)
    found: View = kind.read(published, request)
    if not isinstance(found, kind.view):
        message = (
            f"the reader of the kind of view {request.kind!r} returned a "
            f"{type(found).__name__}: expected a {kind.view.__name__}. Mend its package"
        )
        raise PluginError(message)
    return found


def read_views(
    published: Published, requests: Mapping[str, ViewRequest], progress: Progress
) -> Views:
    """Read views by the names of their requests."""
    with progress.task("Views", len(requests)) as task:
        found = {}
        for name, request in requests.items():
            found[name] = read_view(published, request)
            task.advance()
    return Views(found)
