"""Opens the graph of a build; the only module that knows the available stores.

A store is imported when it is needed, so that a process loads only the one that it uses.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from orthoweave.errors import UsageError
from orthoweave.plugins import declared, load
from orthoweave.settings import Settings
from orthoweave.storage.manifest import GRAPH_FILE, Manifest
from orthoweave.stores.base import BYTE_LIMIT, AnyStore, CypherStore, SqlStore


class ServerStore(Protocol):
    """Object that a package declares for an address scheme such as ``bolt``, usually a class."""

    def open(self, uri: str, build: str, digest: str, *, byte_limit: int) -> AnyStore:
        """Open the graph at an address, after checking that it is the build with this digest."""

    def take_over(self, handover: Mapping[str, Any]) -> CypherStore:
        """Open the graph that `handover` of a store in another process describes."""


def open_store(
    folder: Path,
    manifest: Manifest,
    settings: Settings,
    uri: str = "",
    *,
    byte_limit: int = BYTE_LIMIT,
) -> AnyStore:
    """Open the graph of a build for reading.

    Parameters
    ----------
    folder
        Folder of the build.
    uri
        Address of the Neo4j server that holds its graph; empty for the graph in the folder.
    byte_limit
        Limit of bytes of one answer from a server.

    Raises
    ------
    IntegrityError
        If the graph is missing or damaged, or the server has another build or an unfinished load.
    StoreUnavailableError
        If the server does not answer or refuses the login.
    """
    if not uri:
        spill = Path(settings.spill) if settings.spill else None
        return open_embedded(
            folder / GRAPH_FILE, memory_mb=settings.memory_mb, threads=settings.threads, spill=spill
        )
    return _server_store(uri).open(
        uri, manifest.build, manifest.content_digest, byte_limit=byte_limit
    )


def open_embedded(
    graph: Path, *, memory_mb: int, threads: int = 0, spill: Path | None = None
) -> SqlStore:
    """Open an embedded graph for reading; see `DuckdbStore.open_read_only`."""
    from orthoweave.stores.duckdb.store import DuckdbStore

    return DuckdbStore.open_read_only(graph, memory_mb=memory_mb, threads=threads, spill=spill)


def take_over(handover: Mapping[str, Any]) -> CypherStore:
    """Open the graph that `handover` of a store in another process describes."""
    return _server_store(str(handover["uri"])).take_over(handover)


def _server_store(uri: str) -> "ServerStore":
    scheme = uri.partition("://")[0].partition("+")[0].lower()
    if scheme not in declared("stores"):
        message = (
            f"store {uri!r}: expected an address that begins with one of "
            f"{', '.join(declared('stores'))}, such as bolt://127.0.0.1:7687"
        )
        raise UsageError(message)
    return cast("ServerStore", load("stores", scheme))
