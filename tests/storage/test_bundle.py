"""A folder of plain files with its description: whole, or refused."""

from pathlib import Path

import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.progress import Quiet
from orthoweave.storage.bundle import BUNDLE_FILE, read_bundle, seal_bundle


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Two files, one of them in a folder."""
    (tmp_path / "views" / "one").mkdir(parents=True)
    (tmp_path / "views" / "one" / "a.npy").write_bytes(b"a")
    (tmp_path / "b.npy").write_bytes(b"bb")
    seal_bundle(tmp_path, {"model": "toy"})
    return tmp_path


def test_the_description_comes_back_with_all_files(bundle: Path) -> None:
    """Each has its SHA-256 and its size."""
    content = read_bundle(bundle, Quiet())
    assert content["model"] == "toy"
    assert {name: one["bytes"] for name, one in content["files"].items()} == {
        "b.npy": 2,
        "views/one/a.npy": 1,
    }


def test_a_folder_without_a_description_is_not_one(bundle: Path) -> None:
    """The message says what writes one; an edited description is damaged."""
    path = bundle / BUNDLE_FILE
    path.write_text(path.read_text().replace('"toy"', '"other"'))
    with pytest.raises(InputError, match=r"it is not what was written\. Copy the bundle again"):
        read_bundle(bundle, Quiet())
    path.unlink()
    with pytest.raises(UsageError, match="`orthoweave bundle MODEL --output FOLDER`"):
        read_bundle(bundle, Quiet())


def test_files_elsewhere_are_not_followed(bundle: Path) -> None:
    """A link in place of a file counts as missing, wherever it leads."""
    (bundle / "b.npy").unlink()
    (bundle / "b.npy").symlink_to("/etc/hostname")
    with pytest.raises(InputError, match=r"the file 'b\.npy' is missing, or was added"):
        read_bundle(bundle, Quiet())
