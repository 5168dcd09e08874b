"""The nodes and relationships of an answer, read in bulk by their numbers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from orthoweave.cypher.sql.frame import SHIFT
from orthoweave.cypher.sql.types import Type, quoted
from orthoweave.cypher.values.model import Key, Node, PathValue, Relationship
from orthoweave.stores.base import Catalogue, Table
from orthoweave.stores.neo4j.rows import LABEL

Fetch = Callable[[str, Mapping[str, object]], pa.Table]
"""Function from an SQL statement and its parameters to the rows."""
_MOST_AT_ONCE: Final = 100_000
_NUMBER: Final = {"node": "#nid", "edge": "#eid"}


def read(fetch: Fetch, table: Table, kind: str, numbers: Sequence[int]) -> Iterator[pa.Table]:
    """Yield nodes or relationships of one table with all their properties, block by block."""
    columns = [quoted(_NUMBER[kind]), *(['"#src"', '"#dst"'] if kind == "edge" else [])]
    columns += [
        f"CAST({quoted(key)} AS DOUBLE) AS {quoted(key)}"
        if column.kind == "float32"
        else quoted(key)
        for key, column in table.columns.items()
    ]
    for first in range(0, len(numbers), _MOST_AT_ONCE):
        part = numbers[first : first + _MOST_AT_ONCE]
        text = (
            f"SELECT {', '.join(columns)} FROM {quoted(table.name)} "
            f"WHERE {quoted(_NUMBER[kind])} IN (SELECT unnest($numbers))"
        )
        yield fetch(text, {"numbers": part})


def whole_column(
    of: Type, numbers: pa.ChunkedArray, fetch: Fetch, catalogue: Catalogue
) -> pa.Array | None:
    """Return a column of nodes or relationships as structs, the form that every store returns.

    None if they come from several tables, whose columns may differ.
    """
    numbers = numbers.combine_chunks()
    present = pc.unique(numbers.drop_null())
    codes = set(pc.unique(pc.shift_right(present, SHIFT)).to_pylist())
    if len(codes) != 1:
        return None
    known = catalogue.nodes if of.kind == "node" else catalogue.edges
    (table,) = (candidate for candidate in known.values() if candidate.number in codes)
    rows = pa.concat_tables(read(fetch, table, of.kind, present.to_pylist()))
    places = pc.index_in(numbers, value_set=rows[_NUMBER[of.kind]].combine_chunks())
    values = rows.take(places)
    # properties that none of them has are left out; the key comes first
    names = sorted(
        (key for key in table.columns if rows[key].null_count < rows.num_rows),
        key=lambda key: (key != "id", key),
    )
    label = pa.repeat(pa.scalar(table.name), len(numbers))
    arrays = [label, *(values[name].combine_chunks() for name in names)]
    return pa.StructArray.from_arrays(arrays, [LABEL, *names], mask=pc.is_null(numbers))


class Entities:
    """The nodes and relationships of an answer: first noted, then read in bulk."""

    def __init__(self, fetch: Fetch, catalogue: Catalogue) -> None:
        self._fetch = fetch
        self._nodes = {table.number: table for table in catalogue.nodes.values()}
        self._edges = {table.number: table for table in catalogue.edges.values()}
        self._wanted: dict[str, set[int]] = {"node": set(), "edge": set()}
        self._found_nodes: dict[int, Node] = {}
        self._found_edges: dict[int, Relationship] = {}

    def note(self, of: Type, values: Iterable[Any]) -> None:
        """Note the numbers of all nodes and relationships within values of a type."""
        present = [value for value in values if value is not None]
        if of.is_entity:
            self._wanted[of.kind].update(present)
        elif of.kind == "path":
            for value in present:
                self._wanted["node"].update(value["nodes"])
                self._wanted["edge"].update(value["edges"])
        elif of.kind == "list" and of.item is not None:
            self.note(of.item, (item for value in present for item in value))
        elif of.kind == "map":
            for name, inner in of.fields:
                self.note(inner, (value[name] for value in present))

    def load(self) -> None:
        """Read everything that was noted."""
        for kind, tables in (("node", self._nodes), ("edge", self._edges)):
            by_table: dict[int, list[int]] = defaultdict(list)
            wanted, self._wanted[kind] = self._wanted[kind], set()
            for number in sorted(wanted.difference(self._found(kind))):
                by_table[number >> SHIFT].append(number)
            for code, numbers in by_table.items():
                for block in read(self._fetch, tables[code], kind, numbers):
                    for row in block.to_pylist():
                        self._keep(kind, tables[code], row)

    def node(self, key: Key) -> Node:
        """Return a node; reads the ends of all known relationships along with it."""
        number = key[1]
        if number not in self._found_nodes:
            ends = {end for edge in self._found_edges.values() for _, end in (edge.start, edge.end)}
            self.note(Type("node"), [number, *ends])
            self.load()
        return self._found_nodes[number]

    def hop(self, edge: int, node: int) -> tuple[Relationship, Node]:
        """Return a relationship and a node that were read before."""
        return self._found_edges[edge], self._found_nodes[node]

    def _found(self, kind: str) -> Mapping[int, Node | Relationship]:
        return self._found_nodes if kind == "node" else self._found_edges

    def _keep(self, kind: str, table: Table, row: dict[str, Any]) -> None:
        number = row[_NUMBER[kind]]
        values = {key: value for key, value in row.items() if value is not None and key[0] != "#"}
        if kind == "node":
            self._found_nodes[number] = Node(table.name, (table.name, number), values)
            return
        ends = (table.start, row["#src"]), (table.end, row["#dst"])
        key = (table.name, number)
        self._found_edges[number] = Relationship(table.name, key, *ends, values)

    def made(self, of: Type, value: Any) -> object:  # noqa: PLR0911 - a case for each kind
        """Return a value with numbers replaced by nodes, relationships and paths."""
        if value is None:
            return None
        if of.is_entity:
            return self._found(of.kind)[value]
        if of.kind == "path":
            nodes = tuple(self._found_nodes[number] for number in value["nodes"])
            edges = tuple(self._found_edges[number] for number in value["edges"])
            return PathValue(nodes, edges)
        if of.kind == "list":
            inner = of.item
            if inner is None:
                return list(value)
            return [self.made(inner, item) for item in value]
        if of.kind == "map":
            return {name: self.made(inner, value[name]) for name, inner in of.fields}
        return value
