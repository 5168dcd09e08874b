"""Knowledge bases about insulin that were built once; each test gets a copy of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.copies import copied

from orthoweave.builds.build import build
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.testing.sources import GENES, HCOP, MGI, record_insulin, record_source

MakeOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture
def insulin(make_once: MakeOnce, tmp_path: Path) -> Path:
    """The sources about insulin, built and published."""

    def make(folder: Path) -> None:
        build(Layout(record_insulin(folder / "kb")), Quiet())

    return copied(make_once("insulin", make) / "kb", tmp_path / "insulin")


@pytest.fixture
def insulin_thrice(make_once: MakeOnce, tmp_path: Path) -> Path:
    """The same after a build of one, of two and of three sources; the last is current."""

    def make(folder: Path) -> None:
        kb = folder / "kb"
        for name, rows in (("ncbi", GENES), ("mgi", MGI), ("hcop", HCOP)):
            depends = {} if name == "ncbi" else {"genes": "none"}
            record_source(kb, name, rows, version="1", depends=depends)
            build(Layout(kb), Quiet())

    return copied(make_once("insulin_thrice", make) / "kb", tmp_path / "insulin")
