"""Pipes, sockets and devices are refused before they are opened."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files.delimited import read_delimited
from orthoweave.files.expression_files import open_expression
from orthoweave.files.h5ad_guard import check_hdf5
from orthoweave.files.mtx import open_mtx
from orthoweave.files.plain_files import check_plain

# a reader that opens a pipe waits until the time limit of the test
pytestmark = pytest.mark.timeout(30)


def _pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _link(path: Path) -> Path:
    os.mkfifo(path.with_name("target"))
    path.symlink_to(path.with_name("target"))
    return path


def _socket(path: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))
    return path


@pytest.mark.parametrize("make", [_pipe, _link, _socket])
@pytest.mark.parametrize("read", [check_plain, read_delimited, open_expression, check_hdf5])
def test_only_plain_files_are_opened(
    tmp_path: Path, make: Callable[[Path], Path], read: Callable[[Path], object]
) -> None:
    """Each reader refuses it with its name and kind."""
    path = make(tmp_path / "counts.tsv")
    with pytest.raises(HostileFileError, match=r"counts.tsv is a (pipe|socket)"):
        read(path)


def test_devices_are_not_opened() -> None:
    """A device that never ends is refused."""
    with pytest.raises(HostileFileError, match="a device"):
        read_delimited(Path("/dev/zero"))


@pytest.mark.parametrize("name", ["matrix.mtx", "features.tsv", "barcodes.tsv"])
def test_a_part_of_a_folder_is_not_opened(tmp_path: Path, name: str) -> None:
    """A folder whose part is a pipe is refused, since the part is missing or no file."""
    head = "%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 5\n"
    parts = {"matrix.mtx": head, "features.tsv": "A\tA\n", "barcodes.tsv": "B\n"}
    for part, content in parts.items():
        if part == name:
            os.mkfifo(tmp_path / part)
        else:
            (tmp_path / part).write_text(content)
    with pytest.raises(InputError, match=f"{name}"):
        open_mtx(tmp_path)
