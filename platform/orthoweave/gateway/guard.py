"""The first line of defence: checks of statements and of their parameters.

A statement that does not parse is refused, and one that does may only call known functions
(`cypher.semantics.check`). In addition, text that users write runs in a sandboxed process.
"""

from collections.abc import Mapping
from functools import lru_cache

from orthoweave.cypher.semantics.check import check
from orthoweave.cypher.semantics.meaning import check_meaning
from orthoweave.cypher.syntax.parser import Statement, parse
from orthoweave.errors import MissingParameterError, UsageError
from orthoweave.gateway.plain_values import plain_value
from orthoweave.nearest import nearest


@lru_cache(maxsize=512)
def check_statement(text: str) -> Statement:
    """Return a statement parsed, after checking that it is allowed.

    Raises
    ------
    QueryRefusedError
        Naming the part that is not allowed, or that Neo4j refuses as well, and an alternative if
        there is one.

    Examples
    --------
    >>> sorted(check_statement("MATCH (g:Gene {id: $gene}) RETURN g.symbol").parameters)
    ['gene']
    """
    statement = parse(text)
    check(statement.query)
    check_meaning(statement.asked)
    return statement


def check_parameters(names: frozenset[str], given: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters of a statement as plain values, after checking that they match.

    Raises
    ------
    MissingParameterError
        If one is missing: the engine would treat it as null.
    UsageError
        If one is unknown, or its value is not a string, number, boolean, list or map.

    Examples
    --------
    >>> check_parameters(frozenset({"ids"}), {"ids": ("a", "b")})
    {'ids': ['a', 'b']}
    """
    missing, unknown = sorted(names - given.keys()), sorted(given.keys() - names)
    if missing:
        near = nearest(missing[0], unknown)
        hint = f" (${near[0]} is given, but not used)" if near else ""
        message = f"the query uses ${', $'.join(missing)}, but no value is given for it{hint}"
        raise MissingParameterError(message)
    if unknown:
        known = ", ".join(sorted(names)) or "none"
        message = (
            f"the query does not use the parameter {unknown[0]!r}; its parameters are: {known}"
        )
        raise UsageError(message)
    return {name: plain_value(name, value) for name, value in given.items()}
