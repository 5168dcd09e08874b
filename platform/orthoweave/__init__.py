"""Species, genes and cells woven into one graph that can be asked questions.

>>> import orthoweave as ow
>>> ow.__version__.count(".")
2
"""

import importlib
from typing import TYPE_CHECKING, Any

from orthoweave.errors import (
    AmbiguousNameError,
    BuildError,
    FormatError,
    HostileFileError,
    InputError,
    IntegrityError,
    LockedError,
    MissingExtraError,
    MissingParameterError,
    OrthoweaveError,
    QueryBusyError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    ScaleError,
    StoreUnavailableError,
    UnknownNameError,
    UsageError,
)
from orthoweave.version import __version__ as __version__

if TYPE_CHECKING:
    from pathlib import Path

    from orthoweave.knowledge_base import KnowledgeBase
    from orthoweave.questions.answer import Answer
    from orthoweave.views.requests import (
        BatchesRequest,
        ExpressionRequest,
        HypergraphRequest,
        NetworkRequest,
        OrthologyRequest,
        VectorRequest,
    )

__all__ = [
    "AmbiguousNameError",
    "Answer",
    "BatchesRequest",
    "BuildError",
    "ExpressionRequest",
    "FormatError",
    "HostileFileError",
    "HypergraphRequest",
    "InputError",
    "IntegrityError",
    "KnowledgeBase",
    "LockedError",
    "MissingExtraError",
    "MissingParameterError",
    "NetworkRequest",
    "OrthologyRequest",
    "OrthoweaveError",
    "QueryBusyError",
    "QueryError",
    "QueryRefusedError",
    "QueryTimeoutError",
    "ScaleError",
    "StoreUnavailableError",
    "UnknownNameError",
    "UsageError",
    "VectorRequest",
    "__version__",
    "open",
]

# imported when they are first used: they bring numpy and Arrow with them
_LATE = {
    "Answer": "orthoweave.questions.answer",
    "KnowledgeBase": "orthoweave.knowledge_base",
    "BatchesRequest": "orthoweave.views.requests",
    "ExpressionRequest": "orthoweave.views.requests",
    "HypergraphRequest": "orthoweave.views.requests",
    "NetworkRequest": "orthoweave.views.requests",
    "OrthologyRequest": "orthoweave.views.requests",
    "VectorRequest": "orthoweave.views.requests",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        message = f"module 'orthoweave' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(importlib.import_module(_LATE[name]), name)


def open(  # noqa: A001 - read as orthoweave.open
    kb: "str | Path | None" = None, *, store: str | None = None
) -> "KnowledgeBase":
    """Open the published build of a knowledge base for asking.

    Parameters
    ----------
    kb
        Its folder; by default ``$ORTHOWEAVE_KB``, then ``./kb``.
    store
        Address of the Neo4j server that holds its graph, such as ``bolt://127.0.0.1:7687``; by
        default ``$ORTHOWEAVE_STORE``, then the graph in the folder.

    Raises
    ------
    UnknownNameError
        If there is no knowledge base, or nothing is published in it.
    IntegrityError
        If its files are damaged, or the server holds another build.
    StoreUnavailableError
        If the server does not answer, or refuses the login.
    """
    from orthoweave.opening import open_knowledge_base

    return open_knowledge_base(kb, store=store)
