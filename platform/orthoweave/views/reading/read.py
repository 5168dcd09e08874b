"""Read the views that a model requests from a published build."""

from collections.abc import Mapping

from orthoweave.errors import UsageError
from orthoweave.progress import Progress
from orthoweave.storage.published import Published
from orthoweave.views.reading.coexpression import read_network
from orthoweave.views.reading.expression import read_expression, read_hypergraph
from orthoweave.views.reading.ontology import read_ontology
from orthoweave.views.reading.orthology import read_orthology
from orthoweave.views.reading.vectors import read_vectors
from orthoweave.views.requests import (
    ExpressionRequest,
    HypergraphRequest,
    NetworkRequest,
    OntologyRequest,
    OrthologyRequest,
    VectorRequest,
    View,
    ViewRequest,
    Views,
)


def read_view(published: Published, request: ViewRequest) -> View:
    """Read the view that a request describes.

    Raises
    ------
    UsageError, UnknownNameError, InputError
        If the request cannot be met; the message says why.
    """
    match request:
        case ExpressionRequest():
            return read_expression(published, request)
        case HypergraphRequest():
            return read_hypergraph(published, request)
        case OrthologyRequest():
            return read_orthology(published, request)
        case NetworkRequest():
            return read_network(published, request)
        case VectorRequest():
            return read_vectors(published, request)
        case OntologyRequest():
            return read_ontology(published, request)
    message = f"{request!r} is not a request for a view"
    raise UsageError(message)


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
