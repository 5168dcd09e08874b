"""A graph store: a copy of a build's folder elsewhere, such as on a fast local disk.

``orthoweave orthologs INS --store copy:///fast/build`` asks it, where ``/fast/build`` is a copy of
``kb/builds/<id>``. The store answers Cypher, as a server would: here by compiling it to SQL for
the copied DuckDB file.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from orthoweave.cypher.answer import answer
from orthoweave.errors import IntegrityError
from orthoweave.stores.base import Rows, SqlStore
from orthoweave.stores.open import open_embedded

_MEMORY_MB = 512


class CopyStore:
    """The graph in a copy of a build's folder, asked in Cypher."""

    language: Literal["cypher"] = "cypher"

    def __init__(self, uri: str, digest: str, graph: SqlStore) -> None:
        self._uri = uri
        self._digest = digest
        self._graph = graph

    @classmethod
    def open(cls, uri: str, build: str, digest: str, *, byte_limit: int) -> Self:
        """Open the copy at an address; it must hold the same graph as the build.

        Raises
        ------
        IntegrityError
            If the copy is missing or holds another graph.
        """
        del byte_limit  # the gateway limits the answers of an embedded engine
        folder = Path(uri.partition("://")[2])
        try:
            copied = json.loads((folder / "COPY.json").read_text(encoding="utf-8"))["digest"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"{uri}: expected a copy of build {build}, found none ({error}): copy it"
            raise IntegrityError(message) from error
        if copied != digest:
            message = f"{uri}: expected a copy of build {build}, found another: copy it again"
            raise IntegrityError(message)
        return cls(uri, digest, open_embedded(folder / "graph.duckdb", memory_mb=_MEMORY_MB))

    @classmethod
    def take_over(cls, handover: Mapping[str, Any]) -> Self:
        """Open the same copy in another process."""
        return cls.open(handover["uri"], "", handover["digest"], byte_limit=0)

    def handover(self) -> dict[str, object]:
        """Return the address and the digest of the graph, for `take_over`."""
        return {"uri": self._uri, "digest": self._digest}

    def query(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        timeout_s: float,
        row_limit: int,
    ) -> Rows:
        """Return the rows of one statement, at most `row_limit` of them."""
        return answer(self._graph, text, parameters or {}, timeout_s=timeout_s, row_limit=row_limit)

    def counts(self) -> dict[str, int]:
        """Return the number of rows by node and edge table."""
        return self._graph.counts()

    def close(self) -> None:
        """Close the graph; questions from here on fail."""
        self._graph.close()


def copy_build(build: Path, digest: str, target: Path) -> str:
    """Copy the graph of a build's folder into a new folder, and return its address."""
    shutil.copytree(build, target)
    (target / "COPY.json").write_text(json.dumps({"digest": digest}), encoding="utf-8")
    return f"copy://{target}"
