"""Check links, codecs and sizes of a zarr folder before any reader touches its data.

A zarr store is a folder of small files with JSON metadata. The metadata name codecs (one of which
unpickles, that is, executes code) and sizes that need not exist on disk, since a missing chunk
reads as the fill value.
"""

import json
import math
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files.h5ad_guard import MAXIMUM_CHUNK_BYTES, MAXIMUM_RATIO, RATIO_FLOOR_BYTES
from orthoweave.files.zarr_chunks import unpacked_size

# a matrix of 10 million cells in chunks of a million values has some ten thousand
MAXIMUM_FILES: Final = 2_000_000
MAXIMUM_CHUNKS: Final = 10_000_000
# metadata take a few kilobytes; consolidated metadata of a large store a few megabytes
MAXIMUM_METADATA_BYTES: Final = 64 * 2**20
# texts of tens of millions of cells that are all alike take less
TEXT_FLOOR_BYTES: Final = 2**30
_PACKING: Final = {"blosc", "gzip", "zlib", "zstd", "lz4", "bz2", "lzma"}
_DESCRIPTIONS: Final = {"zarr.json", ".zarray", ".zgroup", ".zattrs", ".zmetadata"}
# arrays of sparse matrices and of categories
_COMPLETE: Final = {"data", "indices", "indptr", "codes"}
CODECS: Final = {
    "bytes",
    "endian",
    "transpose",
    "vlen-utf8",
    "vlen-bytes",
    "blosc",
    "gzip",
    "zlib",
    "zstd",
    "lz4",
    "bz2",
    "lzma",
    "crc32c",
    "shuffle",
    "delta",
    "packbits",
    "sharding_indexed",
}


def check_zarr(folder: Path) -> list[str]:
    """Refuse a zarr folder that links elsewhere, names foreign codecs or is out of proportion.

    Returns
    -------
    list of str
        Columns of `obs` of a single category whose codes are not stored. anndata leaves them out
        so, and codes that were lost look the same.

    Raises
    ------
    InputError
        If it is not a zarr store, or its metadata are not JSON.
    HostileFileError
        For symbolic links, codecs beyond the usual ones, too many files or chunks, or arrays
        whose size is out of proportion to their files.
    """
    if not any((folder / name).is_file() for name in ("zarr.json", ".zgroup")):
        message = f"{folder} is not a zarr group: expected zarr.json or .zgroup in it"
        raise InputError(message)
    stored: dict[Path, int] = {}
    n_chunks: Counter[Path] = Counter()
    arrays: dict[Path, dict[str, Any]] = {}
    files: list[tuple[Path, int]] = []
    for path, size in _files(folder):
        if path.name in _DESCRIPTIONS:
            about = _read_description(path, size)
            if path.name == ".zarray" or about.get("node_type") == "array":
                arrays[path.parent] = about
        else:
            stored[path.parent] = stored.get(path.parent, 0) + size
            n_chunks[path.parent] += 1
            files.append((path, size))
    logical, absent = 0, []
    for place, about in arrays.items():
        logical += _check_array(place, about, sum(_below(place, stored)))
        n_stored = sum(_below(place, n_chunks))
        _check_chunks(place, arrays, n_stored)
        if place.name == "codes" and place.parent.parent.name == "obs" and not n_stored:
            absent.append(place.parent.name)
    _check_ratio(f"{folder}: all arrays together", logical, sum(stored.values()))
    _check_texts(folder, arrays, files)
    return sorted(absent)


def _check_texts(
    folder: Path, arrays: dict[Path, dict[str, Any]], files: list[tuple[Path, int]]
) -> None:
    """Refuse texts that unpack to far more than their files, in all arrays together."""
    codecs = {place: _packing(about) for place, about in arrays.items() if _has_texts(about)}
    texts, stored = 0, 0
    for path, size in files:
        place = next((parent for parent in path.parents if parent in arrays), None)
        if place in codecs:
            texts += unpacked_size(path, size, codecs[place]) or 0
            stored += size
    if texts > TEXT_FLOOR_BYTES and texts > MAXIMUM_RATIO * max(stored, 1):
        message = (
            f"{folder}: its texts would take {texts:,} bytes in memory but {stored:,} on disk: "
            f"refused as a decompression bomb (more than {MAXIMUM_RATIO} : 1)"
        )
        raise HostileFileError(message)


def _has_texts(about: dict[str, Any]) -> bool:
    return any(name.startswith("vlen-") for name in _codec_names(about))


def _packing(about: dict[str, Any]) -> str:
    """Return the outermost codec of an array that changes its size; empty if there is none."""
    names = [name.removeprefix("numcodecs.") for name in _codec_names(about)]
    return next((name for name in names if name in _PACKING), "")


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    count, waiting = 0, [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                if count > MAXIMUM_FILES:
                    message = f"{folder} has more than {MAXIMUM_FILES:,} files: refused"
                    raise HostileFileError(message)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    yield Path(entry.path), entry.stat(follow_symlinks=False).st_size
                else:
                    message = (
                        f"{entry.path} is a link or no plain file: refused, a zarr store has none"
                    )
                    raise HostileFileError(message)


def _below(place: Path, stored: dict[Path, int]) -> Iterator[int]:
    for folder, size in stored.items():
        if folder == place or place in folder.parents:
            yield size


def _read_description(path: Path, size: int) -> dict[str, Any]:
    if size > MAXIMUM_METADATA_BYTES:
        message = (
            f"{path} has {size:,} bytes: refused, descriptions have at most "
            f"{MAXIMUM_METADATA_BYTES:,}"
        )
        raise HostileFileError(message)
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        message = f"{path}: expected JSON ({error}): the store is damaged, fetch it again"
        raise InputError(message) from error
    if not isinstance(about, dict):
        message = f"{path}: expected a JSON object, found {type(about).__name__}"
        raise InputError(message)
    return about


def _check_array(place: Path, about: dict[str, Any], stored: int) -> int:
    """Return the bytes that an array takes in memory, after all checks."""
    try:
        shape = [int(edge) for edge in about["shape"]]
        chunks = [int(edge) for edge in _chunk_shape(about)]
        codecs = set(_codec_names(about))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = (
            f"{place}: expected the description of an array ({type(error).__name__}: {error}): the "
            "store is damaged, fetch it again"
        )
        raise InputError(message) from error
    foreign = {name for name in codecs if name.removeprefix("numcodecs.") not in CODECS}
    if foreign or about.get("storage_transformers"):
        message = (
            f"{place}: codecs {', '.join(sorted(foreign)) or 'behind a storage transformer'} are "
            f"refused: expected {', '.join(sorted(CODECS))}"
        )
        raise HostileFileError(message)
    if min(shape, default=0) < 0 or min(chunks, default=1) < 1 or len(shape) != len(chunks):
        message = (
            f"{place}: shape {shape} in chunks of {chunks} is not valid: expected positive "
            "lengths of as many axes. The store is damaged, fetch it again"
        )
        raise InputError(message)
    width = _width(about)
    numbers = math.prod(
        -(-edge // max(chunk, 1)) for edge, chunk in zip(shape, chunks, strict=False)
    )
    if math.prod(chunks) * width > MAXIMUM_CHUNK_BYTES or numbers > MAXIMUM_CHUNKS:
        message = (
            f"{place}: {numbers:,} chunks of shape {tuple(chunks)}, expected at most "
            f"{MAXIMUM_CHUNKS:,} of {MAXIMUM_CHUNK_BYTES:,} bytes: write it in other chunks"
        )
        raise HostileFileError(message)
    logical = math.prod(shape) * width
    _check_ratio(str(place), logical, stored)
    return logical


def _check_ratio(what: str, logical: int, stored: int) -> None:
    if logical > RATIO_FLOOR_BYTES and logical > MAXIMUM_RATIO * max(stored, 1):
        message = (
            f"{what} would take {logical:,} bytes in memory but {stored:,} on disk: refused as a "
            f"decompression bomb (more than {MAXIMUM_RATIO} : 1)"
        )
        raise HostileFileError(message)


def _check_chunks(place: Path, arrays: dict[Path, dict[str, Any]], n_stored: int) -> None:
    """Refuse an array of values or codes of which a chunk is missing.

    A missing chunk reads as zeros: vanished counts, or cells of the first type.
    """
    about = arrays[place]
    categories = arrays.get(place.with_name("categories"))
    if place.name not in _COMPLETE or (categories and math.prod(categories["shape"]) < 2):
        return
    pairs = zip(about["shape"], _chunk_shape(about), strict=True)
    expected = math.prod(-(-int(edge) // int(chunk)) for edge, chunk in pairs)
    if n_stored < expected:
        message = (
            f"{place}: {expected - n_stored:,} of {expected:,} chunks are missing, expected all: "
            "they would be read as zeros. Fetch the store again, or write it from its origin with "
            "zarr.config.set({'array.write_empty_chunks': True})"
        )
        raise InputError(message)


def _chunk_shape(about: dict[str, Any]) -> list[int]:
    if "chunks" in about:
        return list(about["chunks"])
    return list(about["chunk_grid"]["configuration"]["chunk_shape"])


def _codec_names(about: dict[str, Any]) -> Iterator[str]:
    """Yield the names of all codecs, also inside shards, in the form of either version."""
    for codec in [about.get("compressor"), *(about.get("filters") or [])]:
        if codec is not None:
            yield str(codec["id"])
    waiting = list(about.get("codecs") or [])
    while waiting:
        codec = waiting.pop()
        codec = {"name": codec} if isinstance(codec, str) else codec
        yield str(codec["name"])
        inner = codec.get("configuration") or {}
        waiting += [*(inner.get("codecs") or []), *(inner.get("index_codecs") or [])]


def _width(about: dict[str, Any]) -> int:
    """Return the bytes of one element; texts count as eight, the pointer to them."""
    kind = about.get("dtype") or about.get("data_type")
    try:
        return max(np.dtype(kind).itemsize, 1) if isinstance(kind, str) else 8
    except TypeError:
        return 8
