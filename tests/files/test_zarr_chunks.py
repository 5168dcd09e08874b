"""The size of an unpacked chunk, from its header alone."""

from pathlib import Path
from typing import Any, Literal

import numcodecs
import numpy as np
import pytest
import zarr
from zarr.codecs import ZstdCodec

from orthoweave.errors import HostileFileError
from orthoweave.files.zarr_chunks import unpacked_size
from orthoweave.files.zarr_guard import check_zarr


@pytest.mark.parametrize("size", [1, 200, 255, 256, 300, 65_791, 65_792, 5_000_000])
@pytest.mark.parametrize(
    "codec",
    [numcodecs.Blosc(), numcodecs.Zstd(), numcodecs.LZ4(), numcodecs.GZip(), numcodecs.Zlib()],
    ids=lambda codec: codec.codec_id,
)
def test_headers_tell_the_size(tmp_path: Path, size: int, codec: Any) -> None:
    """The size in a header, or counted, is that of the packed bytes."""
    packed = bytes(codec.encode(np.zeros(size, np.uint8)))
    (tmp_path / "chunk").write_bytes(packed)
    assert unpacked_size(tmp_path / "chunk", len(packed), codec.codec_id) == size


@pytest.mark.parametrize("content", [b"", b"x", b"\x28\xb5\x2f\xfd", b"\x28\xb5\x2f\xfd\xff\x00"])
@pytest.mark.parametrize("name", ["blosc", "zstd", "bz2"])
def test_a_header_that_is_cut_tells_nothing(tmp_path: Path, content: bytes, name: str) -> None:
    """What does not say its size is left to the reader, which reports the damage."""
    (tmp_path / "chunk").write_bytes(content)
    assert unpacked_size(tmp_path / "chunk", len(content), name) is None


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_texts_that_explode_are_refused(tmp_path: Path, zarr_format: Literal[2, 3]) -> None:
    """A store of some kilobytes whose text takes more than a gigabyte is refused."""
    group = zarr.open_group(tmp_path / "a.zarr", mode="w", zarr_format=zarr_format)
    codec: Any = numcodecs.Zstd() if zarr_format == 2 else ZstdCodec()
    made = group.create_array("x", shape=(2,), chunks=(1,), dtype=str, compressors=codec)
    made[:] = np.array(["a", "b"], dtype=object)
    check_zarr(tmp_path / "a.zarr")
    # both chunks say that they hold 700 MB; nothing is made of that size here
    header = b"\x28\xb5\x2f\xfd\xa0" + (700 * 2**20).to_bytes(4, "little")
    chunks = [p for p in (tmp_path / "a.zarr" / "x").rglob("*") if p.name in {"0", "1"}]
    assert len(chunks) == 2
    for chunk in chunks:
        chunk.write_bytes(header + bytes(100))
    with pytest.raises(HostileFileError, match="texts would take 1,468,006,400 bytes"):
        check_zarr(tmp_path / "a.zarr")
