"""Heaps of HDF5 files that the library would read without end are refused; others are read."""

import struct
from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.support.fuzz.sound import write_h5ad

from orthoweave.errors import InputError
from orthoweave.files import hdf5_heaps
from orthoweave.files.h5ad_guard import check_hdf5
from orthoweave.files.hdf5_heaps import check_heaps

HEADER = 16


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """An AnnData file with a heap."""
    write_h5ad(tmp_path / "sound.h5ad")
    return tmp_path / "sound.h5ad"


def _objects(content: bytes) -> list[int]:
    """Return the places of the objects of the first heap."""
    heap = content.index(b"GCOL")
    [size] = struct.unpack_from("<Q", content, heap + 8)
    at, found = heap + HEADER, []
    while at + HEADER <= heap + size:
        found.append(at)
        number, length = struct.unpack_from("<H6xQ", content, at)
        at += length if number == 0 else HEADER + -(-length // 8) * 8
    return found


def _with(path: Path, at: int, what: bytes) -> Path:
    content = path.read_bytes()
    damaged = path.with_name("damaged.h5ad")
    damaged.write_bytes(content[:at] + what + content[at + len(what) :])
    return damaged


def test_a_sound_file_is_read(sound: Path) -> None:
    """Its heap has objects, and the last one is free space that ends with it."""
    assert len(_objects(sound.read_bytes())) > 10
    check_hdf5(sound)


def test_an_object_of_no_size_is_refused(sound: Path) -> None:
    """At whichever object 64 bytes are zero, HDF5 would stay there for ever."""
    for at in _objects(sound.read_bytes())[:-1]:
        with pytest.raises(InputError, match=r"heap of texts at byte 2,048, .* without end"):
            check_hdf5(_with(sound, at, bytes(64)))


@pytest.mark.parametrize("size", [2**64 - 16, 2**64 - 32, 2**63, 10_000])
def test_an_object_beyond_its_heap_is_refused(sound: Path, size: int) -> None:
    """A size that leads behind the heap, or back by overflow, is damage."""
    at = _objects(sound.read_bytes())[3]
    with pytest.raises(InputError, match="leads nowhere"):
        check_heaps(_with(sound, at + 8, struct.pack("<Q", size)))


def test_data_that_look_like_a_heap_are_none(tmp_path: Path) -> None:
    """The four letters of the mark among values are read as values."""
    with h5py.File(tmp_path / "letters.h5", "w") as file:
        file["letters"] = np.frombuffer(b"GCOL" * 5000 + bytes(64), np.uint8)
    check_hdf5(tmp_path / "letters.h5")


@pytest.mark.parametrize("block", [5, 7, 64, 1000])
def test_a_heap_across_blocks_is_found(
    sound: Path, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark may lie in two blocks of the file."""
    monkeypatch.setattr(hdf5_heaps, "_BLOCK", block)
    check_heaps(sound)
    at = _objects(sound.read_bytes())[5]
    with pytest.raises(InputError, match="without end"):
        check_heaps(_with(sound, at, bytes(16)))
