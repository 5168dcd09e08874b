"""Tables of nodes and relationships as items of FROM, with only the columns that are used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from orthoweave.cypher.sql.types import NULL, NotCompiledError, Type, Value, quoted
from orthoweave.stores.base import Table

_TYPES: Final[dict[str, Type]] = {
    "string": Type("string"),
    "int64": Type("int"),
    "float32": Type("float"),
    "float64": Type("float"),
    "bool": Type("bool"),
    "string[]": Type("list", Type("string")),
}
_ENDS: Final = {
    "right": ('"#src" AS "#near"', '"#dst" AS "#far"'),
    "left": ('"#dst" AS "#near"', '"#src" AS "#far"'),
}


@dataclass(frozen=True, slots=True)
class Relation:
    """A table of nodes or relationships, or the union of several.

    A union contains only the columns that are used, since the engine takes time for each. So its
    SQL is written last, when all columns have been requested.
    """

    alias: str
    of: Type
    tables: tuple[Table, ...]
    backward: bool = False
    """Whether relationships are read from the table sorted by end node."""
    seen: tuple[tuple[Table, str], ...] = ()
    """For relationships followed both ways: each table with each direction. The end columns are
    then ``#near`` and ``#far``, and a relationship from a node to itself occurs once."""
    asked: set[str] = field(default_factory=set)
    """Properties that are used."""

    @property
    def number(self) -> str:
        """Column of the numbers of the nodes or relationships."""
        return f'{self.alias}."#{"nid" if self.of.kind == "node" else "eid"}"'

    def column(self, key: str) -> str:
        """Request a property, and return its column."""
        self.asked.add(key)
        return f"{self.alias}.{quoted(key)}"

    def __str__(self) -> str:
        if len(self.tables) == 1 and not self.seen:
            return f"{quoted(self.tables[0].name + '<' * self.backward)} AS {self.alias}"
        return f"({' UNION ALL '.join(self._parts())}) AS {self.alias}"

    def _parts(self) -> Iterator[str]:
        numbers = ['"#nid"'] if self.of.kind == "node" else ['"#eid"', '"#src"', '"#dst"']
        if not self.tables:
            nothing = (
                f"CAST(NULL AS BIGINT) AS {name}" for name in (*numbers, '"#near"', '"#far"')
            )
            yield f"SELECT {', '.join(nothing)} WHERE false"
        forward = {table.name for table, direction in self.seen if direction == "right"}
        for table, direction in self.seen:
            columns = ", ".join([*numbers, *_ENDS[direction], *self._properties(table)])
            back = direction == "left"
            loops = back and table.has_loops and table.name in forward
            rows = quoted(table.name + "<" * back) + ' WHERE "#src" <> "#dst"' * loops
            yield f"SELECT {columns} FROM {rows}"
        for table in () if self.seen else self.tables:
            columns = ", ".join([*numbers, *self._properties(table)])
            yield f"SELECT {columns} FROM {quoted(table.name + '<' * self.backward)}"

    def _properties(self, table: Table) -> Iterator[str]:
        """Yield the requested properties; null for those that a table lacks."""
        for key in sorted(self.asked):
            kinds = property_kinds(self.tables, key)
            if key not in table.columns:
                yield f"NULL AS {quoted(key)}"
            elif kinds == {"float32", "float64"}:
                yield f"CAST({quoted(key)} AS DOUBLE) AS {quoted(key)}"
            else:
                yield quoted(key)


def property_kinds(tables: Sequence[Table], key: str) -> set[str]:
    """Return the column types of a property in these tables."""
    return {table.columns[key].kind for table in tables if key in table.columns}


def column_value(sql: str, tables: Sequence[Table], key: str, *, nullable: bool) -> Value:
    """Return a property as a value, given its possible tables.

    Raises
    ------
    NotCompiledError
        If the property has different types in these tables.
    """
    kinds = property_kinds(tables, key)
    if not kinds:
        return Value("NULL", NULL, constant=True)
    having = [table.columns[key] for table in tables if key in table.columns]
    types = {_TYPES[kind] for kind in kinds}
    if len(types) > 1:
        raise NotCompiledError
    lacking = len(having) < len(tables) or any(column.has_null for column in having)
    if "float32" in kinds:
        sql = f"CAST({sql} AS DOUBLE)"
    return Value(
        sql,
        types.pop(),
        nullable=nullable or lacking,
        has_nan=any(column.has_nan for column in having),
    )
