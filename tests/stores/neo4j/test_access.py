"""Address and login of a Neo4j server: refused where unsound, and never shown."""

import socket
from pathlib import Path

import pytest

from orthoweave.errors import QueryTimeoutError, StoreUnavailableError, UsageError
from orthoweave.stores.neo4j.access import Access, check_uri, explained, open_driver, read_access


@pytest.mark.parametrize("scheme", ["neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"])
def test_every_scheme_of_neo4j_is_taken(scheme: str) -> None:
    """Addresses with and without routing and encryption are taken."""
    check_uri(f"{scheme}://graph.lab.org:7687")


@pytest.mark.parametrize(
    "uri",
    [
        "http://h:7474",
        "graph.lab.org",
        "bolt://",
        "bolt://h:0",
        "bolt://h:x",
        "bolt://h/path",
        "neo4j://h?policy=1",
        "",
        "bolt:/h",
        "bolt://[::1",
    ],
)
def test_other_addresses_are_refused(uri: str) -> None:
    """Text that is not a server's address is refused with an example of one."""
    with pytest.raises(UsageError, match=r"bolt://127\.0\.0\.1:7687"):
        Access(uri)


@pytest.mark.parametrize("uri", ["bolt://neo4j:secret@h", "neo4j+s://:secret@h:7687", "bolt://@h"])
def test_a_login_in_the_address_is_refused(uri: str) -> None:
    """A password in the address is refused, with the way to give it, and not repeated."""
    with pytest.raises(UsageError, match="ORTHOWEAVE_NEO4J_PASSWORD_FILE") as caught:
        read_access(uri)
    assert "secret" not in str(caught.value)


def test_login_comes_from_the_environment(tmp_path: Path) -> None:
    """User and password are read from variables, or the password from a file."""
    file = tmp_path / "password"
    file.write_text("from file\n")
    named = {"ORTHOWEAVE_NEO4J_USER": "reader", "ORTHOWEAVE_NEO4J_PASSWORD_FILE": str(file)}
    assert read_access("bolt://h", named) == Access("bolt://h", "reader", "from file")
    named["ORTHOWEAVE_NEO4J_PASSWORD"] = "plain"
    assert read_access("bolt://h", named).password == "plain"
    assert read_access("bolt://h", {}) == Access("bolt://h", "neo4j", "")


def test_a_password_file_that_is_missing_is_named(tmp_path: Path) -> None:
    """A file of the password that cannot be read is an error that names it."""
    with pytest.raises(UsageError, match="no_such_file"):
        read_access("bolt://h", {"ORTHOWEAVE_NEO4J_PASSWORD_FILE": str(tmp_path / "no_such_file")})


def test_a_password_is_not_printed() -> None:
    """Neither printing nor formatting shows the password."""
    access = Access("bolt://h", "reader", "secret")
    assert "secret" not in f"{access} {access!r}"


def test_no_server_is_an_error_that_says_what_to_do() -> None:
    """Where nothing listens, the message has the address and the way to start a server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        uri = f"bolt://127.0.0.1:{probe.getsockname()[1]}"
        access = Access(uri, password="secret")
        with (
            pytest.raises(StoreUnavailableError, match="orthoweave neo4j start") as caught,
            explained(access),
            open_driver(access) as driver,
        ):
            driver.verify_connectivity()
    assert uri in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_wrong_password_is_reported_as_such(neo4j_server: Access) -> None:
    """A refused login names user and variables, and repeats no password."""
    wrong = Access(neo4j_server.uri, "neo4j", "no such password")
    with (
        pytest.raises(StoreUnavailableError, match="ORTHOWEAVE_NEO4J_PASSWORD") as caught,
        explained(wrong),
        open_driver(wrong) as driver,
    ):
        driver.verify_connectivity()
    assert "no such" not in str(caught.value)


def test_the_servers_time_limit_is_a_timeout(neo4j_server: Access) -> None:
    """A statement that the server ends at its limit is a timeout of ours."""
    import neo4j

    endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN max(a * b)"
    with (
        open_driver(neo4j_server) as driver,
        driver.session() as session,
        pytest.raises(QueryTimeoutError, match=r"took longer than 0\.2 s"),
        explained(neo4j_server, 0.2),
    ):
        session.run(neo4j.Query(endless, timeout=0.2)).consume()
