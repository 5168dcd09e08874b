"""A process that can be ended receives the answers of a server."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from orthoweave.errors import OrthoweaveError, QueryError, StoreUnavailableError
from orthoweave.gateway.limits import Question
from orthoweave.gateway.server_reader import ServerReader
from orthoweave.sandbox.limits import SandboxLimits
from orthoweave.stores.base import Rows
from orthoweave.stores.neo4j.access import Access
from orthoweave.stores.neo4j.store import Neo4jStore


@pytest.fixture(scope="module")
def reader(neo4j_server: Access) -> Iterator[ServerReader]:
    """Return a process with little memory, on the server of this test run."""
    with Neo4jStore.connect(neo4j_server) as store:
        opened = ServerReader(store, SandboxLimits(memory_mb=256))
        yield opened
        opened.close()


def _ask(reader: ServerReader, text: str, timeout_s: float = 10.0, **parameters: object) -> Rows:
    return reader.ask(Question(text, parameters, timeout_s, 1000, 64 << 20))


def test_answers_come_through(reader: ServerReader) -> None:
    """Values of every kind pass through the process unchanged."""
    text = "UNWIND $values AS value RETURN value, {a: value} AS map"
    values = [1, 2.5, "a", None, [1], True]
    found = _ask(reader, text, values=values).table.to_pylist()
    assert [repr(row["value"]) for row in found] == [repr(value) for value in values]
    assert [repr(row["map"]["a"]) for row in found] == [repr(value) for value in values]


def test_errors_come_through(reader: ServerReader) -> None:
    """A refusal of the server is an error with its words, and the process survives."""
    before = reader.process_id
    with pytest.raises(QueryError, match="Invalid input"):
        _ask(reader, "MACHT (n) RETURN n")
    assert _ask(reader, "RETURN 1 AS x").table["x"].to_pylist() == [1]
    assert reader.process_id == before or before is None


@pytest.mark.parametrize(
    "bomb",
    [
        "RETURN range(1, 1000000000) AS numbers",
        "UNWIND range(1, 1000) AS i RETURN range(1, 1000000) AS numbers",
        "RETURN reduce(s = 'x', i IN range(1, 40) | s + s) AS text",
        "UNWIND range(1, 100000000) AS i RETURN i + 0.5 AS x ORDER BY x DESC",
    ],
)
def test_an_answer_without_end_is_ended(reader: ServerReader, bomb: str) -> None:
    """An answer that takes too much memory or time ends, and the next question is answered."""
    with pytest.raises(OrthoweaveError):
        _ask(reader, bomb, timeout_s=2.0)
    assert _ask(reader, "RETURN 1 AS x").table["x"].to_pylist() == [1]


def test_the_password_is_in_no_command_line_or_environment(
    reader: ServerReader, neo4j_server: Access
) -> None:
    """A list of processes shows neither the password nor its file."""
    _ask(reader, "RETURN 1 AS x")
    folder = Path("/proc") / str(reader.process_id)
    if not folder.is_dir():
        pytest.skip("this system has no /proc")
    assert neo4j_server.password.encode() not in (folder / "cmdline").read_bytes()
    # after its limits are set the process cannot be looked into at all, but by root
    if os.geteuid() == 0:
        assert neo4j_server.password.encode() not in (folder / "environ").read_bytes()


def test_a_wrong_login_is_reported(neo4j_server: Access) -> None:
    """A process that cannot log in ends with the reason."""
    with Neo4jStore.connect(neo4j_server) as store:
        store.access = Access(neo4j_server.uri, password="wrong")
        reader = ServerReader(store)
        with pytest.raises(StoreUnavailableError, match="refuses the login"):
            _ask(reader, "RETURN 1 AS x")
        assert reader.process_id is None
