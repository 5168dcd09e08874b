"""Points at which a test can make the platform fail: no space, an I/O error, or a kill.

Nothing happens unless the environment variable ``ORTHOWEAVE_TEST_FAULT`` is set, which only tests
do: ``17:ENOSPC`` fails the 17th point that is passed, ``publish:SIGKILL`` ends the process at the
first point of that name.
"""

import errno
import itertools
import os
import signal
from typing import Final

VARIABLE: Final = "ORTHOWEAVE_TEST_FAULT"
_passed = itertools.count(1)


def fault_point(name: str) -> None:
    """Fail here if a test asked for it.

    Raises
    ------
    OSError
        With the error number that the test named.
    """
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    where, _, what = wanted.partition(":")
    if where not in (name, str(next(_passed))):
        return
    if what == "SIGKILL":
        os.kill(os.getpid(), signal.SIGKILL)
    number = getattr(errno, what)
    raise OSError(number, f"{os.strerror(number)} (asked for by a test)", name)


def passed_points() -> int:
    """Return the number of points passed so far in this process, and reset it."""
    global _passed  # noqa: PLW0603 - a counter of the process, for tests alone
    count = next(_passed) - 1
    _passed = itertools.count(1)
    return count
