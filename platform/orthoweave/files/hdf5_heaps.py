"""Refuse HDF5 files whose heaps of texts the HDF5 library would read without end.

Texts of any length lie in global heaps: a header of 16 bytes, then objects, each with a number, a
size and its bytes. The library goes from object to object by their sizes and does not check that it
moves on: a few bytes that are zero keep it busy for ever, deaf to Ctrl-C. The layout is that of the
HDF5 File Format Specification 3.0, section III.E, with lengths of eight bytes.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from orthoweave.errors import InputError

_MARK: Final = b"GCOL"
_BLOCK: Final = 1 << 22
_HEADER: Final = struct.Struct("<4sB3xQ")
_OBJECT: Final = struct.Struct("<HHxxxxQ")
_SIZE: Final = 16
_VERSION: Final = 1
_LEAST: Final = 4096
"""Bytes of the smallest heap that the library writes."""


def check_heaps(path: Path) -> None:
    """Refuse a file with a heap whose objects do not follow each other to its end.

    Raises
    ------
    InputError
        If there is one; the message says where.
    """
    with path.open("rb") as file:
        length = path.stat().st_size
        for place in _marks(file):
            heap = _heap(file, place, length)
            if heap is not None and not _ends(heap):
                message = (
                    f"{path} is damaged: in its heap of texts at byte {place:,}, expected objects "
                    "that follow each other to its end, found a size that leads nowhere, which "
                    "HDF5 would read without end. Fetch the file again, or write it again where "
                    "it was made"
                )
                raise InputError(message)


def _marks(file: BinaryIO) -> Iterator[int]:
    """Yield the places of the mark of heaps, also where other data look like it."""
    start, kept = 0, b""
    while block := file.read(_BLOCK):
        content = kept + block
        at = content.find(_MARK)
        while at >= 0:
            yield start - len(kept) + at
            at = content.find(_MARK, at + 1)
        start += len(block)
        kept = content[1 - len(_MARK) :]
        # whoever takes the marks reads elsewhere in the file meanwhile
        file.seek(start)


def _heap(file: BinaryIO, place: int, length: int) -> bytes | None:
    """Return the objects of the heap at a place; None if there is another thing."""
    file.seek(place)
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size or header[5:8] != bytes(3):
        return None
    _, version, size = _HEADER.unpack(header)
    if version != _VERSION or not _LEAST <= size <= length - place:
        return None
    return file.read(size - _HEADER.size)


def _ends(heap: bytes) -> bool:
    """Return whether each object leads to one behind it, until the heap ends."""
    at = 0
    while at + _SIZE <= len(heap):
        number, _, size = _OBJECT.unpack_from(heap, at)
        # free space has the number 0, and its size includes its header
        needed = size if number == 0 else _SIZE + (size + 7) // 8 * 8
        if not 0 < needed <= len(heap) - at:
            return False
        at += needed
    return True
