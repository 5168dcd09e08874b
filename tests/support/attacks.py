"""Targets of attacks: a gateway to a graph, and everything that an attack must not change."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from orthoweave.gateway.gateway import Gateway
from orthoweave.storage.durable import file_digest
from orthoweave.stores.base import AnyStore

_GRAPH = (
    "MATCH (n) RETURN labels(n) AS l, properties(n) AS p ORDER BY n.id",
    "MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS t, b.id AS b, properties(r) AS p "
    "ORDER BY a, t, b, r.dataset, r.source, r.original_subject, r.original_object",
)


@dataclass(frozen=True, slots=True)
class Target:
    """A gateway under attack, and what an attack could want."""

    gateway: Gateway
    store: AnyStore
    graph: Path | None
    """The graph's file; None where it is in a server."""
    folder: Path
    """A folder with a file ``canary.csv`` that holds the word secret."""

    @property
    def canary(self) -> Path:
        """A file that nobody may read."""
        return self.folder / "canary.csv"

    def fill(self, text: str) -> str:
        """Put the paths into the text of an attack."""
        graph = self.graph or self.folder / "graph"
        return text.format(folder=self.folder, canary=self.canary, graph=graph)

    def state(self) -> str:
        """Digest of all that may not change: the folder's files, and what is in a server."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            content = file_digest(path) if path.is_file() else ""
            digest.update(f"{path.relative_to(self.folder)} {content}\n".encode())
        store = self.store
        if store.language == "cypher":
            for text in _GRAPH:
                rows = store.query(text, timeout_s=60, row_limit=1_000_000).table.to_pylist()
                digest.update(json.dumps(rows, sort_keys=True, default=str).encode())
        return digest.hexdigest()
