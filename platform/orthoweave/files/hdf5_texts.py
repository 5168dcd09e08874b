"""Count the text that an HDF5 dataset would hold in memory, from its references.

Texts of variable length lie in a heap, and the dataset holds references with their lengths. Many
references can name one text: a hundred kilobytes become gigabytes. The references are read here as
they are stored, without the texts.
"""

import zlib
from collections.abc import Iterator
from typing import Any, Final

import h5py
import numpy as np

# length in 4 bytes, address in 8, number in 4
_REFERENCE: Final = 16
_DEFLATE, _SHUFFLE, _CHECKSUM = 1, 2, 3
_CHECKSUM_BYTES: Final = 4
# texts read at a time where the references cannot be
_BLOCK: Final = 4096


def text_bytes(dataset: h5py.Dataset, limit: int) -> int:
    """Return the bytes of all texts and lists of variable length, or more than `limit`."""
    kind = dataset.dtype
    base = h5py.check_vlen_dtype(kind)
    is_text = h5py.check_string_dtype(kind) is not None and kind.kind == "O"
    if not dataset.size or (base is None and not is_text):
        return 0
    width = 1 if is_text else np.dtype(base).itemsize
    total = 0
    try:
        for references in _references(dataset):
            # the length is the first of four numbers of a reference
            total += width * int(references.view("<u4")[::4].sum(dtype=np.int64))
            if total > limit:
                return total
    except _CannotReadError:
        return _read_texts(dataset, width, limit)
    return total


class _CannotReadError(Exception):
    """References are stored in a form that is not read here."""


def _references(dataset: h5py.Dataset) -> Iterator[np.ndarray]:
    if dataset.chunks is None:
        offset = dataset.id.get_offset()
        if offset is None:  # within the description of the dataset, which is small
            raise _CannotReadError
        with open(dataset.file.filename, "rb") as stream:  # noqa: PTH123 - may be a name in bytes
            stream.seek(offset)
            yield _whole(stream.read(int(dataset.size) * _REFERENCE))
        return
    for number in range(dataset.id.get_num_chunks()):
        place = dataset.id.get_chunk_info(number).chunk_offset
        skipped, raw = dataset.id.read_direct_chunk(place)
        yield _whole(_unpacked(dataset, raw, skipped))


def _whole(content: bytes) -> np.ndarray:
    if len(content) % _REFERENCE:
        raise _CannotReadError
    return np.frombuffer(content, np.uint8)


def _unpacked(dataset: h5py.Dataset, raw: bytes, skipped: int) -> bytes:
    creation = dataset.id.get_create_plist()
    most = int(np.prod(dataset.chunks)) * _REFERENCE + _CHECKSUM_BYTES
    for number in reversed(range(creation.get_nfilters())):
        code = creation.get_filter(number)[0]
        if skipped >> number & 1:
            continue
        if code == _DEFLATE:
            try:
                raw = zlib.decompressobj().decompress(raw, most)
            except zlib.error as error:
                raise _CannotReadError from error
        elif code == _CHECKSUM:
            raw = raw[:-_CHECKSUM_BYTES]
        elif code == _SHUFFLE:
            raw = _whole(raw).reshape(_REFERENCE, -1).T.tobytes()
        else:
            raise _CannotReadError
    return raw


def _read_texts(dataset: h5py.Dataset, width: int, limit: int) -> int:
    """Count the texts by reading them, a few at a time."""
    total, flat = 0, dataset
    if len(dataset.shape) != 1:
        return sum(map(len, np.ravel(dataset[()]))) * width
    for start in range(0, len(flat), _BLOCK):
        values: Any = flat[start : start + _BLOCK]
        total += width * sum(map(len, values))
        if total > limit:
            break
    return total
