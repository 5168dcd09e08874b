"""Settings: one table of name, default and help; values come from the environment.

Every setting is read from ``ORTHOWEAVE_<NAME>``. Values are passed on, never kept in a global.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from orthoweave.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults."""

    kb: Path = Path("kb")
    """Folder of the knowledge base."""
    store: str = ""
    """Address of the Neo4j server that holds the graph; empty for the embedded one."""
    offline: bool = False
    """Forbid downloads and hosted text models."""
    text_model: str = "all-MiniLM-L6-v2"
    """Text encoder: the bundled all-MiniLM-L6-v2, or the path of a local model."""
    memory_mb: int = 1024
    """Memory that the embedded graph engine may hold for a reader, in MiB."""
    threads: int = 0
    """Threads of the embedded graph engine for a reader; 0 for one on each core."""
    spill: str = ""
    """Folder for data that a question cannot hold in memory; empty to end such a question."""
    query_timeout_s: float = 30.0
    """Wall-clock limit of one query, in seconds."""
    query_row_limit: int = 100_000
    """Rows that one query may return before it is marked as truncated."""
    query_answer_mb: int = 256
    """Largest answer of one query, in MiB."""
    query_processes: int = 0
    """Long free-text queries at a time; 0 for one on each core, from 2 to 4."""
    query_queue: int = 32
    """Free-text queries that may wait for their turn."""
    query_wait_s: float = 120.0
    """Longest time that a free-text query waits for its turn, in seconds."""
    untrusted_memory_mb: int = 4096
    """Memory of a process that reads untrusted files, in MiB."""
    keep_builds: int = 2
    """Published builds to keep besides the current one."""
    run_minutes: float = 60.0
    """Longest run of a model that starts without ``--yes``, by its estimate, in minutes."""
    run_gb: float = 16.0
    """Most memory of a run of a model that starts without ``--yes``, by its estimate, in GB."""
    job_path: str = ""
    """Further folders of ingest jobs, separated like PATH."""
    query_path: str = ""
    """Further folders of saved queries, separated like PATH."""
    schema_path: str = ""
    """Further folders of the graph schema, separated like PATH."""


HELP: Final = {
    "kb": "folder of the knowledge base",
    "store": "address of the Neo4j server that holds the graph, such as bolt://127.0.0.1:7687",
    "offline": "1 forbids downloads and hosted text models",
    "text_model": "text encoder: all-MiniLM-L6-v2 (bundled) or the path of a local model",
    "memory_mb": "memory of the embedded graph engine for a reader, in MiB",
    "threads": "threads of the embedded graph engine for a reader; 0 for one on each core",
    "spill": "folder for data that a question cannot hold in memory; empty to end such a question",
    "query_timeout_s": "wall-clock limit of one query, in seconds",
    "query_row_limit": "rows a query may return before it is marked as truncated",
    "query_answer_mb": "largest answer of one query, in MiB",
    "query_processes": "long free-text queries at a time; 0 for one on each core, from 2 to 4",
    "query_queue": "free-text queries that may wait for their turn",
    "query_wait_s": "longest time that a free-text query waits for its turn, in seconds",
    "untrusted_memory_mb": "memory of a process that reads untrusted files, in MiB",
    "keep_builds": "published builds to keep besides the current one",
    "run_minutes": "longest run of a model that starts without --yes, as estimated, in minutes",
    "run_gb": "most memory of a run that starts without --yes, as estimated, in GB",
    "job_path": "further folders of ingest jobs, separated like PATH",
    "query_path": "further folders of saved queries, separated like PATH",
    "schema_path": "further folders of the graph schema, separated like PATH",
}

_TRUE: Final = {"1", "true", "yes", "on"}
_FALSE: Final = {"", "0", "false", "no", "off"}


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings of an environment, by default this process's.

    Raises
    ------
    UsageError
        If a value cannot be read as its setting's type.

    Examples
    --------
    >>> read_settings({"ORTHOWEAVE_OFFLINE": "1"}).offline
    True
    """
    source = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for field in fields(Settings):
        text = source.get(f"ORTHOWEAVE_{field.name.upper()}")
        if text is not None and (text or field.type is bool):
            values[field.name] = _parse(field.name, text, type(field.default))
    return Settings(**values)


def _parse(name: str, text: str, kind: type) -> object:
    expected = {bool: "1 or 0", int: "a whole number", float: "a number"}.get(kind, "text")
    try:
        if kind is bool:
            return _boolean(text)
        converters: dict[type, Callable[[str], object]] = {int: int, float: float, str: str}
        # the default's type is a concrete Path of this platform
        return converters.get(kind, Path)(text)
    except ValueError:
        message = f"ORTHOWEAVE_{name.upper()}={text!r}: expected {expected} ({HELP[name]})"
        raise UsageError(message) from None


def _boolean(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered not in _TRUE | _FALSE:
        raise ValueError(text)
    return lowered in _TRUE
