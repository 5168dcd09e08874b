"""A local Neo4j server without Docker, for tests and trials.

It runs from Java archives (`files`) in its own home folder, listens on loopback only, requires a
random password, and has the same hardened settings, `HARDENED`, as the server of
``docker-compose.yml``. By default it ends with the process that started it, however that ends.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from orthoweave.errors import StoreUnavailableError, UsageError
from orthoweave.stores.neo4j.access import Access, explained, open_driver
from orthoweave.stores.neo4j.files import fetch_neo4j, find_java

HARDENED: Final = {
    "db.transaction.timeout": "30s",
    # procedures that describe the graph; none reads files, downloads or changes settings
    "dbms.security.procedures.allowlist": (
        "db.awaitIndex,db.awaitIndexes,db.labels,db.ping,db.propertyKeys,db.relationshipTypes,"
        "dbms.components"
    ),
    "dbms.security.procedures.unrestricted": "",
    "dbms.security.allow_csv_import_from_file_urls": "false",
    # the community edition has no documented setting that keeps LOAD CSV from reading addresses
    "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
    "server.config.strict_validation.enabled": "true",
    "dbms.usage_report.enabled": "false",
    "server.http.enabled": "false",
    "server.https.enabled": "false",
}
"""Settings of every server: short transactions, few procedures, no access to files or addresses,
Bolt only. Memory is not included, since it depends on the machine."""

_ENTRY: Final = "org.neo4j.server.CommunityEntryPoint"
_OPENED: Final = (
    "java.base/java.nio",
    "java.base/java.io",
    "java.base/sun.nio.ch",
    "java.base/java.util.concurrent",
)
_START_S: Final = 240.0
_STOP_S: Final = 20.0
# ends the server when this process closes the other end of descriptor 0 or dies
_TIED: Final = """
exec 3<&0
"$@" 3<&- </dev/null & server=$!
{ read -r _ <&3; kill $server; for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
  sleep 1; kill -0 $server || exit; done; kill -9 $server; } >/dev/null 2>&1 & watcher=$!
exec 3<&-
wait $server; code=$?
kill $watcher 2>/dev/null
exit $code
"""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Options of a local server."""

    port: int = 0
    """Bolt port on 127.0.0.1; 0 for any free port."""
    heap_mb: int = 512
    page_cache_mb: int = 64
    transaction_mb: int = 256
    """Memory of one transaction in MiB; all transactions together may take twice as much."""
    quick_start: bool = False
    """Compile less: starts in half the time but runs long work more slowly. For tests."""
    further: Mapping[str, str] = field(default_factory=dict)
    """Settings for neo4j.conf that override all others."""

    def settings(self, port: int) -> dict[str, str]:
        """Return all settings for neo4j.conf."""
        return {
            **HARDENED,
            "server.default_listen_address": "127.0.0.1",
            "server.bolt.listen_address": f"127.0.0.1:{port}",
            "server.bolt.advertised_address": f"127.0.0.1:{port}",
            "server.memory.pagecache.size": f"{self.page_cache_mb}m",
            "db.memory.transaction.max": f"{self.transaction_mb}m",
            "dbms.memory.transaction.total.max": f"{2 * self.transaction_mb}m",
            "db.tx_log.rotation.retention_policy": "keep_none",
            **self.further,
        }


class LocalServer:
    """A running server; see `start_server` and `find_server`. Use as a context manager."""

    def __init__(
        self,
        home: Path,
        access: Access,
        process_id: int,
        process: "subprocess.Popen[bytes] | None" = None,
    ) -> None:
        self.home = home
        self.access = access
        self.process_id = process_id
        self._process = process

    @property
    def running(self) -> bool:
        """Whether the process is running."""
        if self._process is not None:
            return self._process.poll() is None
        return _runs(self.process_id, self.home)

    def stop(self) -> None:
        """Stop the server; kill it if that takes too long."""
        if self._process is not None:
            _stop_child(self._process)
        else:
            _stop_other(self.process_id, self.home)
        (self.home / "server.json").unlink(missing_ok=True)

    def log(self, lines: int = 30) -> str:
        """Return the last lines of the server's log."""
        return _log(self.home, lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_server(
    home: Path,
    options: ServerOptions | None = None,
    *,
    libraries: Path | None = None,
    keep_running: bool = False,
) -> LocalServer:
    """Start a server on the graph in `home`, which may be new, and wait until it is ready.

    Parameters
    ----------
    home
        Folder of the server with its graph, configuration, log and password.
    libraries
        Folder of its Java archives; by default they are downloaded into the cache.
    keep_running
        Whether it outlives this process; `find_server` finds it again.

    Raises
    ------
    UsageError
        If Java is missing, a server runs on this home already, or the port is taken.
    OfflineError
        If its files cannot be downloaded.
    StoreUnavailableError
        If it does not start; the message contains the end of its log.
    """
    chosen = options or ServerOptions()
    home = home.resolve()
    running = find_server(home)
    if running is not None:
        message = f"a Neo4j server runs on {str(home)!r} already, at {running.access.uri}"
        raise UsageError(message)
    port = _free_port(chosen.port)
    access = Access(f"bolt://127.0.0.1:{port}", password=_password(home))
    command = _command(home, chosen, port, libraries or fetch_neo4j())
    server = (_start_alone if keep_running else _start_tied)(home, access, command)
    try:
        _wait(server)
    except BaseException:
        server.stop()
        raise
    about = {"process": server.process_id, "port": port}
    (home / "server.json").write_text(json.dumps(about), encoding="utf-8")
    return server


def find_server(home: Path) -> LocalServer | None:
    """Return the server that runs on `home`, whichever process started it; None if none runs."""
    home = home.resolve()
    try:
        about = json.loads((home / "server.json").read_text(encoding="utf-8"))
        password = (home / "password").read_text(encoding="utf-8")
        process_id, port = int(about["process"]), int(about["port"])
    except (OSError, ValueError, KeyError):
        return None
    if not _runs(process_id, home):
        return None
    return LocalServer(home, Access(f"bolt://127.0.0.1:{port}", password=password), process_id)


def _command(home: Path, options: ServerOptions, port: int, libraries: Path) -> list[str]:
    for name in ("conf", "data", "logs", "run", "plugins", "import"):
        (home / name).mkdir(exist_ok=True)
    lines = [f"{name}={value}\n" for name, value in options.settings(port).items()]
    (home / "conf" / "neo4j.conf").write_text("".join(lines), encoding="utf-8")
    return [
        find_java(),
        f"-Xms{min(256, options.heap_mb)}m",
        f"-Xmx{options.heap_mb}m",
        *(["-XX:TieredStopAtLevel=1"] if options.quick_start else []),
        "-XX:+UseSerialGC",
        "-Dfile.encoding=UTF-8",
        "-Dlog4j2.disable.jmx=true",
        *(f"--add-opens={module}=ALL-UNNAMED" for module in _OPENED),
        "-cp",
        f"{libraries}/*",
        _ENTRY,
        f"--home-dir={home}",
        f"--config-dir={home / 'conf'}",
        "--console-mode",
    ]


def _password(home: Path) -> str:
    """Return the password of a home; a new home gets a random one that only the user can read."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "password"
    if not path.is_file():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(secrets.token_urlsafe(24))
    return path.read_text(encoding="utf-8")


def _free_port(wanted: int) -> int:
    """Return a free port: `wanted`, or any if that is 0."""
    with socket.socket() as probe:
        # as servers do: a port whose last connections are closing counts as free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            message = f"port {wanted} is taken ({error.strerror}): use another, or 0 for any"
            raise UsageError(message) from error
        port: int = probe.getsockname()[1]
        return port


def _start_tied(home: Path, access: Access, command: list[str]) -> LocalServer:
    """Start a server that ends with this process."""
    with (home / "logs" / "console.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - Java, on files that Maven has checked
            ["/bin/sh", "-c", _TIED, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=home,
            start_new_session=True,
        )
    return LocalServer(home, access, process.pid, process)


def _start_alone(home: Path, access: Access, command: list[str]) -> LocalServer:
    """Start a server that outlives this process and is not its child."""
    script = '"$@" </dev/null >logs/console.log 2>&1 & echo $!'
    done = subprocess.run(  # noqa: S603 - as above
        ["/bin/sh", "-c", script, "sh", *command],
        stdout=subprocess.PIPE,
        text=True,
        cwd=home,
        start_new_session=True,
        check=True,
    )
    return LocalServer(home, access, int(done.stdout))


def _wait(server: LocalServer) -> None:
    """Wait until the server answers, and set its password."""
    deadline = time.monotonic() + _START_S
    while True:
        try:
            _log_in(server.access)
            return
        except StoreUnavailableError as error:
            running = server.running
            if not running or time.monotonic() > deadline:
                how = "does not answer" if running else "ended"
                message = f"the local Neo4j server {how}: {error}\n{server.log()}"
                raise StoreUnavailableError(message) from error
        time.sleep(0.2)


def _log_in(access: Access) -> None:
    from neo4j.exceptions import AuthError

    with explained(access):
        try:
            with open_driver(access) as driver:
                driver.verify_connectivity()
        except AuthError:
            # a new server still has the default password
            with open_driver(Access(access.uri, password="neo4j")) as driver:  # noqa: S106
                driver.execute_query(
                    "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new",
                    new=access.password,
                    database_="system",
                )


def _log(home: Path, lines: int) -> str:
    paths = [home / "logs" / name for name in ("neo4j.log", "console.log")]
    text = "\n".join(path.read_text("utf-8", "replace") for path in paths if path.is_file())
    return "\n".join(text.splitlines()[-lines:])


def _stop_child(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _stop_other(process_id: int, home: Path) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if not _runs(process_id, home):
            return
        os.kill(process_id, sign)
        deadline = time.monotonic() + _STOP_S
        while _runs(process_id, home) and time.monotonic() < deadline:
            time.sleep(0.1)


def _runs(process_id: int, home: Path) -> bool:
    """Return whether a process is the server of a home, and not one that reuses its number."""
    shown = subprocess.run(  # noqa: S603
        ["ps", "-ww", "-o", "args=", "-p", str(process_id)],  # noqa: S607 - as POSIX has it
        capture_output=True,
        text=True,
        check=False,
    )
    return f"--home-dir={home}" in shown.stdout
