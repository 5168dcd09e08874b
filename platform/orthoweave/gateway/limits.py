"""Limits of one question, and the errors when one is reached.

Each message names the limit in force and the setting that changes it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from orthoweave.cypher.syntax.parser import Mode
from orthoweave.errors import QueryBusyError, QueryError, QueryTimeoutError, UsageError

MOST_ROWS: Final = 10_000_000
"""Row limit of an answer that must be complete; its byte limit usually applies first."""
_MIB: Final = 2**20


def default_processes() -> int:
    """Return the default number of long questions at a time: one per core, from two to four."""
    return min(4, max(2, os.cpu_count() or 2))


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one question and of concurrent questions.

    Raises
    ------
    UsageError
        If a limit is not above zero.
    """

    timeout_s: float = 30.0
    """Seconds that a question may run; waiting does not count."""
    row_limit: int = 100_000
    byte_limit: int = 256 * _MIB
    memory_mb: int = 1024
    """Memory of the engine for a user's statement in MiB; its answer may take as much again."""
    processes: int = default_processes()
    """Number of long statements of users that run at a time."""
    queue: int = 32
    """Number of statements of users that may wait."""
    wait_s: float = 120.0
    """Seconds that a statement of a user may wait."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            # exports may ask only for column names, with a limit of 0 rows
            if value <= 0 and field.name != "row_limit":
                message = f"the limit {field.name} is {value}: expected a number above 0"
                raise UsageError(message)


@dataclass(frozen=True, slots=True)
class Question:
    """One statement with its limits."""

    text: str
    parameters: Mapping[str, object]
    timeout_s: float
    row_limit: int
    byte_limit: int
    mode: Mode = "run"
    """``explain`` or ``profile`` to return a plan instead of the rows."""


def out_of_time(timeout_s: float) -> QueryTimeoutError:
    """Return the error for a question that ran too long."""
    return QueryTimeoutError(
        f"the query took more than {timeout_s:g} s and was stopped: narrow it down, or raise "
        "ORTHOWEAVE_QUERY_TIMEOUT_S"
    )


def out_of_memory(memory_mb: int) -> QueryError:
    """Return the error for a question that needed too much memory."""
    return QueryError(
        f"the query needs more than the {memory_mb:,} MiB of memory that its process may have: "
        "narrow it down, or raise ORTHOWEAVE_MEMORY_MB"
    )


def too_large(size: int, limit: int) -> QueryError:
    """Return the error for an answer with too many bytes."""
    return QueryError(
        f"the answer has {size / _MIB:,.0f} MiB, the limit is {limit / _MIB:,.0f} MiB: ask for "
        "fewer columns or fewer rows, or raise ORTHOWEAVE_QUERY_ANSWER_MB"
    )


def rows_cut(limit: int) -> str:
    """Return the note for an answer that has only the first rows."""
    return (
        f"this answer is cut at {limit:,} rows, which is the limit, and there are more: narrow the "
        "question down, or raise ORTHOWEAVE_QUERY_ROW_LIMIT"
    )


def too_many(rows: int) -> QueryError:
    """Return the error for an answer that must be complete but has too many rows."""
    return QueryError(
        f"the question reads more than {rows:,} rows, and a partial answer would be wrong: ask "
        "for fewer genes at a time"
    )


def ended(how: str, memory_mb: int, timeout_s: float) -> QueryError:
    """Return the error for a question whose process ended, with the two likely reasons."""
    return QueryError(
        f"the query's process ended ({how}), probably because it needed more than {memory_mb:,} "
        f"MiB of memory or more processor time than {timeout_s:g} s allow: narrow it down or raise "
        "ORTHOWEAVE_MEMORY_MB or ORTHOWEAVE_QUERY_TIMEOUT_S"
    )


def queue_full(queue: int, processes: int) -> QueryBusyError:
    """Return the error for a full queue."""
    return QueryBusyError(
        f"{queue:,} questions wait already, which is the limit, while up to {processes:,} long "
        "ones run at a time: ask again later, or raise ORTHOWEAVE_QUERY_QUEUE or "
        "ORTHOWEAVE_QUERY_PROCESSES"
    )


def waited(wait_s: float, processes: int) -> QueryBusyError:
    """Return the error for a question that waited too long."""
    return QueryBusyError(
        f"the query waited {wait_s:g} s for a free process, which is the limit, while up to "
        f"{processes:,} long ones ran at a time: ask again later, or raise "
        "ORTHOWEAVE_QUERY_WAIT_S or ORTHOWEAVE_QUERY_PROCESSES"
    )
