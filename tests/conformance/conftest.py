"""The large world at its middle size, built once, and its tables."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.analyst import World
from tests.support.large_world import build_large_kb

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.settings import read_settings

MakeOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def large_kb(make_once: MakeOnce) -> Path:
    """Build the large world at its middle size."""
    return make_once("large", build_large_kb) / "kb"


@pytest.fixture(scope="session")
def large(large_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the large world."""
    with open_knowledge_base(large_kb, store="") as opened:
        yield opened


@pytest.fixture(scope="session")
def large_by_threads(large_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the large world with more threads than the machine has cores."""
    settings = replace(read_settings(), threads=8)
    with open_knowledge_base(large_kb, settings, store="") as opened:
        yield opened


@pytest.fixture(scope="session")
def world(large: KnowledgeBase) -> World:
    """Read the tables of the large world."""
    return World(large.layout, large.manifest)
