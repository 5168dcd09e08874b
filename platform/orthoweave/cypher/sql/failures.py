"""Errors of the engine, translated into our own errors and messages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from orthoweave import errors
from orthoweave.cypher.sql.types import RAISED, REFUSED
from orthoweave.errors import QueryError, QueryRefusedError, QueryTimeoutError

_OWN: Final = re.compile(r"executing the UDF: (\w+): (.*)", re.DOTALL)
_NOT_PLANNED: Final = re.compile(r"(Binder|Parser|Catalog|Not implemented|INTERNAL) Error")
_OVERFLOW: Final = re.compile(r"Overflow in|Out of Range Error")


class NotPlannedError(QueryError):
    """The engine rejected the SQL before running it; caught within the package."""


@contextmanager
def explained() -> Iterator[None]:
    """Translate the engine's errors within a ``with`` block.

    Raises
    ------
    QueryRefusedError
        If a row led to a value that is refused.
    QueryError
        If a row has a value that an operator or function does not accept.
    """
    try:
        yield
    except QueryTimeoutError:
        raise
    except QueryError as error:
        raise _translated(error) from error


def _translated(error: QueryError) -> QueryError:
    message = str(error)
    if REFUSED in message:
        return QueryRefusedError(_first_line(message.split(REFUSED, 1)[1]))
    if RAISED in message:
        return QueryError(_first_line(message.split(RAISED, 1)[1]))
    own = _OWN.search(message)
    if own is not None:
        error_type = getattr(errors, own[1], QueryError)
        if not isinstance(error_type, type) or not issubclass(error_type, QueryError):
            error_type = QueryError
        return error_type(own[2].strip())
    if _NOT_PLANNED.match(message):
        return NotPlannedError(message)
    if _OVERFLOW.search(message):
        return QueryError("a result exceeds 64-bit integers: use toFloat(…)")
    return error


def _first_line(message: str) -> str:
    return message.split("\n\n", 1)[0].strip()
