"""The structural check of HDF5 files: hostile files are refused before any data is read."""

import resource
from pathlib import Path

import h5py
import numpy as np
import pytest

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files import h5ad_guard
from orthoweave.files.h5ad_guard import check_hdf5
from orthoweave.files.hdf5_texts import text_bytes


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a small plain file with compressed data and a group."""
    path = tmp_path / "plain.h5ad"
    with h5py.File(path, "w") as file:
        file.create_dataset("X", data=np.arange(1000), compression="gzip", shuffle=True)
        file.create_dataset("lzf", data=np.arange(1000), compression="lzf", fletcher32=True)
        file.create_group("obs")["a"] = np.arange(3)
    return path


def test_plain_file_passes(path: Path) -> None:
    """Deflate, shuffle, lzf and fletcher32 are built in and pass."""
    check_hdf5(path)


def test_hard_link_circle_passes(path: Path) -> None:
    """Groups that hold each other by hard links are looked at once."""
    with h5py.File(path, "a") as file:
        file["obs/again"] = file["/"]
    check_hdf5(path)


def test_external_storage_is_refused(path: Path, tmp_path: Path) -> None:
    """A dataset whose data lie in another file is refused: it would show any local file."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"0123456789abcdef")
    with h5py.File(path, "a") as file:
        file.create_dataset("leak", (16,), "u1", external=[(str(secret), 0, 16)])
    with pytest.raises(HostileFileError, match="another file"):
        check_hdf5(path)


@pytest.mark.parametrize("link", [h5py.ExternalLink("other.h5", "/X"), h5py.SoftLink("/X")])
def test_links_are_refused(path: Path, link: object) -> None:
    """External links and soft links are refused; also deep in the file, also when they dangle."""
    with h5py.File(path, "a") as file:
        file.create_group("uns/deep")["link"] = link
    with pytest.raises(HostileFileError, match="/uns/deep/link"):
        check_hdf5(path)


def test_virtual_dataset_is_refused(path: Path, tmp_path: Path) -> None:
    """A dataset made of other files' data is refused."""
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["secret"] = np.arange(10)
    layout = h5py.VirtualLayout((10,), "i8")
    layout[:] = h5py.VirtualSource(other, "secret", (10,))
    with h5py.File(path, "a", libver="latest") as file:
        file.create_virtual_dataset("virtual", layout)
    with pytest.raises(HostileFileError, match="virtual"):
        check_hdf5(path)


def test_filter_of_a_plug_in_is_refused(path: Path) -> None:
    """A filter that HDF5 would load from a plug-in is refused, with a hint."""
    with h5py.File(path, "a") as file:
        creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        creation.set_chunk((10,))
        creation.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))
        space = h5py.h5s.create_simple((10,))
        h5py.h5d.create(file.id, b"zstd", h5py.h5t.NATIVE_INT32, space, creation)
    with pytest.raises(HostileFileError, match=r"filter 32015.*gzip"):
        check_hdf5(path)


def test_bomb_is_refused(path: Path) -> None:
    """A dataset of 30 GB that is not there at all (fill values) is refused."""
    with h5py.File(path, "a") as file:
        file.create_dataset("bomb", (30 * 2**30,), "u1", chunks=(1 << 20,), compression="gzip")
    assert path.stat().st_size < 100_000
    with pytest.raises(HostileFileError, match="bomb"):
        check_hdf5(path)


def test_many_small_bombs_are_refused_together(path: Path) -> None:
    """Datasets that each stay below the floor are refused by their sum."""
    with h5py.File(path, "a") as file:
        for number in range(10):
            file.create_dataset(f"part{number}", (200 * 2**20,), "u1", chunks=(1 << 20,))
    with pytest.raises(HostileFileError, match="all datasets together"):
        check_hdf5(path)


def test_huge_chunks_are_refused(path: Path) -> None:
    """A chunk is held whole to read one value, so its size is limited."""
    with h5py.File(path, "a") as file:
        file.create_dataset("chunk", (4,), "u1", chunks=(2**31,), maxshape=(None,))
    with pytest.raises(HostileFileError, match="chunks of"):
        check_hdf5(path)


def test_too_many_objects_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects are counted over all groups."""
    monkeypatch.setattr(h5ad_guard, "MAXIMUM_OBJECTS", 20)
    with h5py.File(path, "a") as file:
        for number in range(25):
            file.create_group(f"g{number // 5}/s{number}")
    with pytest.raises(HostileFileError, match="objects"):
        check_hdf5(path)


@pytest.mark.parametrize("keep", [0, 7, 100, 0.5, 0.9])
def test_truncated_file_is_an_input_error(path: Path, keep: float) -> None:
    """A file cut anywhere is reported as no whole HDF5 file."""
    content = path.read_bytes()
    path.write_bytes(content[: int(keep if keep >= 1 else keep * len(content))])
    with pytest.raises(InputError, match="HDF5"):
        check_hdf5(path)


def test_other_kind_is_an_input_error(tmp_path: Path) -> None:
    """A text file is not an HDF5 file."""
    path = tmp_path / "text.h5ad"
    path.write_text("gene\tcell\n" * 100)
    with pytest.raises(InputError, match="another kind"):
        check_hdf5(path)


TEXT = "x" * 2**20


def _with_repeated_text(path: Path, times: int, **storage: object) -> None:
    """Let many references of a dataset name one text of a megabyte."""
    with h5py.File(path, "a") as file:
        made = file.create_dataset("names", (times,), h5py.string_dtype(), **storage)
        made[0] = TEXT
        file.flush()
        offset, chunks = made.id.get_offset(), made.chunks
        if chunks is not None:
            _, one = made.id.read_direct_chunk((0,))
            made.id.write_direct_chunk((0,), one[:16] * times)
            return
    content = bytearray(path.read_bytes())
    content[offset : offset + 16 * times] = content[offset : offset + 16] * times
    path.write_bytes(content)


@pytest.mark.parametrize("storage", [{}, {"chunks": (1000,)}])
def test_one_text_that_stands_for_many_is_refused(path: Path, storage: dict[str, object]) -> None:
    """A file of a megabyte whose thousand references name one text would take a gigabyte."""
    _with_repeated_text(path, 1000, **storage)
    assert path.stat().st_size < 3 * 2**20
    with h5py.File(path) as file:
        assert file["names"][900] == TEXT.encode()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(HostileFileError, match="one text stands for many"):
        check_hdf5(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


@pytest.mark.parametrize(
    "storage",
    [
        {},
        {"chunks": (100,)},
        {"chunks": (100,), "compression": "gzip"},
        {"chunks": (100,), "compression": "gzip", "shuffle": True},
        {"chunks": (100,), "compression": "lzf"},
    ],
)
def test_texts_are_counted(path: Path, storage: dict[str, object]) -> None:
    """The bytes of all texts are counted whatever the filters, those of lists too."""
    texts = [f"gene {number:05}" for number in range(250)]
    with h5py.File(path, "a") as file:
        file.create_dataset("names", data=texts, dtype=h5py.string_dtype(), **storage)
        lists = file.create_dataset("lists", (250,), h5py.vlen_dtype(np.int64), **storage)
        lists[:] = [np.arange(number % 3) for number in range(250)]
    with h5py.File(path) as file:
        assert text_bytes(file["names"], 2**30) == sum(map(len, texts))
        assert text_bytes(file["lists"], 2**30) == 8 * sum(number % 3 for number in range(250))
        assert text_bytes(file["X"], 2**30) == 0
    check_hdf5(path)
