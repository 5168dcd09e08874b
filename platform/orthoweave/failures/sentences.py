"""One sentence for each way in which the system fails a program: no space, no permission, …."""

import errno
import os
from collections.abc import Iterator
from typing import Final

_FREE_SOME: Final = (
    " {where}: free some space, or write elsewhere. A result appears whole or not at all, so "
    "nothing is half-written; temporary files go to $TMPDIR"
)
_NO_SPACE: Final = f"there is no space left{_FREE_SOME}"
_OF_ERRORS: Final = {
    errno.ENOSPC: _NO_SPACE,
    errno.EDQUOT: f"the quota is used up{_FREE_SOME}",
    errno.EFBIG: "the file would be too large {where}: raise `ulimit -f`, or write elsewhere",
    errno.EACCES: "permission denied {where}: change its permissions, or name another place",
    errno.EPERM: "the system does not permit this {where}: change its permissions, or name another",
    errno.EROFS: "the file system is read-only {where}: name another place, such as by --output",
    errno.EMFILE: "too many files are open {where}: raise the limit with `ulimit -n 4096`",
    errno.ENFILE: "the system has too many open files {where}: end other programs",
    errno.ENOMEM: "there is not enough memory {where}: end other programs, or give it less data",
    errno.EIO: "the disk or network file system fails {where}: check it, then try again",
    errno.ESTALE: "the network file system lost the file {where}: mount it again",
    errno.ENAMETOOLONG: "the name is too long for the file system {where}: give a shorter one",
    errno.ELOOP: "symbolic links lead round in a circle {where}: remove them",
}
_MEMORY: Final = (
    "there is not enough memory: expected room for the data, and the system gave no more. Give it "
    "fewer or smaller inputs, end other programs, or use a larger machine"
)


def explain(error: BaseException) -> str | None:
    """Return a sentence on a failure that the system caused; None for any other.

    Examples
    --------
    >>> explain(PermissionError(13, "Permission denied", "kb"))
    "permission denied at 'kb': change its permissions, or name another place"
    """
    if isinstance(error, UnicodeEncodeError):
        return _undecodable(error)
    for one in _chain(error):
        if isinstance(one, MemoryError):
            return _MEMORY
        if isinstance(one, OSError) and (sentence := _of_system(one)) is not None:
            return sentence
        # engines report a full disk in words
        if os.strerror(errno.ENOSPC) in str(one) or "disk is full" in str(one):
            return _NO_SPACE.format(where="on the disk")
    return None


def _of_system(error: OSError) -> str | None:
    if error.errno is None:
        return None
    if error.errno == errno.EBADF and error.filename is None:
        return "standard output is closed: leave it open, or name a file by --output"
    where = "for standard output or a file" if error.filename is None else f"at {error.filename!r}"
    known = _OF_ERRORS.get(error.errno)
    if known is not None:
        return known.format(where=where)
    # a file that vanished or changed its kind meanwhile, or a name that no reader checks
    named = error.filename is not None
    return f"{error.filename!r}: {os.strerror(error.errno)}: check this path" if named else None


def _undecodable(error: UnicodeEncodeError) -> str | None:
    """Return a sentence on bytes of an argument or a name that are not text in UTF-8."""
    part = error.object[error.start : error.end]
    if not all("\ud800" <= letter <= "\udfff" for letter in part):
        return None
    return (
        f"{error.object[:80]!r} holds bytes that are not UTF-8: expected text or a name in UTF-8. "
        "Write it so, or rename the file"
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes, each once."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
