"""A local Neo4j server: locked down, with a password, and gone when it should be."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from orthoweave.errors import StoreUnavailableError, UsageError
from orthoweave.stores.neo4j.access import Access, explained, open_driver
from orthoweave.stores.neo4j.files import VERSION
from orthoweave.stores.neo4j.local_server import (
    LocalServer,
    ServerOptions,
    find_server,
    start_server,
)

# servers are started, which takes minutes on a busy machine
pytestmark = pytest.mark.timeout(900)
_CHILD = """
import sys, time
from pathlib import Path
from orthoweave.stores.neo4j.local_server import ServerOptions, start_server
print(start_server(Path(sys.argv[1]), ServerOptions(quick_start=True)).process_id, flush=True)
time.sleep(600)
"""


def test_the_server_is_the_pinned_version(neo4j_server: Access) -> None:
    """The server is of the long-term line that the project is proven against."""
    with open_driver(neo4j_server) as driver:
        records, _, _ = driver.execute_query("CALL dbms.components() YIELD versions RETURN *")
    assert records[0]["versions"][0].split(".")[:2] == VERSION.split(".")[:2]


def test_no_one_gets_in_with_the_first_password(neo4j_server: Access) -> None:
    """The password that every new Neo4j has is refused."""
    with (
        pytest.raises(StoreUnavailableError, match="refuses the login of user 'neo4j'"),
        explained(neo4j_server),
        open_driver(Access(neo4j_server.uri, password="neo4j")) as driver,
    ):
        driver.verify_connectivity()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row", "allow_csv_import_from_file_urls"),
        ("LOAD CSV FROM 'http://127.0.0.1:9/' AS row RETURN row", "cypher_ip_blocklist"),
        ("LOAD CSV FROM 'http://[::1]:9/' AS row RETURN row", "cypher_ip_blocklist"),
    ],
)
def test_the_server_reads_neither_files_nor_addresses(
    neo4j_server: Access, statement: str, reason: str
) -> None:
    """LOAD CSV is refused by the server itself, whatever lets the statement through."""
    from neo4j.exceptions import ClientError

    with open_driver(neo4j_server) as driver, pytest.raises(ClientError, match=reason):
        driver.execute_query(statement)


def test_a_server_that_cannot_start_says_why(tmp_path: Path, neo4j_server: Access) -> None:
    """A setting that the server does not know is in the error, from its own log."""
    options = ServerOptions(further={"db.no_such_setting": "1"})
    with pytest.raises(StoreUnavailableError, match="no_such_setting"):
        start_server(tmp_path, options)
    assert find_server(tmp_path) is None


def test_a_taken_port_is_reported(tmp_path: Path, neo4j_server: Access) -> None:
    """Where somebody listens already no server is started, and theirs is left alone."""
    port = int(neo4j_server.uri.rpartition(":")[2])
    with pytest.raises(UsageError, match=f"port {port} is taken"):
        start_server(tmp_path, ServerOptions(port=port))


def test_a_server_ends_with_the_process_that_started_it(
    tmp_path: Path, neo4j_server: Access
) -> None:
    """Kill the process that started a server: the server ends too, and its home can be used."""
    command = [sys.executable, "-c", _CHILD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            assert int(child.stdout.readline())
            server = find_server(tmp_path)
            assert server is not None
            with pytest.raises(UsageError, match="already"):
                start_server(tmp_path)
        finally:
            child.kill()
    _wait_until_gone(server)
    assert find_server(tmp_path) is None


def test_the_password_is_for_this_user_only(tmp_path: Path, neo4j_server: Access) -> None:
    """A server that is kept running has its random password in a file that others cannot read."""
    server = start_server(tmp_path, ServerOptions(quick_start=True), keep_running=True)
    try:
        found = find_server(tmp_path)
        assert found is not None
        assert found.access == server.access
        assert (tmp_path / "password").stat().st_mode & 0o077 == 0
        assert len(found.access.password) >= 32
        with open_driver(found.access) as driver:
            driver.verify_connectivity()
        found.stop()
        assert find_server(tmp_path) is None
    finally:
        server.stop()


def _wait_until_gone(server: LocalServer) -> None:
    deadline = time.monotonic() + 60
    while find_server(server.home) is not None:
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.1)
