"""Errors of the embedded engine, translated into our own."""

from pathlib import Path

import duckdb

from orthoweave.errors import IntegrityError, OrthoweaveError, QueryError, QueryTimeoutError
from orthoweave.storage.integrity import REPAIR

_DAMAGE = ("checksum", "corrupt", "could not read", "not a valid duckdb")


def explained(
    error: BaseException, *, path: Path, timeout_s: float, overdue: bool, memory_mb: int
) -> OrthoweaveError:
    """Return the error to raise in place of the engine's.

    Parameters
    ----------
    overdue
        Whether the question was stopped because its time was up.
    """
    problem = str(error)
    if overdue:
        return QueryTimeoutError(
            f"the query took longer than {timeout_s:g} s and was stopped: narrow it down, or raise "
            "ORTHOWEAVE_QUERY_TIMEOUT_S"
        )
    if isinstance(error, (duckdb.OutOfMemoryException, MemoryError)) or "bad_alloc" in problem:
        return QueryError(
            f"the query needs more memory than the {memory_mb:,} MiB that the graph engine may "
            "use: narrow it down, raise ORTHOWEAVE_MEMORY_MB, or name a folder to spill to in "
            f"ORTHOWEAVE_SPILL ({problem.splitlines()[0] if problem else 'no memory'})"
        )
    if isinstance(error, duckdb.Error) and any(sign in problem.lower() for sign in _DAMAGE):
        return IntegrityError(f"{path} is damaged ({problem}): {REPAIR}")
    return QueryError(problem)
