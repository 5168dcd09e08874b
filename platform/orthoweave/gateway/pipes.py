"""Messages between this process and a sandboxed one: lines to it, length-prefixed bytes back.

Neither direction waits beyond a deadline, whatever the other process does.
"""

import json
import os
import selectors
import struct
import subprocess
import time
from collections.abc import Callable, Mapping
from typing import IO, Any, Final

from orthoweave.gateway.limits import out_of_time

TICK_S: Final = 0.05
"""Seconds between two checks of a running question."""
TAKEN_BACK: Final = "taken back"
"""Answer of a process to a question that it was told to stop."""
LENGTH: Final = struct.Struct(">I")
"""Length of the head of an answer, which is JSON; the rows follow."""
_LONGEST_HEAD: Final = 1 << 20


def encoded(message: Mapping[str, object]) -> bytes:
    """Return a message as one line of JSON."""
    return json.dumps(message).encode() + b"\n"


class Exchange:
    """One message to a process and its answer, within a time limit.

    Parameters
    ----------
    limit_s
        Time limit in seconds, which the error names.
    grace_s
        Further seconds before the error.
    watch
        Called repeatedly while waiting for the answer.

    Raises
    ------
    QueryTimeoutError
        By all methods, if time is up.
    BrokenPipeError, EOFError
        By all methods, if the process has ended.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        limit_s: float,
        *,
        grace_s: float = 0.0,
        watch: Callable[[], None] | None = None,
    ) -> None:
        self._process = process
        self._limit_s = limit_s
        self._deadline = time.monotonic() + limit_s + grace_s
        self._watch = watch

    def send(self, line: bytes) -> None:
        """Send a line to the process."""
        stream = _open(self._process.stdin)
        os.set_blocking(stream.fileno(), False)
        left = memoryview(line)
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_WRITE)
            while left:
                self._wait(selector)
                left = left[os.write(stream.fileno(), left) :]

    def head(self) -> dict[str, Any]:
        """Return the head of the answer, which precedes the rows."""
        (size,) = LENGTH.unpack(self.read(LENGTH.size))
        if size > _LONGEST_HEAD:
            raise EOFError
        head: dict[str, Any] = json.loads(self.read(size))
        return head

    def read(self, size: int) -> bytearray:
        """Return exactly `size` bytes of the answer."""
        stream = _open(self._process.stdout)
        received, at = bytearray(size), 0
        view = memoryview(received)
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while at < size:
                self._wait(selector)
                count = os.readv(stream.fileno(), [view[at:]])
                if not count:
                    raise EOFError
                at += count
        return received

    def _wait(self, selector: selectors.BaseSelector) -> None:
        while True:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise out_of_time(self._limit_s)
            if selector.select(min(left, TICK_S) if self._watch else left):
                return
            if self._watch is not None:
                self._watch()


def send_at_once(process: subprocess.Popen[bytes], line: bytes) -> bool:
    """Send a short line without waiting; return whether the process took it."""
    stream = process.stdin
    if stream is None or stream.closed:
        return False
    try:
        os.set_blocking(stream.fileno(), False)
        # a pipe takes a short line completely or not at all
        return os.write(stream.fileno(), line) == len(line)
    except OSError:
        return False


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise EOFError
    return stream
