"""Knowledge bases that many tests ask: made once for a whole run, never changed by a test."""

from pathlib import Path

import pytest

from orthoweave.cli.demo import build_demo
from orthoweave.progress import Quiet
from orthoweave.testing.toy import build_toy_kb

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the complete real data; tests that need it are skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the complete real data are not beside the checkout")
    return folder


@pytest.fixture(scope="session")
def toy_kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy world, built and published, without vectors."""
    return build_toy_kb(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="session")
def toy_kb_with_vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy world with vectors of the offline hashed encoder."""
    return build_toy_kb(tmp_path_factory.mktemp("toy_vectors"), vectors=True)


@pytest.fixture(scope="session")
def demo_kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled demo, built with the real text encoder."""
    folder = tmp_path_factory.mktemp("demo") / "kb"
    build_demo(folder, Quiet())
    return folder
