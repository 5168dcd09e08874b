"""The sandbox holds even without the check of statements, down to raw SQL."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import orthoweave
from orthoweave.errors import IntegrityError, OrthoweaveError, QueryError
from orthoweave.gateway.limits import Question
from orthoweave.gateway.reader import SandboxedReader
from orthoweave.sandbox.files import can_sandbox
from orthoweave.sandbox.limits import SandboxLimits
from orthoweave.schema import read_schema
from orthoweave.storage.durable import file_digest
from orthoweave.stores.duckdb.store import DuckdbStore

pytestmark = pytest.mark.skipif(not can_sandbox(), reason="this system cannot sandbox a process")

# the process as it is but for one thing: what it is asked goes to the engine as it stands
RAW = """
import sys
from orthoweave.gateway import worker, worker_start

def run(store, question):
    return store.sql(question.text, timeout_s=question.timeout_s, row_limit=question.row_limit)

worker._run = run
worker._WARM_UP = "SELECT 1 AS x"
worker.warm_up = lambda read: read(worker.Question(worker._WARM_UP, {}, 10, 10, 1 << 20))
worker_start.main(sys.argv[1:])
"""


class RawReader(SandboxedReader):
    """A process that passes its questions to the engine as raw SQL."""

    def __init__(self, graph: Path) -> None:
        super().__init__(graph, SandboxLimits(memory_mb=512))
        package = str(Path(orthoweave.__file__).parents[1])
        code = f"import sys; sys.path.insert(0, {package!r})\n{RAW}"
        self._command = [sys.executable, "-c", code, *self._command[-2:]]


def test_a_process_begins_without_what_it_never_needs() -> None:
    """A sandboxed process does not load pandas even if it is installed."""
    code = (
        "import sys; from orthoweave.gateway import worker_start; worker_start.main(['{}', '/no']);"
        "print(sorted({'pandas', 'cloudpickle', 'pyarrow'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stderr.endswith(b"['pyarrow']\n")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty graph file."""
    path = tmp_path_factory.mktemp("graph") / "graph.duckdb"
    DuckdbStore.create(path, read_schema()).close()
    return path


@pytest.fixture(scope="module")
def reader(graph: Path) -> Iterator[SandboxedReader]:
    """Return a sandboxed process for the graph."""
    opened = SandboxedReader(graph, SandboxLimits(memory_mb=512))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def raw(graph: Path) -> Iterator[SandboxedReader]:
    """Return a sandboxed process that runs raw SQL."""
    opened = RawReader(graph)
    yield opened
    opened.close()


def _ask(reader: SandboxedReader, text: str, timeout_s: float = 5.0) -> list[dict[str, object]]:
    question = Question(text, {}, timeout_s, 10, 1 << 20)
    rows: list[dict[str, object]] = reader.ask(question).table.to_pylist()
    return rows


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT * FROM read_csv('{canary}')",
        "SELECT * FROM '{canary}'",
        "SELECT * FROM read_text('{canary}')",
        "SELECT * FROM read_blob('{graph}')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "IMPORT DATABASE '{folder}'",
        "ATTACH '{graph}' AS other",
        "ATTACH '{folder}/new.duckdb' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '{folder}/x.so'",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "SET temp_directory = '{folder}'",
        "SET threads = 64",
        "RESET lock_configuration",
        "PRAGMA enable_profiling",
        "FORCE CHECKPOINT graph",
        "INSERT INTO \"Gene\" (id) VALUES ('NCBIGene:1')",
        'DELETE FROM "Gene"',
        'UPDATE "Gene" SET symbol = 1',
        'DROP TABLE "Gene"',
        "CREATE TABLE graph.evil (x INTEGER)",
        "CREATE MACRO graph.f(x) AS x",
    ],
)
def test_engine_and_kernel_stop_what_the_check_would_have(
    raw: SandboxedReader, graph: Path, attack: str
) -> None:
    """No file is read or written, and the graph stays unchanged and can be opened."""
    canary = graph.with_name("canary.csv")
    canary.write_text("secret,1\n", encoding="utf-8")
    before = {path.name: file_digest(path) for path in graph.parent.iterdir()}
    try:
        answered = repr(_ask(raw, attack.format(canary=canary, graph=graph, folder=graph.parent)))
    except OrthoweaveError as error:
        answered = str(error)
    assert "secret" not in answered
    assert "root:" not in answered
    assert {path.name: file_digest(path) for path in graph.parent.iterdir()} == before
    assert _ask(raw, "SELECT 1 AS x") == [{"x": 1}]
    DuckdbStore.open_read_only(graph, memory_mb=64).close()


@pytest.mark.parametrize(
    ("setting", "held"),
    [("enable_external_access", "false"), ("lock_configuration", "true"), ("threads", "2")],
)
def test_the_engine_is_locked_as_well(raw: SandboxedReader, setting: str, held: str) -> None:
    """The engine's own settings forbid what the kernel forbids, too."""
    [row] = _ask(raw, f"SELECT current_setting('{setting}') AS x")
    assert str(row["x"]).lower() == held


def test_memory_of_a_statement_is_not_seen_by_others(raw: SandboxedReader) -> None:
    """A table that a statement creates is in no file, and the graph's tables are unchanged."""
    try:
        _ask(raw, "CREATE TEMP TABLE mine AS SELECT 1 AS x")
    except OrthoweaveError as error:
        assert "read-only" in str(error)  # noqa: PT017 - either is sound
    assert _ask(raw, 'SELECT count(*) AS n FROM "Gene"') == [{"n": 0}]


def test_a_statement_without_end_is_ended(reader: SandboxedReader) -> None:
    """A statement that runs too long ends, and the next question is answered."""
    bomb = "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y RETURN sum(x % y + 1) AS n"
    with pytest.raises(OrthoweaveError, match="ORTHOWEAVE_QUERY_TIMEOUT_S"):
        _ask(reader, bomb, 1)
    assert _ask(reader, "RETURN 1 AS x") == [{"x": 1}]


def test_a_graph_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """A process that cannot start reports the reason as one of the library's errors."""
    reader = SandboxedReader(tmp_path / "none.duckdb")
    with pytest.raises(IntegrityError, match="no graph at"):
        _ask(reader, "RETURN 1 AS x")
    assert reader.process_id is None


def test_the_end_of_its_input_ends_it(graph: Path) -> None:
    """A process ends when its parent ends."""
    reader = SandboxedReader(graph, SandboxLimits(memory_mb=512))
    reader.start()
    process = reader._process
    assert isinstance(process, subprocess.Popen)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=30) == 0
    reader.close()


def test_a_fault_of_the_process_reaches_a_report(
    graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that the process did not foresee comes back with its traceback in a report."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    faulty = RawReader(graph)
    faulty._command[2] = faulty._command[2].replace("return store", "question.text.x; store")
    with pytest.raises(QueryError, match="AttributeError: 'str'") as caught:
        _ask(faulty, "SELECT 1 AS x")
    faulty.close()
    [report] = tmp_path.rglob("*.txt")
    assert str(report) in str(caught.value)
    assert "Traceback (most recent call last)" in report.read_text(encoding="utf-8")
