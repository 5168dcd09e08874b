"""Species, genes and cells woven into one graph that can be asked questions.

>>> import orthoweave as ow
>>> ow.__version__.count(".")
2
"""

from typing import TYPE_CHECKING

from orthoweave.version import __version__ as __version__

if TYPE_CHECKING:
    from pathlib import Path

    from orthoweave.queries.knowledge_base import KnowledgeBase

__all__ = ["__version__", "open"]


def open(kb: "str | Path | None" = None) -> "KnowledgeBase":  # noqa: A001 - read as orthoweave.open
    """Open the published build of a knowledge base for asking.

    Parameters
    ----------
    kb
        Its folder; by default ``$ORTHOWEAVE_KB``, then ``./kb``.

    Raises
    ------
    UnknownNameError
        If there is no knowledge base, or nothing is published in it.
    """
    from orthoweave.queries.knowledge_base import open_knowledge_base

    return open_knowledge_base(kb)
