"""The store passes the suite that orthoweave's own stores pass."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from orthoweave_example.store import copy_build

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.testing.conformance import Opener, StoreConformance


class TestCopyStore(StoreConformance):
    """A copy of the build's folder."""

    @pytest.fixture(scope="class")
    @classmethod
    def opener(cls) -> Opener:
        """Copy the published build, and open the copy through its address."""

        @contextmanager
        def opened(kb: Path) -> Iterator[KnowledgeBase]:
            with (
                open_knowledge_base(kb, store="") as built,
                tempfile.TemporaryDirectory() as folder,
            ):
                digest = built.manifest.content_digest
                uri = copy_build(built.folder, digest, Path(folder) / "copy")
                with open_knowledge_base(kb, store=uri) as copied:
                    yield copied

        return opened
