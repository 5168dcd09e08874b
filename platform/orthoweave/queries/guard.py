"""The first wall around the graph: only plain questions, with all their parameters and no others.

A statement is parsed; what does not parse is refused, and of what does only known functions may
be asked (`cypher.check`). Text that users write runs in a sandboxed process besides.
"""

from collections.abc import Mapping
from functools import lru_cache

from orthoweave.errors import MissingParameterError, UsageError
from orthoweave.queries.cypher.check import check
from orthoweave.queries.cypher.parser import Statement, parse


@lru_cache(maxsize=512)
def check_statement(text: str) -> Statement:
    """Check that a statement is one plain question; give it parsed, with comments blanked out.

    Raises
    ------
    QueryRefusedError
        Naming the part that may not be asked, and the way to write it if there is one.

    Examples
    --------
    >>> sorted(check_statement("MATCH (g:Gene {id: $gene}) RETURN g.symbol").parameters)
    ['gene']
    """
    found = parse(text)
    check(found.query)
    return found


def check_parameters(names: frozenset[str], given: Mapping[str, object]) -> None:
    """Check that exactly the parameters of a statement are given, with plain values.

    Raises
    ------
    MissingParameterError
        If one is missing: the engine would take it for null.
    UsageError
        If one is unknown, or its value is no text, number, truth value, list or map.
    """
    missing = sorted(names - given.keys())
    if missing:
        message = f"the query uses ${', $'.join(missing)}, but no value is given for it"
        raise MissingParameterError(message)
    unknown = sorted(given.keys() - names)
    if unknown:
        known = ", ".join(sorted(names)) or "none"
        message = f"the query has no parameter {unknown[0]!r}; its parameters are: {known}"
        raise UsageError(message)
    for name, value in given.items():
        if not _is_plain(value):
            message = (
                f"parameter {name!r} is a {type(value).__name__}; expected text, a number, true, "
                "false, null, or a list or map of these"
            )
            raise UsageError(message)


def _is_plain(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _is_plain(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    return value is None or isinstance(value, str | int | float | bool)
