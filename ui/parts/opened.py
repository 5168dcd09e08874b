"""The published build behind the screens: one handle for all visitors, opened once."""

import atexit
from functools import lru_cache
from threading import Lock
from typing import Final
from weakref import WeakSet

from orthoweave.queries.changes import published_build
from orthoweave.queries.knowledge_base import KnowledgeBase, open_knowledge_base
from orthoweave.settings import read_settings

_ONE_AT_A_TIME: Final = Lock()
_OPEN: Final[WeakSet[KnowledgeBase]] = WeakSet()


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


@atexit.register
def close() -> None:
    """Let go of all that was opened, with the processes that answer free questions."""
    for kb in list(_OPEN):
        kb.close()
    _opened.cache_clear()


@lru_cache(maxsize=2)
def _opened(folder: str, build: str) -> KnowledgeBase:
    kb = open_knowledge_base(folder)
    _OPEN.add(kb)
    return kb
