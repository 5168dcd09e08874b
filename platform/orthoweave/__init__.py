"""Species, genes and cells woven into one graph that can be asked questions.

>>> import orthoweave as ow
>>> ow.__version__.count(".")
2
"""

from typing import TYPE_CHECKING

from orthoweave.errors import (
    AmbiguousNameError,
    BuildError,
    InputError,
    IntegrityError,
    MissingExtraError,
    OrthoweaveError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    StoreUnavailableError,
    UnknownNameError,
    UsageError,
)
from orthoweave.version import __version__ as __version__

if TYPE_CHECKING:
    from pathlib import Path

    from orthoweave.knowledge_base import KnowledgeBase

__all__ = [
    "AmbiguousNameError",
    "BuildError",
    "InputError",
    "IntegrityError",
    "MissingExtraError",
    "OrthoweaveError",
    "QueryError",
    "QueryRefusedError",
    "QueryTimeoutError",
    "StoreUnavailableError",
    "UnknownNameError",
    "UsageError",
    "__version__",
    "open",
]


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
