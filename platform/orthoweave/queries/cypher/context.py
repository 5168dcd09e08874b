"""What answering one statement needs: parameters, the graph, time, and names of its own."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orthoweave.errors import QueryRefusedError, QueryTimeoutError
from orthoweave.queries.cypher.tree import Query
from orthoweave.queries.cypher.values import Row

if TYPE_CHECKING:
    from orthoweave.queries.cypher.graph import Graph

Rows = list[Row]


class Part(list[Row]):
    """Rows of a subquery for one row outside, which is known though there be none."""

    def __init__(self, rows: Rows, outside: Row) -> None:
        super().__init__(rows)
        self.outside = outside


Step = Callable[[Rows], Rows]
"""A part of a statement: rows in, rows out."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Names that are bound where an expression or clause stands."""

    names: frozenset[str]
    fixed: frozenset[str] = frozenset()
    """Names from outside of a subquery, which no WITH within it ends."""
    local: frozenset[str] = frozenset()
    """Names that belong to an expression, such as x in [x IN list | x]."""

    def check(self, name: str, place: int) -> None:
        """Refuse a name that is not bound.

        Raises
        ------
        QueryRefusedError
            Listing those that are.
        """
        if name not in self.names and name not in self.fixed:
            known = ", ".join(sorted(own for own in self.names | self.fixed if own[0] != " "))
            message = (
                f"the name {name!r} (character {place + 1}) is not bound here: expected one of "
                f"{known or 'none'}, or bind it in MATCH, UNWIND or WITH"
            )
            raise QueryRefusedError(message)

    def with_names(self, *names: str, local: bool = False) -> "Scope":
        """Give the scope with more names."""
        more = frozenset(names)
        return Scope(self.names | more, self.fixed, self.local | more if local else self.local)


@dataclass(slots=True)
class Context:
    """Life of one statement."""

    parameters: Mapping[str, object]
    timeout_s: float
    each: "Callable[[Query, Scope, Context], Callable[[Rows], list[Rows]]]"
    """Makes of a subquery what gives the rows of it for each row outside."""
    exposed: frozenset[str] = frozenset()
    """Paths of which more is asked than their length and nodes."""
    exposed_nodes: frozenset[str] = frozenset()
    """Paths of which more is asked than their length."""
    graph: "Graph" = field(init=False)
    _deadline: float = field(init=False)
    _spent: int = 0
    _names: int = 0

    def __post_init__(self) -> None:
        self._deadline = time.monotonic() + self.timeout_s

    def spend(self, steps: int = 1) -> None:
        """Note that something was computed.

        Raises
        ------
        QueryTimeoutError
            If time is up.
        """
        self._spent += steps
        if self._spent >= 1000:
            self._spent = 0
            self.left_s()

    def left_s(self) -> float:
        """Seconds that are left.

        Raises
        ------
        QueryTimeoutError
            If there are none.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            message = (
                f"the query took longer than {self.timeout_s:g} s and was ended: narrow it down, "
                "or raise ORTHOWEAVE_QUERY_TIMEOUT_S"
            )
            raise QueryTimeoutError(message)
        return left

    def name(self, about: str) -> str:
        """Make a name that no statement can hold."""
        self._names += 1
        return f" {about}{self._names}"
