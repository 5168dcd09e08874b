"""Open the groups of our matrices in zarr; no other module of ours imports it to read them.

The root of a matrix lists the SHA-256 of all its other files, and the folder bears the digest of
the root. Each file is checked as it is read: a chunk that is missing is not read as zeros.
"""

import asyncio
import hashlib
import json
import os
import re
import warnings
from functools import cache
from pathlib import Path
from typing import Any, Final

from orthoweave.errors import InputError, IntegrityError
from orthoweave.storage.durable import file_digest
from orthoweave.storage.integrity import REPAIR, mark, require_known

ROOT_FILE: Final = "zarr.json"
CHECKSUMS: Final = "checksums"
"""Attribute of the root: SHA-256 by file, relative to the folder."""
FORMAT_MARK: Final = "orthoweave"
"""Attribute of the root: the format, and who reads it."""
NAME_DIGITS: Final = 12
"""Digits of the root's SHA-256 at the end of the folder's name."""

_NAMED: Final = re.compile(rf"-([0-9a-f]{{{NAME_DIGITS}}})\Z")


def import_zarr() -> Any:
    """Import zarr, without its warning that other languages may not know two of our codecs."""
    import zarr

    warnings.filterwarnings("ignore", message="Numcodecs codecs are not in the Zarr version 3")
    return zarr


def open_group(folder: Path) -> Any:
    """Open the group of a matrix to read it; what is read is checked.

    Raises
    ------
    InputError
        If there is none.
    IntegrityError
        If its root is not what was written. Reading raises the same for other files.
    """
    try:
        sums = read_checksums(folder)
        store = _checked_store()(folder, sums) if sums else folder
        return import_zarr().open_group(store, mode="r", use_consolidated=False)
    except (OSError, ValueError, KeyError) as error:
        message = f"{folder} does not hold an expression matrix ({error}): {REPAIR}"
        raise InputError(message) from error


def read_checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a matrix but its root; empty in the first format.

    The root itself is checked where the folder bears its digest, as all published matrices do.

    Raises
    ------
    IntegrityError
        If the root is not what was written.
    FormatError
        If a newer orthoweave wrote it.
    """
    root = folder / ROOT_FILE
    content = root.read_bytes()
    try:
        about = json.loads(content)["attributes"]
        sums = about.get(CHECKSUMS, {})
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _damaged(root) from error
    named = _NAMED.search(folder.name)
    if sums and named and hashlib.sha256(content).hexdigest()[:NAME_DIGITS] != named[1]:
        raise _damaged(root)
    require_known(root, about.get(FORMAT_MARK, {}))
    return dict(sums)


def write_checksums(folder: Path, sums: dict[str, str]) -> str:
    """List the SHA-256 of a matrix's files in its root, and return that of the root."""
    group = import_zarr().open_group(folder, mode="a", zarr_format=3)
    group.attrs.update({CHECKSUMS: dict(sorted(sums.items())), FORMAT_MARK: mark()})
    return file_digest(folder / ROOT_FILE)


def not_whole(folder: Path, error: Exception) -> InputError:
    """Return the error for a matrix of which a part is missing."""
    return InputError(f"{folder} does not hold a whole expression matrix ({error}): {REPAIR}")


def _damaged(path: Path) -> IntegrityError:
    return IntegrityError(f"{str(path)!r} is missing or damaged: {REPAIR}")


class CheckedFiles:
    """The files of a matrix, read without zarr; each is checked when it is first read.

    Safe from several threads.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sums = read_checksums(folder)
        self._whole: dict[str, tuple[int, ...]] = {}

    @property
    def known(self) -> bool:
        """True if chunks end in checksums; those of the first format do not."""
        return bool(self._sums)

    def read(self, name: str) -> bytes:
        """Return the content of the file with this name, relative to the folder.

        Raises
        ------
        IntegrityError
            If the file is missing or is not what was written.
        """
        path = self._folder / name
        try:
            with path.open("rb") as stream:
                about = os.fstat(stream.fileno())
                content = stream.read()
        except FileNotFoundError as error:
            raise _damaged(path) from error
        key = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
        if self._whole.get(name) != key:
            if hashlib.sha256(content).hexdigest() != self._sums.get(name):
                raise _damaged(path)
            self._whole[name] = key
        return content


@cache
def _checked_store() -> Any:
    """Class of a store that checks each file as it is read; made late: zarr imports slowly."""
    from zarr.storage import LocalStore, WrapperStore

    class CheckedStore(WrapperStore[LocalStore]):
        """A folder whose files have known checksums."""

        def __init__(self, folder: Path, sums: dict[str, str]) -> None:
            super().__init__(LocalStore(folder, read_only=True))
            self._sums = sums

        async def get(self, key: str, prototype: Any, byte_range: Any = None) -> Any:
            """Read a file in full, or a part of it after a check of the whole."""
            found = await self._store.get(key, prototype)
            expected = self._sums.get(key)
            if expected is not None and (
                found is None or await asyncio.to_thread(_sha256, found) != expected
            ):
                raise _damaged(self._store.root / key)
            if byte_range is None:
                return found
            return await self._store.get(key, prototype, byte_range)

    return CheckedStore


def _sha256(content: Any) -> str:
    return hashlib.sha256(content.as_buffer_like()).hexdigest()
