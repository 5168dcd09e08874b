"""Unpacks a gzipped file to a temporary one, for formats that have to be read at random places."""

import gzip
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files.h5ad_guard import MAXIMUM_RATIO, RATIO_FLOOR_BYTES

_PART: Final = 4 * 2**20


def unpack_gzip(path: Path) -> Path:
    """Unpack a file to the folder for temporary files (``TMPDIR``); delete it after use.

    Raises
    ------
    InputError
        If the stream is truncated or damaged, or the disk is full.
    HostileFileError
        If it grows out of proportion.
    """
    handle, name = tempfile.mkstemp(prefix="orthoweave-", suffix=".unpacked")
    try:
        with os.fdopen(handle, "wb") as target:
            for part in _parts(path):
                target.write(part)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        Path(name).unlink()
        message = f"{path}: expected a whole gzip stream ({error}): it is damaged, fetch it again"
        raise InputError(message) from error
    except OSError as error:
        Path(name).unlink()
        message = (
            f"{path} could not be unpacked in {tempfile.gettempdir()} ({error.strerror}): make "
            "room there, name another folder with TMPDIR, or unpack it with gunzip"
        )
        raise InputError(message) from error
    except BaseException:
        Path(name).unlink()
        raise
    return Path(name)


def _parts(path: Path) -> Iterator[bytes]:
    limit, read = max(RATIO_FLOOR_BYTES, MAXIMUM_RATIO * path.stat().st_size), 0
    with gzip.open(path) as packed:
        while part := packed.read(_PART):
            read += len(part)
            if read > limit:
                message = (
                    f"{path} unpacks to more than {limit:,} bytes, expected at most "
                    f"{MAXIMUM_RATIO} times its size: refused as a decompression bomb"
                )
                raise HostileFileError(message)
            yield part
