"""Lets only plain questions through: an allow-list over the parsed statement.

The parser knows no clause that writes, loads or sets anything, so what is left to check is which
functions and procedures are called, and what no two engines answer alike. The same check serves
both stores.
"""

from collections.abc import Iterator
from typing import Any, Final

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.cypher.aggregates import AGGREGATES
from orthoweave.queries.cypher.functions import FUNCTIONS
from orthoweave.queries.cypher.tree import (
    Binary,
    Call,
    CallProcedure,
    Expression,
    Quantifier,
    Unwind,
)
from orthoweave.queries.cypher.walk import children

_TWO_ARGUMENTS: Final = frozenset({"percentilecont", "percentiledisc"})
_ENDS: Final = frozenset({"startnode", "endnode"})
_NUMBERED: Final = (
    "engines number nodes in their own way: ask for the property n.id, the node's key"
)
_CLOCK: Final = "the answer would differ from one time to the next"
_DATES: Final = "dates and durations are kept as texts here: compare them as texts"
HINTS: Final = {
    "id": _NUMBERED, "elementid": _NUMBERED,
    "rand": _CLOCK, "randomuuid": _CLOCK, "timestamp": _CLOCK,
    **dict.fromkeys(
        ["date", "datetime", "localdatetime", "time", "localtime", "duration"], _DATES
    ),
    "point": "places are the numbers n.x and n.y here",
    "label": "write labels(n)[0]",
    "extract": "write [x IN list | …]", "filter": "write [x IN list WHERE …]",
    "exists": "write EXISTS {…}, or n.name IS NOT NULL",
    "cast": "write toInteger(…), toFloat(…) or toString(…)",
    "rels": "write relationships(p)",
}  # fmt: skip
"""How to write what is refused, by function in lower case."""


def check(tree: object) -> None:
    """Check that a parsed statement may be asked.

    Raises
    ------
    QueryRefusedError
        Naming the part that may not, and the way to write it if there is one.
    """
    for node, parent in _pairs(tree, None):
        if isinstance(node, CallProcedure):
            _refuse_procedure(node)
        elif isinstance(node, Call):
            _check_call(node, parent)


def _pairs(tree: object, parent: object) -> Iterator[tuple[Any, object]]:
    waiting = [(tree, parent)]
    while waiting:
        node, above = waiting.pop()
        yield node, above
        waiting += [(child, node) for child in children(node)]


def _refuse_procedure(node: CallProcedure) -> None:
    hints = {
        "db.labels": "MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label",
        "db.relationshipTypes": "MATCH ()-[r]->() RETURN DISTINCT type(r) AS relationshipType",
        "db.propertyKeys": "MATCH (n) UNWIND keys(n) AS key RETURN DISTINCT key",
    }
    way = hints.get(node.name)
    message = (
        f"CALL {node.name} (character {node.place + 1}) may not be asked: no procedure may, only "
        + (f"subqueries. Write {way}" if way else "subqueries in braces")
    )
    raise QueryRefusedError(message)


def _check_call(node: Call, parent: object) -> None:
    name = node.name
    if name in AGGREGATES:
        _check_count(node, 1 + (name in _TWO_ARGUMENTS), 1 + (name in _TWO_ARGUMENTS))
    elif name in _ENDS:
        _check_count(node, 1, 1)
    elif name in FUNCTIONS:
        _check_count(node, FUNCTIONS[name].least, FUNCTIONS[name].most)
        if node.distinct:
            message = f"{name}(DISTINCT …) at character {node.place + 1}: DISTINCT is for count, "
            raise QueryRefusedError(message + "collect and the like")
    else:
        way = HINTS.get(name, f"the functions are {', '.join(sorted({*FUNCTIONS, *AGGREGATES}))}")
        message = f"{name}(…) at character {node.place + 1} may not be asked: {way}"
        raise QueryRefusedError(message)
    if name == "keys" and not _order_free(node, parent):
        message = (
            f"keys(…) at character {node.place + 1}: engines list the names in their own order. "
            "Write UNWIND keys(n) AS key, 'name' IN keys(n) or size(keys(n))"
        )
        raise QueryRefusedError(message)


def _check_count(node: Call, least: int, most: int) -> None:
    given = len(node.arguments)
    if not least <= given <= most:
        expected = str(least) if least == most else f"{least} to {most}"
        message = (
            f"{node.name}(…) at character {node.place + 1} takes {expected} "
            f"argument{'s' * (expected != '1')}, found {given}"
        )
        raise QueryRefusedError(message)


def _order_free(node: Expression, parent: object) -> bool:
    """Tell whether the order of a list makes no difference where it stands."""
    if isinstance(parent, Unwind):
        return True
    if isinstance(parent, Binary):
        return parent.operator == "IN" and parent.right == node
    if isinstance(parent, Quantifier):
        return parent.source == node
    return isinstance(parent, Call) and parent.name in {"size", "isempty"}
