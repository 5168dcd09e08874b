"""Checks that files are what they were when they were written.

A data file is read in full when it is first used and compared with the SHA-256 that was recorded
for it. A text file that describes others is sealed: it carries its format and its own digest.
"""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from orthoweave.errors import FormatError, IntegrityError
from orthoweave.printable import printable
from orthoweave.storage.durable import file_digest, text_digest
from orthoweave.version import VERSION

FORMAT: Final = 2
"""Format of a knowledge base's files; the first had neither a number nor seals."""
READ_BY: Final = "0.1.0"
"""First version of orthoweave that reads this format."""
REPAIR: Final = "`orthoweave verify` lists what is damaged, `orthoweave repair` makes it again"

_SEAL: Final = "sha256"


class Checks:
    """The files that were found whole: each is read in full once. Safe from several threads."""

    def __init__(self) -> None:
        self._whole: set[tuple[str, int, int, int, int, str]] = set()
        self._lock = threading.Lock()

    def require(self, path: Path, sha256: str) -> Path:
        """Return `path` if its content has that SHA-256.

        Raises
        ------
        IntegrityError
            If the file is missing or has another content.
        """
        try:
            about = path.stat()
        except FileNotFoundError as error:
            message = f"{str(path)!r} is missing: {REPAIR}"
            raise IntegrityError(message) from error
        key = (str(path), about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, sha256)
        with self._lock:
            if key in self._whole:
                return path
        found = file_digest(path)
        if found != sha256:
            message = (
                f"{str(path)!r} is damaged: expected SHA-256 {sha256[:12]}…, found "
                f"{found[:12]}…. {REPAIR}"
            )
            raise IntegrityError(message)
        with self._lock:
            self._whole.add(key)
        return path


def mark() -> dict[str, Any]:
    """Return what each description says of its format: its number, and who reads it."""
    return {"format": FORMAT, "read_by": READ_BY}


def require_known(path: Path, about: Mapping[str, Any]) -> None:
    """Check that a file's format is not a newer one.

    Parameters
    ----------
    about
        What the file says of its format; nothing in the first format.

    Raises
    ------
    FormatError
        Naming the format, and the version of orthoweave that reads it.
    """
    number = about.get("format", 1)
    if isinstance(number, int) and number > FORMAT:
        wanted = printable(str(about.get("read_by") or "")) or "a newer version"
        message = (
            f"{str(path)!r} has format {number}, which orthoweave {wanted} reads; this is "
            f"orthoweave {VERSION}, which reads formats up to {FORMAT}. Nothing was changed: "
            "install that version"
        )
        raise FormatError(message)


def sealed(content: Mapping[str, Any]) -> str:
    """Return `content` as JSON with the format and a digest of all else."""
    whole = json.loads(json.dumps({**content, **mark()}))
    return json.dumps({**whole, _SEAL: _digest(whole)}, indent=1, sort_keys=True)


def format_of(path: Path) -> int:
    """Return the number of a sealed file's format; see `read_sealed` for what it raises."""
    return int(_read(path).get("format", 1))


def read_sealed(path: Path) -> dict[str, Any]:
    """Return the content of a sealed file, without its format and digest.

    Raises
    ------
    IntegrityError
        If the file is missing, is not JSON, or is not what was sealed.
    FormatError
        If it was written by a newer orthoweave.
    """
    raw = _read(path)
    for name in mark():
        raw.pop(name, None)
    return raw


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        message = f"{str(path)!r} cannot be read ({error}): {REPAIR}"
        raise IntegrityError(message) from error
    if not isinstance(raw, dict):
        message = f"{str(path)!r} is damaged: expected a JSON object. {REPAIR}"
        raise IntegrityError(message)
    found = raw.pop(_SEAL, None)
    number = raw.get("format")
    if found == _digest(raw):
        require_known(path, raw)
    # files of the first format have no seal
    if (number is not None or found is not None) and found != _digest(raw):
        message = f"{str(path)!r} is damaged: its content is not what its digest says. {REPAIR}"
        raise IntegrityError(message)
    return raw


def _digest(content: Mapping[str, Any]) -> str:
    return text_digest(json.dumps(content, sort_keys=True))
