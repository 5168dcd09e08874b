"""Runs questions that users wrote on a server in a process of their own, which may be ended.

The server limits the time and memory of a statement there, but not what its answer takes here: a
single list may have a thousand million elements. So the answer is taken in by a process with a
limit of memory, which is ended when its time is up. The login goes to it through its input.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from orthoweave.queries.sandbox import Cage, forbid_growth
from orthoweave.queries.worker import LockedReader, Question, serve, warm_up
from orthoweave.stores.base import Rows
from orthoweave.stores.neo4j import Neo4jStore
from orthoweave.stores.neo4j_access import Access
from orthoweave.stores.neo4j_marker import Marker

_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")


class ServerReader(LockedReader):
    """A process that answers questions on the graph of a server, started at the first one."""

    def __init__(self, store: Neo4jStore, cage: Cage | None = None) -> None:
        self._cage = cage or Cage()
        login = {
            "access": asdict(store.access),
            "marker": None if store.marker is None else asdict(store.marker),
            "certificates": {
                name: os.environ[name] for name in _CERTIFICATES if name in os.environ
            },
        }
        self._start_with(__name__, [], json.dumps(login).encode() + b"\n")


def main(arguments: list[str]) -> None:
    """Log in as the first line of the input says, and answer questions until it ends."""
    cage = Cage(**json.loads(arguments[0]))
    serve(lambda: _open_limited(json.loads(sys.stdin.buffer.readline()), cage))


def _open_limited(login: dict[str, Any], cage: Cage) -> Callable[[Question], Rows]:
    os.environ.update(login["certificates"])
    store = Neo4jStore.connect(Access(**login["access"]))
    if login["marker"] is not None:
        store.marker = Marker(**login["marker"])

    def read(question: Question) -> Rows:
        return store.query(
            question.text, question.parameters, timeout_s=question.timeout_s,
            row_limit=question.row_limit,
        )  # fmt: skip

    warm_up(read)
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as memory:  # noqa: PTH123
            pages = int(memory.read().split()[0])
        forbid_growth(cage, pages * os.sysconf("SC_PAGE_SIZE"))
    return read


if __name__ == "__main__":
    main(sys.argv[1:])
