"""Folders that stay open."""

import os
import shutil
from pathlib import Path

import pytest

from orthoweave.errors import IntegrityError
from orthoweave.storage.place import Place, descriptor_in, plain

linux = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")


@linux
def test_a_path_through_a_place_follows_it(tmp_path: Path) -> None:
    """After a move, and also where another folder has taken its name."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "f").write_text("1")
    with Place(folder) as place:
        path = place.path / "f"
        folder.rename(tmp_path / "there")
        folder.mkdir()
        (folder / "f").write_text("2")
        assert path.read_text() == "1"
        assert plain(path) == tmp_path / "there" / "f"
        assert descriptor_in(path) == place.descriptor


@linux
def test_errors_show_the_name_of_the_moment(tmp_path: Path) -> None:
    """Never the descriptor, which means nothing to others."""
    folder = tmp_path / "here"
    folder.mkdir()
    with Place(folder) as place:
        folder.rename(tmp_path / "there")
        error = IntegrityError(f"{str(place.path / 'f')!r} is missing")
    assert str(error) == f"{str(tmp_path / 'there' / 'f')!r} is missing"


def test_a_plain_path_stays_as_it_is(tmp_path: Path) -> None:
    """It leads through no descriptor."""
    assert plain(tmp_path) == tmp_path
    assert descriptor_in(tmp_path) is None
    assert descriptor_in(Path("/proc/self/fdx/1")) is None


def test_without_proc_the_real_path_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on systems other than Linux: whoever asks again after a move opens it again."""
    monkeypatch.setattr("orthoweave.storage.place._DESCRIPTORS", tmp_path / "none")
    (tmp_path / "here").mkdir()
    (tmp_path / "link").symlink_to("here")
    with Place(tmp_path / "link") as place:
        assert place.path == Path(os.path.realpath(tmp_path / "here"))
    shutil.rmtree(tmp_path / "here")
