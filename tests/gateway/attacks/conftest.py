"""Targets of attacks: the toy world behind a gateway, in the embedded store and in Neo4j."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.attacks import Target
from tests.support.loading import load_copy

from orthoweave.gateway.gateway import Gateway, Limits
from orthoweave.sandbox.files import can_sandbox
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import GRAPH_FILE, current_build
from orthoweave.stores.base import AnyStore
from orthoweave.stores.duckdb.store import DuckdbStore
from orthoweave.stores.neo4j.store import Neo4jStore

LIMITS = Limits(timeout_s=1.5, row_limit=100, byte_limit=8 << 20)


@pytest.fixture(scope="module", params=["embedded", "neo4j"])
def target(
    request: pytest.FixtureRequest, toy_kb: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    """Open both kinds of store, one after the other, beside a file that nobody may read."""
    layout = Layout(toy_kb)
    folder = tmp_path_factory.mktemp("target")
    (folder / "canary.csv").write_text("secret,1\n", encoding="utf-8")
    graph = None
    if request.param == "embedded":
        if not can_sandbox():
            pytest.skip("this system cannot sandbox a process")
        graph = folder / GRAPH_FILE
        graph.write_bytes((layout.builds / current_build(layout) / GRAPH_FILE).read_bytes())
        store: AnyStore = DuckdbStore.open_read_only(graph, memory_mb=256)
    else:
        access = request.getfixturevalue("neo4j_fresh")
        load_copy(toy_kb, access)
        store = Neo4jStore.connect(access)
    gateway = Gateway(store, graph, LIMITS)
    target = Target(gateway, store, graph, folder)
    before = target.state()
    yield target
    # after all attacks together: a digest for each would take minutes
    assert target.state() == before
    gateway.close()
    store.close()
