"""Hops around nodes, fetched as numbers for the search for shortest paths."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from orthoweave.cypher.rows.adjacency import Adjacency
from orthoweave.cypher.rows.searching import Hop
from orthoweave.cypher.sql.elements import demand, holding
from orthoweave.cypher.sql.frame import Binding, Frame, Shared
from orthoweave.cypher.sql.given import as_constant
from orthoweave.cypher.sql.hops import end_columns
from orthoweave.cypher.sql.statement import Compiled, handed_over
from orthoweave.cypher.sql.types import Type, Value
from orthoweave.cypher.sql.walks import TURNED, directed
from orthoweave.cypher.syntax.tree import Expression, RelationshipPattern

_FEW: Final = 16
_MOST_IN_MEMORY: Final = 2_000_000


@dataclass(slots=True)
class Around:
    """Relationships that meet some conditions, as hops between nodes.

    They are fetched for a few nodes at a time. A search that runs long loads all of them at once,
    if they are not too many.
    """

    link: RelationshipPattern
    conditions: Sequence[Expression]
    """Conditions on each relationship, which has the name of `link` in them."""
    row: Mapping[str, object]
    """Values of the other names in the conditions."""
    new_shared: Callable[[], Shared]
    """Return the shared state of a new SQL statement."""
    fetch: Callable[[Compiled], pa.Table]
    _asked: int = 0
    _rows: int = 0
    _loaded: dict[bool, Adjacency] = field(default_factory=dict)

    def beyond(self, nodes: Iterable[int], *, backward: bool) -> set[int]:
        """Return the nodes one hop away from any of these."""
        if self._is_long:
            return self._all(backward=backward).beyond(nodes)
        ends = self._fetch(nodes, None, backward=backward, ends_only=True)
        return set(ends.column(0).to_pylist())

    def between(
        self, nodes: Iterable[int], others: Iterable[int] | None, *, backward: bool
    ) -> Iterable[Hop]:
        """Return the hops from some nodes to others; to any node if `others` is None."""
        if self._is_long:
            return self._all(backward=backward).between(nodes, others)
        hops = self._fetch(nodes, others, backward=backward)
        return zip(*(column.to_pylist() for column in hops.columns), strict=True)

    @property
    def _is_long(self) -> bool:
        return self._asked > _FEW and self._rows <= _MOST_IN_MEMORY

    def _all(self, *, backward: bool) -> Adjacency:
        if backward not in self._loaded:
            self._loaded[backward] = Adjacency(self._fetch(None, None, backward=backward))
        return self._loaded[backward]

    def _fetch(
        self,
        nodes: Iterable[int] | None,
        others: Iterable[int] | None,
        *,
        backward: bool,
        ends_only: bool = False,
    ) -> pa.Table:
        self._asked += 1
        shared = self.new_shared()
        frame = Frame(shared)
        direction = TURNED[self.link.direction] if backward else self.link.direction
        edge_type = Type("edge", tables=holding(self.link.types, shared.catalogue.edges))
        self._rows = sum(table.rows for table in shared.tables(edge_type))
        relation = directed(edge_type, direction, frame)
        frame.join(relation)
        near, far = (f'{relation.alias}."{column}"' for column in end_columns(direction))
        edge = Value(relation.number, edge_type, nullable=False)
        for name, value in self.row.items():
            frame.names[name] = Binding(as_constant(value, shared))
        frame.names[str(self.link.variable)] = Binding(edge, relation)
        for column, numbers in ((near, nodes), (far, others)):
            if numbers is not None:
                wanted = shared.parameter(list(numbers))
                frame.where.append(f"{column} IN (SELECT unnest(CAST({wanted} AS BIGINT[])))")
        for condition in self.conditions:
            demand(condition, frame)
        sql = frame.select([far] if ends_only else [near, edge.sql, far], distinct=ends_only)
        return self.fetch(Compiled(sql, *handed_over(sql, shared), (), ()))
