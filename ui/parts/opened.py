"""The published build behind the screens: one handle for all visitors, opened once."""

from functools import lru_cache
from threading import Lock
from typing import Final

from orthoweave.queries.changes import published_build
from orthoweave.queries.knowledge_base import KnowledgeBase, open_knowledge_base
from orthoweave.settings import read_settings

_ONE_AT_A_TIME: Final = Lock()


def published() -> KnowledgeBase:
    """Open the published build. A newer one is opened as soon as it is there.

    Raises
    ------
    UnknownNameError
        If there is no knowledge base, or nothing is published in it.
    """
    folder = read_settings().kb
    with _ONE_AT_A_TIME:
        return _opened(str(folder), published_build(folder))


@lru_cache(maxsize=2)
def _opened(folder: str, build: str) -> KnowledgeBase:
    return open_knowledge_base(folder)
