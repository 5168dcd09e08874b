"""The locked-up process holds with the check of statements switched off."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from orthoweave.errors import IntegrityError, OrthoweaveError
from orthoweave.queries.sandbox import Cage, landlock_version
from orthoweave.queries.worker import LockedReader, Question
from orthoweave.schema import read_schema
from orthoweave.stores.ladybug import LadybugStore
from orthoweave.tables.durable import file_digest

pytestmark = pytest.mark.skipif(not landlock_version(), reason="this kernel has no Landlock")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty graph file."""
    path = tmp_path_factory.mktemp("graph") / "graph.lbug"
    LadybugStore.create(path, read_schema(), buffer_pool_mb=256).close()
    return path


@pytest.fixture(scope="module")
def reader(graph: Path) -> Iterator[LockedReader]:
    """Give a process that reads it, asked without any check of the statement."""
    opened = LockedReader(graph, Cage(memory_mb=512))
    yield opened
    opened.close()


def _ask(reader: LockedReader, text: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = reader.ask(Question(text, {}, 5, 10, 1 << 20)).table.to_pylist()
    return rows


@pytest.mark.parametrize(
    "attack",
    [
        "LOAD FROM '{canary}' RETURN *",
        "LOAD FROM '{graph}' (file_format='csv') RETURN *",
        "LOAD FROM '/etc/passwd' (file_format='csv') RETURN *",
        "COPY (MATCH (g:Gene) RETURN g.id) TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "IMPORT DATABASE '{folder}'",
        "ATTACH '{graph}' AS other (dbtype lbug)",
        "INSTALL httpfs",
        "LOAD EXTENSION '{folder}/x.so'",
        "CHECKPOINT",
        "CREATE (g:Gene {{id: 'NCBIGene:1'}})",
        "MATCH (g:Gene) DELETE g",
        "DROP TABLE Gene",
        "CREATE MACRO f(x) AS x",
    ],
)
def test_the_kernel_stops_what_the_check_would_have(
    reader: LockedReader, graph: Path, attack: str
) -> None:
    """Files are neither read nor written, the graph stays as it was and can still be opened."""
    canary = graph.with_name("canary.csv")
    canary.write_text("secret,1\n", encoding="utf-8")
    before = {path.name: file_digest(path) for path in graph.parent.iterdir()}
    with pytest.raises(OrthoweaveError) as caught:
        _ask(reader, attack.format(canary=canary, graph=graph, folder=graph.parent))
    assert "secret" not in str(caught.value)
    assert {path.name: file_digest(path) for path in graph.parent.iterdir()} == before
    assert _ask(reader, "RETURN 1 AS x") == [{"x": 1}]
    LadybugStore.open_read_only(graph, buffer_pool_mb=64).close()


def test_lifting_the_engines_limit_does_not_help(reader: LockedReader) -> None:
    """With the engine's time limit switched off by a statement, the process is ended anyway."""
    with contextlib.suppress(OrthoweaveError):
        _ask(reader, "CALL timeout=0")
    bomb = "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y RETURN sum(x % y + 1) AS n"
    with pytest.raises(OrthoweaveError):
        reader.ask(Question(bomb, {}, 1, 10, 1 << 20))
    assert _ask(reader, "RETURN 1 AS x") == [{"x": 1}]


def test_a_graph_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """The process says why it cannot start, in the library's own error."""
    reader = LockedReader(tmp_path / "none.lbug")
    with pytest.raises(IntegrityError, match="no graph at"):
        _ask(reader, "RETURN 1 AS x")
    assert reader.process_id is None


def test_closing_ends_the_process(graph: Path) -> None:
    """After closing there is no process; a new question starts one."""
    reader = LockedReader(graph)
    assert _ask(reader, "RETURN 1 AS x") == [{"x": 1}]
    reader.close()
    assert reader.process_id is None
