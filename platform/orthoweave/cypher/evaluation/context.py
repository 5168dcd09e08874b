"""State of one running statement: parameters, engine, deadline, names in scope, fresh names."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orthoweave.cypher.syntax.tree import Expression
from orthoweave.cypher.values.model import Row
from orthoweave.errors import QueryRefusedError, QueryTimeoutError

if TYPE_CHECKING:
    from orthoweave.cypher.rows.engine import Engine

Rows = list[Row]


class Part(list[Row]):
    """Subquery rows for one outer row; keeps the outer row even when there are none."""

    def __init__(self, rows: Rows, outside: Row) -> None:
        super().__init__(rows)
        self.outside = outside


Step = Callable[[Rows], Rows]
"""A part of a statement: rows in, rows out."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Names that are bound at one point of a statement."""

    names: frozenset[str]
    fixed: frozenset[str] = frozenset()
    """Names from outside a subquery; a WITH inside does not remove them."""
    local: frozenset[str] = frozenset()
    """Names that only exist within an expression, such as x in [x IN list | x]."""

    def check(self, name: str, place: int) -> None:
        """Refuse a name that is not bound.

        Raises
        ------
        QueryRefusedError
            Listing the names that are bound.
        """
        if name not in self.names and name not in self.fixed:
            known = ", ".join(sorted(own for own in self.names | self.fixed if own[0] != " "))
            message = (
                f"the name {name!r} (character {place + 1}) is not bound here: expected one of "
                f"{known or 'none'}, or bind it in MATCH, UNWIND or WITH"
            )
            raise QueryRefusedError(message)

    def with_names(self, *names: str, local: bool = False) -> "Scope":
        """Return the scope extended by some names."""
        more = frozenset(names)
        return Scope(self.names | more, self.fixed, self.local | more if local else self.local)


@dataclass(slots=True)
class Context:
    """State of one running statement."""

    parameters: Mapping[str, object]
    timeout_s: float
    subquery: "Callable[[Expression, Scope, Context], Callable[[Rows], list[object]]]"
    """Compile a subquery in an expression: outer rows in, one value per outer row out."""
    exposed: frozenset[str] = frozenset()
    """Names of paths of which the statement uses more than length and nodes."""
    exposed_nodes: frozenset[str] = frozenset()
    """Names of paths of which the statement uses more than the length."""
    engine: "Engine" = field(init=False)
    """The store; not set if the statement does not read the graph."""
    _deadline: float = field(init=False)
    _spent: int = 0
    _names: int = 0

    def __post_init__(self) -> None:
        self._deadline = time.monotonic() + self.timeout_s

    def spend(self, steps: int = 1) -> None:
        """Count steps of work, and check the deadline every thousand steps.

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
        """Return the seconds that are left.

        Raises
        ------
        QueryTimeoutError
            If no time is left.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            message = (
                f"the query took longer than {self.timeout_s:g} s and was stopped: narrow it down, "
                "or raise ORTHOWEAVE_QUERY_TIMEOUT_S"
            )
            raise QueryTimeoutError(message)
        return left

    def name(self, about: str) -> str:
        """Return a fresh name that no statement can contain."""
        self._names += 1
        return f" {about}{self._names}"
