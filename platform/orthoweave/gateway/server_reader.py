"""Statements that users write for a server, run in a process that can be ended.

The server limits the time and memory of a statement on its side, but not the memory of the answer
on ours: a single list may have a thousand million elements. So a process with a memory limit
receives the answer, and is ended when time is up. It gets the login through its input. It may read
files and connect, and neither write files nor start programs.
"""

import json
import os
import sys
from typing import Any, Final

from orthoweave.gateway.inbox import Opened
from orthoweave.gateway.limits import Question
from orthoweave.gateway.reader import SandboxedReader
from orthoweave.gateway.worker import serve, warm_up
from orthoweave.sandbox.allowed import networking
from orthoweave.sandbox.limits import SandboxLimits, forbid_growth
from orthoweave.sandbox.seccomp import allow_only, seccomp_available
from orthoweave.stores.base import CypherStore, Rows
from orthoweave.stores.open import take_over

_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")


class ServerReader(SandboxedReader):
    """A process that answers questions on the graph of a server."""

    def __init__(
        self, store: CypherStore, sandbox: SandboxLimits | None = None, *, low: bool = False
    ) -> None:
        login = {
            "store": store.handover(),
            "certificates": {
                name: os.environ[name] for name in _CERTIFICATES if name in os.environ
            },
        }
        self._set_up(__name__, [], sandbox, json.dumps(login).encode() + b"\n", low=low)


def main(arguments: list[str]) -> None:
    """Log in as the first line of input says, and answer questions until the input ends."""
    sandbox = SandboxLimits(**json.loads(arguments[0]))
    serve(lambda: _open_limited(json.loads(sys.stdin.buffer.readline()), sandbox), sandbox)


def _open_limited(login: dict[str, Any], sandbox: SandboxLimits) -> Opened:
    os.environ.update(login["certificates"])
    store = take_over(login["store"])

    def read(question: Question) -> Rows:
        return store.query(
            question.text,
            question.parameters,
            timeout_s=question.timeout_s,
            row_limit=question.row_limit,
        )

    warm_up(read)
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as memory:  # noqa: PTH123
            pages = int(memory.read().split()[0])
        forbid_growth(sandbox, pages * os.sysconf("SC_PAGE_SIZE"))
    if seccomp_available():
        # it keeps its connection, and may have to make another
        allow_only(networking)
    return Opened(read)


if __name__ == "__main__":
    main(sys.argv[1:])
