"""An allow-list of functions and procedures, applied to the parsed statement.

The parser does not know any clause that writes, loads or configures, so it remains to check which
functions and procedures a statement calls, and to refuse what the engines answer differently. The
same check serves both stores.
"""

from collections.abc import Iterator
from typing import Any, Final

from orthoweave.cypher.semantics.elsewhere import instead
from orthoweave.cypher.semantics.kinds import refuse
from orthoweave.cypher.semantics.known_procedures import find
from orthoweave.cypher.semantics.procedures import unknown_procedure
from orthoweave.cypher.syntax.spelling import spelled
from orthoweave.cypher.syntax.tree import (
    Binary,
    Call,
    CallProcedure,
    Expression,
    Match,
    Quantifier,
    Unwind,
)
from orthoweave.cypher.syntax.walk import children
from orthoweave.cypher.values.aggregates import AGGREGATES
from orthoweave.cypher.values.functions import FUNCTIONS
from orthoweave.errors import QueryRefusedError

_TWO_ARGUMENTS: Final = frozenset({"percentilecont", "percentiledisc"})
_ENDS: Final = frozenset({"startnode", "endnode"})
_NUMBERED: Final = "internal ids differ between engines: use the property n.id, the node's key"
_NAMED: Final = ("any", "all", "none", "single", "reduce", "shortestPath", "startNode", "endNode")
_CLOCK: Final = "the answer would differ from one run to the next"
_DATES: Final = "dates and durations are stored as strings: compare them as strings"
HINTS: Final = {
    "id": _NUMBERED,
    "elementid": _NUMBERED,
    "rand": _CLOCK,
    "randomuuid": _CLOCK,
    "timestamp": _CLOCK,
    **dict.fromkeys(["date", "datetime", "localdatetime", "time", "localtime", "duration"], _DATES),
    "point": "coordinates are the numbers n.x and n.y",
    "label": "write labels(n)[0]",
    "extract": "write [x IN list | …]",
    "filter": "write [x IN list WHERE …]",
    "exists": "write EXISTS {…}, or n.name IS NOT NULL",
    "cast": "write toInteger(…), toFloat(…) or toString(…)",
    "rels": "write relationships(p)",
}
"""The replacement for each refused function, by its name in lower case."""


def check(tree: object) -> None:
    """Check that a parsed statement calls only allowed functions and procedures.

    Raises
    ------
    QueryRefusedError
        Naming the part that is not allowed, and an alternative if there is one.
    """
    for node, parent in _with_parents(tree, None):
        if isinstance(node, CallProcedure):
            _check_procedure(node)
        elif isinstance(node, Call):
            _check_call(node, parent)
        elif isinstance(node, Match) and node.optional:
            _check_lone_path(node)


def _with_parents(tree: object, parent: object) -> Iterator[tuple[Any, object]]:
    waiting = [(tree, parent)]
    while waiting:
        node, above = waiting.pop()
        yield node, above
        waiting += [(child, node) for child in children(node)]


def _check_procedure(node: CallProcedure) -> None:
    if find(node.name) is None:
        refuse(node.place, unknown_procedure(node.name))


def _check_call(node: Call, parent: object) -> None:
    name = node.name
    if name in AGGREGATES:
        _check_count(node, 1 + (name in _TWO_ARGUMENTS), 1 + (name in _TWO_ARGUMENTS))
    elif name in _ENDS:
        _check_count(node, 1, 1)
    elif name in FUNCTIONS:
        _check_count(node, FUNCTIONS[name].least, FUNCTIONS[name].most)
        if node.distinct:
            message = (
                f"{name}(DISTINCT …) at character {node.place + 1}: DISTINCT is only for "
                "aggregates such as count and collect"
            )
            raise QueryRefusedError(message)
    else:
        known = [spelled(function) for function in (*FUNCTIONS, *AGGREGATES, *_NAMED)]
        way = HINTS.get(name) or instead(name, known, "SHOW FUNCTIONS lists those that are")
        message = f"{name}(…) at character {node.place + 1} is not available: {way}"
        raise QueryRefusedError(message)
    if name == "keys" and not _ignores_order(node, parent):
        message = (
            f"keys(…) at character {node.place + 1}: the order of the names differs between "
            "engines. Write UNWIND keys(n) AS key, 'name' IN keys(n) or size(keys(n))"
        )
        raise QueryRefusedError(message)


def _check_lone_path(node: Match) -> None:
    for path in node.paths:
        if path.variable is not None and len(path.elements) == 1:
            message = (
                f"OPTIONAL MATCH {path.variable} = (…) at character {node.place + 1}: Neo4j "
                "returns a path of one node even if its condition fails. Write MATCH, or match "
                "the node without a path"
            )
            raise QueryRefusedError(message)


def _check_count(node: Call, least: int, most: int) -> None:
    count = len(node.arguments)
    if not least <= count <= most:
        expected = str(least) if least == most else f"{least} to {most}"
        message = (
            f"{node.name}(…) at character {node.place + 1} takes {expected} "
            f"argument{'s' * (expected != '1')}, found {count}"
        )
        raise QueryRefusedError(message)


def _ignores_order(node: Expression, parent: object) -> bool:
    """Return whether the parent of a list does not depend on the order of the list."""
    if isinstance(parent, Unwind):
        return True
    if isinstance(parent, Binary):
        return parent.operator == "IN" and parent.right == node
    if isinstance(parent, Quantifier):
        return parent.source == node
    return isinstance(parent, Call) and parent.name in {"size", "isempty"}
