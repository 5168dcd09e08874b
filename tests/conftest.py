"""Fixtures for many tests: knowledge bases, made once and never changed, and a Neo4j server."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock
from tests.support.bulk_samples import build_bulk_kb
from tests.support.load_crash import wipe
from tests.support.loading import load_copy
from tests.support.output_model import build_outputs_kb
from tests.support.predicted_world import add_predicted_runs
from tests.support.real_genes import ingest_real_genes
from tests.support.restored_samples import build_restored_kb
from tests.support.scaled_values import build_scaled_kb
from tests.support.untyped_world import build_untyped_kb

from orthoweave.cli.demo import build_demo
from orthoweave.errors import OfflineError, UsageError
from orthoweave.progress import Quiet
from orthoweave.stores.neo4j.access import Access, open_driver, read_access
from orthoweave.stores.neo4j.files import fetch_neo4j, find_java
from orthoweave.stores.neo4j.local_server import ServerOptions, start_server
from orthoweave.testing.toy import build_toy_kb

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Write without `fsync`: what tests write need not survive a power failure.

    An ingest syncs some hundred files, which is most of the time of a small test. Child processes,
    which the tests of kills start, sync as users' processes do.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the complete real data; tests that need it are skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the complete real data are not beside the checkout")
    return folder


MakeOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce:
    """Return a folder that is filled once, by the first of all test processes that wants it."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if parallel else base

    def folder_of(name: str, make: Callable[[Path], object]) -> Path:
        folder, made = shared / name, shared / f"{name}.made"
        with FileLock(shared / f"{name}.lock"):
            if not made.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                made.touch()
        return folder

    return folder_of


@pytest.fixture(scope="session")
def toy_kb(make_once: MakeOnce) -> Path:
    """The toy world, built and published, without vectors."""
    return make_once("toy", build_toy_kb) / "kb"


@pytest.fixture(scope="session")
def bulk_kb(make_once: MakeOnce) -> Path:
    """Two datasets of bulk samples, one of them with follow-up."""
    return make_once("bulk", build_bulk_kb) / "kb"


@pytest.fixture(scope="session")
def restored_kb(make_once: MakeOnce) -> Path:
    """The bulk samples with a run that restored two genes of one dataset, and gave a risk."""
    return make_once("restored", build_restored_kb) / "kb"


@pytest.fixture(scope="session")
def toy_kb_with_vectors(make_once: MakeOnce) -> Path:
    """The toy world with vectors of the offline hashed encoder."""
    return make_once("toy_vectors", lambda folder: build_toy_kb(folder, vectors=True)) / "kb"


@pytest.fixture(scope="session")
def outputs_kb(make_once: MakeOnce) -> Path:
    """The toy world with text vectors and a run's vectors, predictions and arrays, published."""
    return make_once("toy_outputs", build_outputs_kb) / "kb"


@pytest.fixture(scope="session")
def predicted_kb(make_once: MakeOnce, toy_kb_with_vectors: Path) -> Path:
    """The toy world with three runs whose predictions are known cell by cell."""
    make = partial(add_predicted_runs, toy_kb=toy_kb_with_vectors)
    return make_once("toy_predicted", make) / "kb"


@pytest.fixture(scope="session")
def untyped_kb(make_once: MakeOnce) -> Path:
    """Datasets that have labels for some of their cells or for none, built and published."""
    return make_once("untyped", build_untyped_kb) / "kb"


@pytest.fixture(scope="session")
def scaled_kb(make_once: MakeOnce) -> Path:
    """A dataset of counts in mouse and three of other scales in human, built and published."""
    return make_once("scaled", build_scaled_kb) / "kb"


@pytest.fixture(scope="session")
def demo_kb(make_once: MakeOnce) -> Path:
    """The bundled demo, built with the real text encoder."""
    return make_once("demo", lambda folder: build_demo(folder / "kb", Quiet())) / "kb"


@pytest.fixture(scope="session")
def real_genes_kb(make_once: MakeOnce, real_data: Path) -> Path:
    """The complete gene names of human and mouse, ingested and not built: copy it to add to it."""
    return make_once("real_genes", lambda folder: ingest_real_genes(folder, real_data)) / "kb"


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    """A real Neo4j server for this run: tests may put into it and remove whatever they like.

    The one of ``ORTHOWEAVE_NEO4J_URI`` where that is set, else one that is started here. Where
    there is no Java or Maven these tests are skipped; in CI that has both they must run.
    """
    uri = os.environ.get("ORTHOWEAVE_NEO4J_URI")
    if uri:
        access = read_access(uri)
        if _count_nodes(access) and not os.environ.get("ORTHOWEAVE_NEO4J_WIPE"):
            pytest.fail(
                f"the tests remove all that is in {uri}, and it is not empty: "
                "set ORTHOWEAVE_NEO4J_WIPE=1 if that is meant"
            )
        yield access
        return
    try:
        find_java()
        libraries = fetch_neo4j()
    except (UsageError, OfflineError) as error:
        reason = f"no Neo4j for tests: {error} (or set ORTHOWEAVE_NEO4J_URI)".splitlines()[0]
        if os.environ.get("CI") == "true" and shutil.which("java") and shutil.which("mvn"):
            pytest.fail(reason)
        pytest.skip(reason)
    home, options = tmp_path_factory.mktemp("neo4j"), ServerOptions(quick_start=True)
    with start_server(home, options, libraries=libraries) as server:
        yield server.access


@pytest.fixture
def neo4j_empty(neo4j_server: Access) -> Access:
    """The Neo4j server of this run with nothing in it: no node, constraint or index."""
    wipe(neo4j_server)
    return neo4j_server


@pytest.fixture(scope="module")
def neo4j_toy(neo4j_server: Access, toy_kb_with_vectors: Path) -> Access:
    """The Neo4j server of this run with the build of `toy_kb_with_vectors`, for one module."""
    wipe(neo4j_server)
    load_copy(toy_kb_with_vectors, neo4j_server)
    return neo4j_server


@pytest.fixture(scope="module")
def neo4j_fresh(neo4j_server: Access) -> Access:
    """The Neo4j server of this run, empty at the start of a module that fills it itself."""
    wipe(neo4j_server)
    return neo4j_server


def _count_nodes(access: Access) -> int:
    with open_driver(access) as driver:
        records, _, _ = driver.execute_query("MATCH (n) RETURN count(n) AS n")
        return int(records[0]["n"])
