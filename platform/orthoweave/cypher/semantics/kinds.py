"""Kinds of values, as far as they follow from a statement before it runs.

Neo4j refuses expressions that can never be valid, such as ``false AND 123``. It infers sets of
kinds from literals, patterns and functions; a value of any kind, such as a parameter, passes
everywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NoReturn, Optional

from orthoweave.cypher.syntax.tree import Path, Query
from orthoweave.errors import QueryRefusedError


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value; a list includes the kinds of its elements."""

    name: str
    inner: Optional["frozenset[Kind]"] = None
    """Kinds of a list's elements; None for any."""


Kinds = frozenset[Kind] | None
"""Possible kinds of a value; None for any."""

ANY: Final[Kinds] = None


def kinds(*names: str) -> frozenset[Kind]:
    """Return a set of plain kinds."""
    return frozenset(Kind(name) for name in names)


def list_of(inner: Kinds) -> frozenset[Kind]:
    """Return the kind of a list with elements of some kinds."""
    return frozenset({Kind("List", inner)})


BOOLEAN: Final = kinds("Boolean")
INTEGER: Final = kinds("Integer")
FLOAT: Final = kinds("Float")
NUMBER: Final = kinds("Integer", "Float")
STRING: Final = kinds("String")
MAP: Final = kinds("Map")
NODE: Final = kinds("Node")
RELATIONSHIP: Final = kinds("Relationship")
PATH: Final = kinds("Path")
_PLAIN: Final = kinds("Boolean", "Integer", "Float", "String", "Temporal")
STORED: Final = _PLAIN | list_of(_PLAIN)
"""Kinds of a property."""
_ALL: Final = STORED | kinds("Map", "Node", "Relationship", "Path")


def every(possible: Kinds) -> frozenset[Kind]:
    """Return the kinds as a set; all of them for any."""
    return _ALL | list_of(ANY) if possible is None else possible


def allows(possible: Kinds, *names: str) -> bool:
    """Return whether a value can be of one of these kinds.

    Examples
    --------
    >>> allows(NUMBER, "Float", "String"), allows(ANY, "Node")
    (True, True)
    """
    return possible is None or any(kind.name in names for kind in possible)


def may_be_true(possible: Kinds) -> bool:
    """Return whether a condition may have these kinds.

    A value that can only be a list does not pass; one that can be a list or another kind does.
    """
    return allows(possible, "Boolean") or (
        allows(possible, "List") and not all(kind.name == "List" for kind in every(possible))
    )


def either(*alternatives: Kinds) -> Kinds:
    """Return the union of some kinds."""
    together: frozenset[Kind] = frozenset()
    for alternative in alternatives:
        if alternative is None:
            return None
        together |= alternative
    return together


def common(items: list[Kinds]) -> Kinds:
    """Return the kind of the elements of a list literal; any if they differ."""
    first = items[0] if items else None
    if first is None or any(item is None for item in items):
        return None
    if all(item == first for item in items) and len(first) == 1:
        return first
    together = either(*items)
    for family in (NUMBER, kinds("Map", "Node", "Relationship")):
        if every(together) <= family:
            return family
    return None


def elements(possible: Kinds) -> Kinds:
    """Return the kinds of the elements, for the lists among some kinds."""
    return either(*(kind.inner for kind in every(possible) if kind.name == "List"))


def unwound(possible: Kinds) -> Kinds:
    """Return the kinds that UNWIND yields: elements, or the value itself if it is not a list."""
    if possible is None:
        return None
    return either(*(kind.inner if kind.name == "List" else frozenset({kind}) for kind in possible))


def described(possible: Kinds) -> str:
    """Return the names of kinds for a message.

    Examples
    --------
    >>> described(either(INTEGER, list_of(STRING)))
    'Integer or List<String>'
    """
    return " or ".join(sorted(_name(kind) for kind in every(possible) if kind.name != "Temporal"))


def _name(kind: Kind) -> str:
    if kind.name != "List":
        return kind.name
    return "List" if kind.inner is None else f"List<{described(kind.inner)}>"


def refuse(place: int, message: str) -> NoReturn:
    """Raise an error that names the place in the statement."""
    raise QueryRefusedError(f"character {place + 1}: {message}")


def expect(possible: Kinds, names: tuple[str, ...], place: int, where: str) -> None:
    """Refuse a value that cannot be of any of the named kinds."""
    fits = may_be_true(possible) if names == ("Boolean",) else allows(possible, *names)
    if not fits:
        refuse(place, f"{where} expects {' or '.join(names)}, found {described(possible)}")


@dataclass(frozen=True, slots=True)
class Scope:
    """Names that are bound at one point of a statement, with the kinds of their values."""

    names: Mapping[str, Kinds]
    fixed: frozenset[str] = frozenset()
    """Names from outside a subquery, which clauses inside neither drop nor bind again."""
    gone: frozenset[str] = frozenset()
    """Names that are no longer bound after DISTINCT or aggregates."""
    local: frozenset[str] = frozenset()
    """Names that this query binds itself, for which * stands; others are from outside."""
    pattern: "Callable[[Path, Scope, PatternUse], Scope]" = field(kw_only=True)
    query: "Callable[[Query, Scope, str], Kinds]" = field(kw_only=True)

    def with_names(self, more: Mapping[str, Kinds]) -> "Scope":
        """Return the scope extended by some names."""
        return replace(self, names={**self.names, **more}, local=self.local | more.keys())

    def only(self, names: Mapping[str, Kinds]) -> "Scope":
        """Return the scope with only these names and those from outside."""
        kept = {name: kind for name, kind in self.names.items() if name in self.fixed}
        return replace(self, names={**kept, **names}, local=frozenset(names))

    def kinds_of(self, name: str, place: int) -> Kinds:
        """Return the kinds of a name's values.

        Raises
        ------
        QueryRefusedError
            If the name is not bound.
        """
        if name not in self.names:
            known = ", ".join(sorted(self.names)) or "none"
            why, way = "is not bound here", "bind it in MATCH, UNWIND or WITH"
            if name in self.gone:
                why = "has no value after DISTINCT or an aggregate"
                way = "make it a column"
            refuse(place, f"the name {name!r} {why}: expected one of {known}, or {way}")
        return self.names[name]


PatternUse = str
"""The clause of a pattern: ``match``, ``predicate``, ``comprehension`` or ``shortest``."""
