"""The size that a chunk of a zarr array unpacks to, found without unpacking it in memory."""

import struct
import zlib
from pathlib import Path
from typing import Final

_HEADER: Final = 18
_BLOSC_HEADER: Final = 16
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
# deflate keeps no size: it is counted, some of it at a time, and no further than this
_PART: Final = 1 << 20
_MOST: Final = 2**31
_ANY_HEADER: Final = zlib.MAX_WBITS | 32


def unpacked_size(path: Path, stored: int, codec: str) -> int | None:
    """Return the bytes that a decoder would make of a chunk; None if the file does not say so.

    Parameters
    ----------
    stored
        Size of the file.
    codec
        The outermost codec that changes the size.
    """
    with path.open("rb") as stream:
        start = stream.read(_HEADER)
    if codec == "blosc" and len(start) >= _BLOSC_HEADER:
        return int(struct.unpack_from("<I", start, 4)[0])
    if codec == "lz4" and len(start) >= 4:
        return int(struct.unpack_from("<I", start)[0])
    if codec == "zstd":
        return _zstd_size(start)
    if codec in {"gzip", "zlib"}:
        return _inflated_size(path)
    return stored if codec == "" else None


def _inflated_size(path: Path) -> int | None:
    unpacker, size = zlib.decompressobj(_ANY_HEADER), 0
    try:
        with path.open("rb") as stream:
            rest = stream.read(_PART)
            while rest and size < _MOST and not unpacker.eof:
                size += len(unpacker.decompress(rest, _PART))
                rest = unpacker.unconsumed_tail or stream.read(_PART)
    except zlib.error:
        return None
    return size


def _zstd_size(start: bytes) -> int | None:
    """Return the size in the header of a Zstandard frame (RFC 8878, section 3.1.1.1)."""
    if not start.startswith(_ZSTD_MAGIC) or len(start) < 6:
        return None
    descriptor = start[4]
    single, width = descriptor >> 5 & 1, (0, 2, 4, 8)[descriptor >> 6]
    if width == 0 and single:
        width = 1
    place = 5 + (0 if single else 1) + (0, 1, 2, 4)[descriptor & 3]
    field = start[place : place + width]
    if not field or len(field) < width:
        return None
    # of two bytes the sizes below 256 are left out
    return int.from_bytes(field, "little") + (256 if width == 2 else 0)
