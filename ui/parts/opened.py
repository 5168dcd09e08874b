"""The published build behind the screens, opened once for all visitors."""

import atexit
from functools import lru_cache
from threading import Lock
from typing import Final
from weakref import WeakSet

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.questions.changes import published_build
from orthoweave.settings import read_settings

_ONE_AT_A_TIME: Final = Lock()
_OPEN: Final[WeakSet[KnowledgeBase]] = WeakSet()


def published() -> KnowledgeBase:
    """Return the published build, opened; a newer one is opened as soon as it is published.

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
    """Close every build that was opened, and end its sandboxed processes."""
    for kb in list(_OPEN):
        kb.close()
    _opened.cache_clear()


@lru_cache(maxsize=2)
def _opened(folder: str, build: str) -> KnowledgeBase:
    kb = open_knowledge_base(folder)
    _OPEN.add(kb)
    kb.gateway.prepare()
    return kb
