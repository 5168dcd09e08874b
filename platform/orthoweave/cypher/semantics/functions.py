"""Kinds of the arguments and results of functions, as observed in Neo4j 5.26."""

from collections.abc import Callable, Mapping
from typing import Final

from orthoweave.cypher.semantics.kinds import (
    ANY,
    BOOLEAN,
    FLOAT,
    INTEGER,
    MAP,
    NODE,
    NUMBER,
    RELATIONSHIP,
    STRING,
    Kinds,
    either,
    elements,
    expect,
    list_of,
    refuse,
)
from orthoweave.cypher.syntax.tree import Call, Literal
from orthoweave.cypher.values.aggregates import AGGREGATES

_LETTERS: Final = {
    "B": "Boolean",
    "I": "Integer",
    "F": "Float",
    "S": "String",
    "L": "List",
    "M": "Map",
    "N": "Node",
    "R": "Relationship",
    "P": "Path",
}
# name, kinds of the arguments by letter (* for any, . for none), result
_TABLE: Final = """
abs IF number; acos IF float; asin IF float; atan IF float; atan2 IF,IF float; avg IF number
btrim S,S string; ceil IF float; char_length S integer; character_length S integer
coalesce * either; collect * collected; cos IF float; cot IF float; count * integer
degrees IF float; e . float; elementid NR string; endnode R node; exp IF float; floor IF float
haversin IF float; head L element; id NR integer; isempty SLMNR boolean; isnan IF boolean
keys MNR strings; labels N strings; last L element; left S,I string; length P integer
log IF float; log10 IF float; lower S string; ltrim S,S string; max * same; min * same
nodes P nodes; normalize S,* string; nullif *,* any; percentilecont IF,IF float
percentiledisc IF,IF number; pi . float; properties MNR map; radians IF float
range I,I,I integers; relationships P relationships; replace S,S,S string; reverse SL same
right S,I string; round IF,IF,S float; rtrim S,S string; sign IF integer; sin IF float
size SL integer; split S,SL strings; sqrt IF float; startnode R node; stdev IF float
stdevp IF float; substring S,I,I string; sum IF number; tail L same; tan IF float
toboolean BIS boolean; tobooleanlist L booleans; tobooleanornull * boolean; tofloat IFS float
tofloatlist L floats; tofloatornull * float; tointeger BIFSL integer; tointegerlist L integers
tointegerornull * integer; tolower S string; tostring BIFS string; tostringlist L strings
tostringornull * string; toupper S string; trim S string; type R string; upper S string
valuetype * string
"""
_RESULTS: Final[Mapping[str, Kinds]] = {
    "number": NUMBER,
    "float": FLOAT,
    "string": STRING,
    "integer": INTEGER,
    "boolean": BOOLEAN,
    "any": ANY,
    "node": NODE,
    "map": MAP,
    "strings": list_of(STRING),
    "nodes": list_of(NODE),
    "integers": list_of(INTEGER),
    "floats": list_of(FLOAT),
    "booleans": list_of(BOOLEAN),
    "relationships": list_of(RELATIONSHIP),
}
_DERIVED: Final[Mapping[str, Callable[[list[Kinds]], Kinds]]] = {
    "same": lambda arguments: arguments[0],
    "element": lambda arguments: elements(arguments[0]),
    "collected": lambda arguments: list_of(arguments[0]),
    "either": lambda arguments: either(*arguments),
}
_UNKNOWN_IN_NEO4J: Final = {"ceiling": "ceil", "ln": "log"}


def _read_table() -> dict[str, tuple[tuple[str, ...], str]]:
    signatures = {}
    for entry in _TABLE.replace("\n", ";").split(";"):
        if entry.strip():
            name, taken, result = entry.split()
            signatures[name] = (tuple(taken.split(",")) if taken != "." else (), result)
    return signatures


_SIGNATURES: Final = _read_table()


def call_kinds(call: Call, argument_kinds: list[Kinds]) -> Kinds:
    """Return the kinds of a call's result.

    Raises
    ------
    QueryRefusedError
        If an argument cannot be of a kind that the function takes.
    """
    if call.name in _UNKNOWN_IN_NEO4J:
        message = (
            f"Neo4j does not have the function {call.name}: write {_UNKNOWN_IN_NEO4J[call.name]}"
        )
        refuse(call.place, message)
    taken, result = _SIGNATURES.get(call.name, ((), "any"))
    if not argument_kinds or not taken:
        return _RESULTS.get(result)
    for number, (argument, kinds) in enumerate(zip(call.arguments, argument_kinds, strict=True)):
        letters = taken[min(number, len(taken) - 1)]
        if letters != "*":
            names = tuple(_LETTERS[letter] for letter in letters)
            expect(kinds, names, argument.place, f"{call.name}(…)")
    if call.name.startswith("percentile") and len(call.arguments) == 2:
        _check_share(call)
    return _DERIVED[result](argument_kinds) if result in _DERIVED else _RESULTS[result]


def _check_share(call: Call) -> None:
    share = call.arguments[1]
    value = share.value if isinstance(share, Literal) else None
    if isinstance(value, int | float) and not 0 <= value <= 1:
        refuse(share.place, f"{call.name}(…) expects a number from 0 to 1, found {value}")


def is_aggregate(name: str) -> bool:
    """Return whether a function is an aggregate."""
    return name in AGGREGATES
