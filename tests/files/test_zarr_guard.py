"""The structural check of zarr folders."""

import json
from pathlib import Path

import numpy as np
import pytest
import zarr

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files import zarr_guard
from orthoweave.files.zarr_guard import check_zarr


@pytest.fixture(params=[2, 3])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a plain store of either version."""
    group = zarr.open_group(tmp_path / "a.zarr", mode="w", zarr_format=request.param)
    group.create_array("x", data=np.arange(1000), chunks=(100,))
    group.create_group("obs").create_array("y", data=np.arange(5))
    return tmp_path / "a.zarr"


def edit(store: Path, **changes: object) -> None:
    """Change the description of the array x."""
    path = next(
        path for path in (store / "x" / "zarr.json", store / "x" / ".zarray") if path.exists()
    )
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def version(store: Path) -> int:
    """Return the version of a store."""
    return 3 if (store / "zarr.json").exists() else 2


def test_plain_store_passes(store: Path) -> None:
    """Both versions' default codecs pass."""
    check_zarr(store)


def test_symbolic_links_are_refused(store: Path, tmp_path: Path) -> None:
    """A link to a file or a folder elsewhere is refused."""
    (tmp_path / "elsewhere").mkdir()
    (store / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HostileFileError, match="link"):
        check_zarr(store)


def test_pickle_codec_is_refused(store: Path) -> None:
    """A codec that executes what it reads is refused, in either version."""
    if version(store) == 2:
        edit(store, filters=[{"id": "pickle"}])
    else:
        edit(store, codecs=[{"name": "numcodecs.pickle"}])
    with pytest.raises(HostileFileError, match="pickle"):
        check_zarr(store)


def test_codec_inside_a_shard_is_refused(store: Path) -> None:
    """Codecs inside shards are looked at too."""
    if version(store) == 2:
        pytest.skip("version 2 has no shards")
    inner = {"chunk_shape": [10], "codecs": [{"name": "evil"}], "index_codecs": []}
    edit(store, codecs=[{"name": "sharding_indexed", "configuration": inner}])
    with pytest.raises(HostileFileError, match="evil"):
        check_zarr(store)


def test_bomb_is_refused(store: Path) -> None:
    """An array of 80 GB whose chunks are not there is refused."""
    edit(store, shape=[10_000_000_000])
    with pytest.raises(HostileFileError, match=r"chunks|bomb"):
        check_zarr(store)
    chunk = [10_000_000]
    grid = {"name": "regular", "configuration": {"chunk_shape": chunk}}
    edit(store, **({"chunks": chunk} if version(store) == 2 else {"chunk_grid": grid}))
    with pytest.raises(HostileFileError, match="bomb"):
        check_zarr(store)


def test_many_files_are_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are counted before they are read."""
    monkeypatch.setattr(zarr_guard, "MAXIMUM_FILES", 5)
    with pytest.raises(HostileFileError, match="files"):
        check_zarr(store)


def test_huge_description_is_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Descriptions are read whole, so their size is limited."""
    monkeypatch.setattr(zarr_guard, "MAXIMUM_METADATA_BYTES", 10)
    with pytest.raises(HostileFileError, match="descriptions"):
        check_zarr(store)


@pytest.mark.parametrize("text", ["{", "[1]", '{"node_type": "array"}', "[" * 100_000])
def test_damaged_description_is_an_input_error(store: Path, text: str) -> None:
    """Metadata that are not a JSON object, or lack their parts, are an InputError."""
    (store / "zarr.json").write_text(text)
    with pytest.raises(InputError):
        check_zarr(store)


def test_other_folder_is_an_input_error(tmp_path: Path) -> None:
    """A folder without zarr metadata is not a store."""
    with pytest.raises(InputError, match="zarr"):
        check_zarr(tmp_path)


def _zarr(folder: Path, arrays: dict[str, dict[str, object]], chunks: list[str]) -> Path:
    """Write descriptions of zarr 2 arrays, and chunks of a byte."""
    folder.mkdir()
    (folder / ".zgroup").write_text('{"zarr_format": 2}')
    for name, about in arrays.items():
        place = folder / name
        place.mkdir(parents=True)
        plain = {"dtype": "<i4", "compressor": None, "filters": None, "fill_value": 0}
        (place / ".zarray").write_text(json.dumps({**plain, **about}))
    for name in chunks:
        (folder / name).write_bytes(b"\0")
    return folder


@pytest.mark.parametrize("name", ["data", "indices", "indptr", "codes"])
def test_missing_chunks_are_refused(tmp_path: Path, name: str) -> None:
    """A chunk of a sparse matrix or of codes that is missing would be read as zeros."""
    about: dict[str, object] = {"shape": [20], "chunks": [10]}
    folder = _zarr(tmp_path / "z", {f"X/{name}": about}, [f"X/{name}/0"])
    with pytest.raises(InputError, match="1 of 2 chunks are missing"):
        check_zarr(folder)
    (folder / f"X/{name}/1").write_bytes(b"\0")
    check_zarr(folder)


def test_codes_of_one_category_need_no_chunk(tmp_path: Path) -> None:
    """Anndata does not store codes that are all zero; such columns of obs are named."""
    arrays: dict[str, dict[str, object]] = {
        f"{frame}/t/{part}": {"shape": [length], "chunks": [length]}
        for frame in ("obs", "var")
        for part, length in (("codes", 20), ("categories", 1))
    }
    assert check_zarr(_zarr(tmp_path / "z", arrays, [])) == ["t"]


def test_many_arrays_are_a_bomb_together(tmp_path: Path) -> None:
    """Arrays that are each below the limit are refused by their sum."""
    about: dict[str, object] = {"shape": [40_000_000], "chunks": [40_000_000]}
    folder = _zarr(tmp_path / "z", {f"obs/c{n}": about for n in range(4)}, [])
    with pytest.raises(HostileFileError, match="all arrays together"):
        check_zarr(folder)


@pytest.mark.parametrize("about", [{"shape": [-5], "chunks": [5]}, {"shape": [5], "chunks": [0]}])
def test_negative_shapes_are_refused(tmp_path: Path, about: dict[str, object]) -> None:
    """A negative length or an empty chunk is damage."""
    with pytest.raises(InputError, match="is not valid"):
        check_zarr(_zarr(tmp_path / "z", {"X": about}, []))
