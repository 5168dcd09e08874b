"""Archives of weights: whole again after unpacking, and refused after any damage."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.storage.test_weights import write_toy

from orthoweave.errors import HostileFileError, InputError, UsageError
from orthoweave.storage.weights import WEIGHTS_FILE
from orthoweave.storage.weights_archive import pack, unpack


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of small weights."""
    folder = tmp_path_factory.mktemp("archive")
    pack(write_toy(folder), folder / "whole.zip")
    return folder / "whole.zip"


def test_weights_are_whole_again(archive: Path, tmp_path: Path) -> None:
    """Digest and arrays are those that were packed."""
    found = unpack(archive, tmp_path)
    assert found.digest in {path.name for path in archive.parent.iterdir()}
    assert set(found.arrays()) == {"a", "b", "c"}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_damage_is_a_sentence(
    archive: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A changed byte or a cut is refused, or leaves the weights as they were."""
    content = bytearray(archive.read_bytes())
    whole = unpack(archive, tmp_path_factory.mktemp("whole")).digest
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[at] ^= data.draw(st.integers(1, 255))
    else:
        del content[at:]
    folder = tmp_path_factory.mktemp("damaged")
    damaged = folder / "damaged.zip"
    damaged.write_bytes(content)
    (folder / "pending").mkdir()
    try:
        found = unpack(damaged, folder / "pending")
    except InputError:
        return
    assert found.digest == whole
    assert {path.name for path in folder.iterdir()} == {"damaged.zip", "pending"}


def test_larger_files_than_declared_are_refused(archive: Path, tmp_path: Path) -> None:
    """Copying stops at the size that the description declares."""
    odd = tmp_path / "odd.zip"
    with zipfile.ZipFile(archive) as plain, zipfile.ZipFile(odd, "w") as other:
        for name in plain.namelist():
            further = b"" if name == WEIGHTS_FILE else bytes(99)
            other.writestr(name, plain.read(name) + further)
    (tmp_path / "pending").mkdir()
    with pytest.raises(HostileFileError, match="has more than"):
        unpack(odd, tmp_path / "pending")


def test_a_file_that_exists_is_not_replaced(archive: Path, tmp_path: Path) -> None:
    """An archive has a new name in a folder that exists."""
    weights = write_toy(tmp_path)
    for target in (archive, tmp_path / "none" / "x.zip"):
        with pytest.raises(UsageError, match="the name of a new file"):
            pack(weights, target)
