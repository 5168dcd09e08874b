"""Load a knowledge base that other test processes use as well."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from orthoweave.builds.load import load
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.stores.neo4j.access import Access


def load_copy(kb: Path, access: Access) -> None:
    """Load the published build of `kb` into Neo4j from a copy, without a lock on `kb`.

    A load holds the writer's lock, and a second one is refused at once. Two test processes that
    load the shared knowledge base into their own servers would meet there.
    """
    with TemporaryDirectory() as folder:
        load(Layout(Path(shutil.copytree(kb, Path(folder) / "kb"))), access, Quiet())
