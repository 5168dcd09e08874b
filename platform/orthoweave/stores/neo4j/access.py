"""Access to a Neo4j server: address, login, driver, and errors that say what to do.

The address comes from the user, the login from the environment. A password never appears in an
address, a message, a log line or a printed value.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from orthoweave.errors import (
    MissingExtraError,
    QueryError,
    QueryTimeoutError,
    StoreUnavailableError,
    UsageError,
)

if TYPE_CHECKING:
    import neo4j

SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
"""Schemes of addresses: with routing (neo4j) or to a single server (bolt); encrypted with a
checked certificate (+s) or any certificate (+ssc)."""
USER: Final = "ORTHOWEAVE_NEO4J_USER"
PASSWORD: Final = "ORTHOWEAVE_NEO4J_PASSWORD"  # noqa: S105 - the name of a variable
PASSWORD_FILE: Final = "ORTHOWEAVE_NEO4J_PASSWORD_FILE"  # noqa: S105 - the name of a variable
_CONNECT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Access:
    """Address of a server and the login."""

    uri: str
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    """Password; empty if the server does not need one."""

    def __post_init__(self) -> None:
        check_uri(self.uri)


def check_uri(uri: str) -> None:
    """Check the address of a server.

    Raises
    ------
    UsageError
        If it is not an address, or contains a login.
    """
    try:
        parts = urlsplit(uri)
        valid = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, valid = None, False
    if parts is not None and "@" in parts.netloc:
        message = (
            "the store's address contains a login, which would end up in logs and process lists: "
            f"write it without, and set {USER} and {PASSWORD_FILE} (or {PASSWORD})"
        )
        raise UsageError(message)
    if not valid or (parts and (parts.path.strip("/") or parts.query or parts.fragment)):
        message = (
            f"store {uri!r}: expected the address of a Neo4j server, such as "
            f"bolt://127.0.0.1:7687, beginning with one of {', '.join(SCHEMES)}"
        )
        raise UsageError(message)


def read_access(uri: str, environment: Mapping[str, str] | None = None) -> Access:
    """Return the access to an address with the login from the environment.

    Raises
    ------
    UsageError
        If it is not an address, or the password file cannot be read.
    """
    known = os.environ if environment is None else environment
    password = known.get(PASSWORD, "")
    file = known.get(PASSWORD_FILE, "")
    if file and not password:
        try:
            password = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            message = f"{PASSWORD_FILE}={file!r} cannot be read as a file with a password: {error}"
            raise UsageError(message) from error
    return Access(uri, known.get(USER) or "neo4j", password)


def open_driver(access: Access, *, connections: int = 20) -> "neo4j.Driver":
    """Return a driver, which connects at its first use; the caller closes it.

    Raises
    ------
    MissingExtraError
        If the driver is not installed.
    """
    try:
        import neo4j
    except ImportError as error:
        message = "a Neo4j store needs the Neo4j driver: pip install 'orthoweave[neo4j]'"
        raise MissingExtraError(message) from error
    login = neo4j.basic_auth(access.user, access.password) if access.password else None
    return neo4j.GraphDatabase.driver(
        access.uri,
        auth=login,
        user_agent="orthoweave",
        max_connection_pool_size=connections,
        connection_timeout=_CONNECT_S,
        connection_acquisition_timeout=6 * _CONNECT_S,
        notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
        telemetry_disabled=True,
    )


@contextmanager
def explained(access: Access, timeout_s: float | None = None) -> Iterator[None]:
    """Translate the driver's errors within a block into our own.

    Raises
    ------
    StoreUnavailableError
        If the server cannot be reached, refuses the login, or stopped answering.
    QueryTimeoutError
        If the server stopped a statement at its time limit.
    QueryError
        If the server refused a statement or failed.
    """
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except Neo4jError as error:
        raise _server_error(access, error, timeout_s) from error
    except DriverError as error:
        raise _driver_error(access, error) from error


def _server_error(
    access: Access, error: "neo4j.exceptions.Neo4jError", timeout_s: float | None
) -> StoreUnavailableError | QueryError:
    code = error.code or ""
    text = error.message or str(error)
    if ".Security." in code:
        return StoreUnavailableError(
            f"the Neo4j server at {access.uri} refuses the login of user {access.user!r} ({code}): "
            f"set {USER} and {PASSWORD_FILE} (or {PASSWORD})"
        )
    if "Transaction.TransactionTimedOut" in code or "Transaction.Terminated" in code:
        limit = "the server's limit" if timeout_s is None else f"{timeout_s:g} s"
        return QueryTimeoutError(
            f"the query took longer than {limit} and was stopped: narrow it down, or raise "
            "ORTHOWEAVE_QUERY_TIMEOUT_S"
        )
    if "MemoryPoolOutOfMemory" in code or "OutOfMemory" in code or "StackOverFlow" in code:
        return QueryError(
            f"the query needs more memory than the Neo4j server allows ({text}): narrow it down, "
            "or raise db.memory.transaction.max on the server"
        )
    if ".DatabaseNotFound" in code or "DatabaseUnavailable" in code or ".Cluster." in code:
        return StoreUnavailableError(
            f"the Neo4j server at {access.uri} cannot serve the graph now ({code}: {text}): check "
            "the server's log"
        )
    return QueryError(text)


def _driver_error(access: Access, error: Exception) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"no Neo4j server answers at {access.uri} ({error}): start it (`orthoweave neo4j start`, "
        "or `docker compose up`), or check the address and whether it is encrypted (+s)"
    )
