"""Check the structure of an HDF5 file before any reader touches its data.

HDF5 lets a file name other files to read from (external links, external storage, virtual
datasets), describe terabytes in a few kilobytes, and run filters from plug-ins. A matrix needs
none of this. Everything here is decided from metadata and from the lengths of texts; no value of
the file is read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import h5py

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files.hdf5_heaps import check_heaps
from orthoweave.files.hdf5_texts import text_bytes
from orthoweave.files.plain_files import check_plain

# a census-sized AnnData has some hundred objects; checking each of them takes time
MAXIMUM_OBJECTS: Final = 100_000
# HDF5 holds one whole chunk in memory to read a single value of it
MAXIMUM_CHUNK_BYTES: Final = 2**30
# deflate gives at most 1032 : 1 and real expression data rarely 30 : 1, so more is unallocated
# or made to explode; below the floor it does no harm, whatever the ratio
MAXIMUM_RATIO: Final = 200
RATIO_FLOOR_BYTES: Final = 256 * 2**20
# filters built into HDF5, and lzf from h5py; all others are loaded from plug-ins
FILTERS: Final = {1: "deflate", 2: "shuffle", 3: "fletcher32", 32000: "lzf"}


def check_hdf5(path: Path) -> None:
    """Refuse an HDF5 file whose structure is not that of a plain, self-contained matrix file.

    Raises
    ------
    InputError
        If it is not an HDF5 file, or is truncated.
    HostileFileError
        For links other than hard ones, external storage, virtual datasets, filters from
        plug-ins, too many objects, or sizes out of proportion to the file.
    """
    with open_hdf5(path) as file:
        logical, texts = 0, 0
        limit = max(RATIO_FLOOR_BYTES, path.stat().st_size)
        for name, item in _objects(path, file):
            if isinstance(item, h5py.Dataset):
                logical += _check_dataset(path, name, item)
                texts += text_bytes(item, limit)
                _check_texts(path, name, texts, limit)
        _check_ratio(path, "all datasets together", logical, path.stat().st_size)


@contextmanager
def open_hdf5(path: Path) -> Iterator[h5py.File]:
    """Open a file for reading; damage met in the block becomes an InputError."""
    check_heaps(check_plain(path))
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        message = (
            f"{path}: expected a whole HDF5 file ({error}): is it truncated or of another kind? "
            "Fetch it again"
        )
        raise InputError(message) from error
    with file:
        try:
            yield file
        except (OSError, RuntimeError, KeyError) as error:
            message = (
                f"{path} is damaged: expected a whole HDF5 file, but HDF5 says {error}. Fetch it "
                "again, or write it again where it was made"
            )
            raise InputError(message) from error


def _objects(path: Path, file: h5py.File) -> Iterator[tuple[str, Any]]:
    """Yield every object once, even with circular hard links; check all links first."""
    seen: set[int] = set()
    waiting: list[tuple[str, Any]] = [("/", file["/"])]
    while waiting:
        name, item = waiting.pop()
        address = h5py.h5o.get_info(item.id).addr
        if address in seen:
            continue
        seen.add(address)
        if len(seen) > MAXIMUM_OBJECTS:
            message = (
                f"{path} has more than {MAXIMUM_OBJECTS:,} objects: refused, no matrix needs them"
            )
            raise HostileFileError(message)
        yield name, item
        if isinstance(item, h5py.Group):
            waiting += _children(path, name, item)


def _children(path: Path, name: str, group: h5py.Group) -> Iterator[tuple[str, Any]]:
    if len(group) > MAXIMUM_OBJECTS:
        message = (
            f"{path}: group {name!r} has {len(group):,} members, more than "
            f"{MAXIMUM_OBJECTS:,}: refused"
        )
        raise HostileFileError(message)
    for key in group:
        link = group.get(key, getlink=True)
        place = f"{name.rstrip('/')}/{key}"
        if type(link) is not h5py.HardLink:
            target = getattr(link, "filename", "") or getattr(link, "path", "")
            message = (
                f"{path}: {place!r} is a {type(link).__name__} to {target!r}: expected all data in "
                "the file itself. Refused, since a link can point at any file of this machine; "
                "read the file where it came from and write it again"
            )
            raise HostileFileError(message)
        yield place, group[key]


def _check_dataset(path: Path, name: str, dataset: h5py.Dataset) -> int:
    """Return the bytes that the dataset takes in memory, after all checks."""
    if dataset.external:
        message = (
            f"{path}: {name!r} keeps its data in another file ({dataset.external[0][0]!r}): refused"
        )
        raise HostileFileError(message)
    if dataset.is_virtual:
        message = f"{path}: {name!r} is a virtual dataset, made of other files' data: refused"
        raise HostileFileError(message)
    creation = dataset.id.get_create_plist()
    for number in range(creation.get_nfilters()):
        code, _, _, label = creation.get_filter(number)
        if code not in FILTERS:
            message = (
                f"{path}: {name!r} is compressed by filter {code} ({label.decode()!r}), "
                f"which is a plug-in: expected {', '.join(FILTERS.values())}. Write the file again "
                'with compression="gzip"'
            )
            raise HostileFileError(message)
    if dataset.chunks is not None:
        _check_chunk(path, name, dataset)
    logical = int(dataset.size or 0) * dataset.dtype.itemsize
    _check_ratio(path, repr(name), logical, dataset.id.get_storage_size())
    return logical


def _check_texts(path: Path, name: str, texts: int, limit: int) -> None:
    """Refuse more text than the file is long: texts are never compressed."""
    if texts > limit:
        message = (
            f"{path}: with {name!r}, its texts would take {texts:,} bytes in memory, but the file "
            f"has {path.stat().st_size:,}: refused as a decompression bomb (one text stands for "
            "many)"
        )
        raise HostileFileError(message)


def _check_chunk(path: Path, name: str, dataset: h5py.Dataset) -> None:
    size = dataset.dtype.itemsize
    for edge in dataset.chunks:
        size *= edge
    if size > MAXIMUM_CHUNK_BYTES:
        message = (
            f"{path}: {name!r} has chunks of {size:,} bytes, more than "
            f"{MAXIMUM_CHUNK_BYTES:,}: refused"
        )
        raise HostileFileError(message)


def _check_ratio(path: Path, what: str, logical: int, stored: int) -> None:
    if logical > RATIO_FLOOR_BYTES and logical > MAXIMUM_RATIO * max(stored, 1):
        message = (
            f"{path}: {what} would take {logical:,} bytes in memory but {stored:,} on disk: "
            f"refused as a decompression bomb (more than {MAXIMUM_RATIO} : 1)"
        )
        raise HostileFileError(message)
