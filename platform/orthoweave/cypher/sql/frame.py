"""One SELECT that grows clause by clause, with the names that it binds.

Consecutive MATCH clauses add to one list of joined tables, so that the engine is free to order the
joins. A table of nodes or relationships is joined only if the statement uses its properties.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from orthoweave.cypher.sql.relations import Relation, column_value, property_kinds
from orthoweave.cypher.sql.types import NULL, NotCompiledError, Type, Value
from orthoweave.cypher.syntax.tree import Expression
from orthoweave.stores.base import Catalogue, Function, Table

KEY: Final = "id"
"""Property that identifies a node within its label; it is never null."""
HIDDEN: Final = " g"
"""Prefix of internal names, which no statement can contain."""
SHIFT: Final = 40
"""Number of low bits of a node's or relationship's number; above them is the table's number."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A value that a name is bound to, and where to read the properties of a node or edge."""

    value: Value
    relation: Relation | None = None
    """Table in the same frame that has its properties; None if none is joined yet."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Properties that an inner SELECT returned, as SQL by name."""
    known: str = ""
    """Number of a node given by its key, as SQL that does not refer to any row."""

    @property
    def number(self) -> str:
        """The number as SQL, as a constant where possible."""
        return self.known or self.value.sql


@dataclass(frozen=True, slots=True)
class Term:
    """A term of ORDER BY."""

    sql: str
    down: bool

    def __str__(self) -> str:
        # null sorts last in Cypher, and first in descending order
        return f"{self.sql} {'DESC NULLS FIRST' if self.down else 'ASC NULLS LAST'}"


@dataclass(slots=True)
class Shared:
    """State shared by all frames of one statement."""

    catalogue: Catalogue
    parameters: Mapping[str, object]
    expression: Callable[[Expression, "Frame"], Value]
    """Function that compiles an expression."""
    subquery: Callable[[Expression, "Frame"], Value]
    """Function that compiles a subquery or pattern in an expression."""
    given: dict[str, object] = field(default_factory=dict)
    """Values of the SQL parameters by name."""
    functions: dict[str, Function] = field(default_factory=dict)
    """Python functions that the engine calls, by name."""
    used: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Properties that the statement uses of each name."""
    count: int = 0

    def alias(self, about: str) -> str:
        """Return a name that is unique in the statement."""
        self.count += 1
        return f"{about}{self.count}"

    def parameter(self, value: object) -> str:
        """Add a parameter, and return its placeholder."""
        name = f"p{len(self.given)}"
        self.given[name] = value
        return f"${name}"

    def tables(self, of: Type) -> list[Table]:
        """Return the possible tables of a node or relationship."""
        known = self.catalogue.nodes if of.kind == "node" else self.catalogue.edges
        return [known[name] for name in of.tables]


@dataclass(slots=True)
class Frame:
    """Joined tables, conditions on them, and the names that they bind."""

    shared: Shared
    parent: "Frame | None" = None
    """Frame around a subquery, whose names are visible inside."""
    sources: list[tuple[str, Relation | str, str]] = field(default_factory=list)
    """Items of FROM: the type of join, the item, and the join condition."""
    where: list[str] = field(default_factory=list)
    names: dict[str, Binding] = field(default_factory=dict)
    order: list[Term] = field(default_factory=list)
    """Order of the rows."""
    imports: frozenset[str] | None = None
    """Names of the outer frame that are visible; None for all."""
    in_lambda: bool = False
    """True in the body of a lambda function, which cannot contain a subquery."""
    later: list[Expression] | None = None
    """Conditions that could not be compiled, to be tested on the rows.

    None if every condition must be compiled.
    """

    def child(self, imports: frozenset[str] | None = None, *, in_lambda: bool = False) -> "Frame":
        """Return a new frame for a subquery or a lambda function within this one.

        Raises
        ------
        NotCompiledError
            For a subquery within a lambda function.
        """
        if self.in_lambda and not in_lambda:
            raise NotCompiledError
        return Frame(self.shared, parent=self, imports=imports, in_lambda=in_lambda)

    def find(self, name: str) -> tuple["Frame", Binding] | None:
        """Return the frame that binds a name and the binding; None if the name is not bound."""
        if name in self.names:
            return self, self.names[name]
        if self.parent is None or (self.imports is not None and name not in self.imports):
            return None
        return self.parent.find(name)

    def visible(self) -> list[str]:
        """Return the names that are visible here."""
        outer = self.parent.visible() if self.parent is not None else []
        seen = [name for name in outer if self.imports is None or name in self.imports]
        return list(dict.fromkeys([*seen, *self.names]))

    def join(self, item: Relation | str, *, word: str = "CROSS JOIN", on: str = "") -> None:
        """Add an item to FROM."""
        self.sources.append((word, item, on))

    def property(self, name: str, key: str) -> Value:
        """Return a property of the node or relationship that a name is bound to."""
        owner, binding = self._bound(name)
        tables = self.shared.tables(binding.value.type)
        if not property_kinds(tables, key):
            return Value("NULL", NULL, constant=True)
        sql = binding.columns.get(key)
        if sql is None:
            sql = (binding.relation or owner._joined(name, binding)).column(key)
        return column_value(sql, tables, key, nullable=binding.value.nullable)

    def relation(self, of: Type) -> Relation:
        """Return a new relation over all nodes or relationships of a type, not yet joined.

        Raises
        ------
        NotCompiledError
            Within a lambda function, which does not have FROM.
        """
        if self.in_lambda:
            raise NotCompiledError
        alias = self.shared.alias("n" if of.kind == "node" else "e")
        return Relation(alias, of, tuple(self.shared.tables(of)))

    def lacks(self, name: str, key: str) -> bool:
        """Return whether reading a property of a name bound here would need another join."""
        binding = self.names.get(name)
        return binding is not None and binding.relation is None and key not in binding.columns

    def relation_of(self, name: str) -> Relation:
        """Return the relation in FROM of a bound node or relationship; joins it if need be."""
        owner, binding = self._bound(name)
        return binding.relation or owner._joined(name, binding)

    def _bound(self, name: str) -> tuple["Frame", Binding]:
        bound = self.find(name)
        if bound is None:
            raise KeyError(name)
        return bound

    def _joined(self, name: str, binding: Binding) -> Relation:
        relation = self.relation(binding.value.type)
        on = f"{relation.number} = {binding.value.sql}"
        if binding.known:
            on = f"{relation.column(KEY)} = {binding.columns[KEY]}"
        word = "LEFT JOIN" if binding.value.nullable else "JOIN"
        self.join(relation, word=word, on=on)
        self.names[name] = replace(binding, relation=relation)
        return relation

    def select(
        self,
        columns: Sequence[str],
        *,
        distinct: bool = False,
        group: Sequence[str] | None = None,
        order: Sequence[Term] = (),
        tail: str = "",
    ) -> str:
        """Return the SELECT over the joined tables; `tail` is its end, such as LIMIT."""
        parts = [f"SELECT {'DISTINCT ' * distinct}{', '.join(columns) or '1'}"]
        where = list(self.where)
        for number, (word, item, on) in enumerate(self.sources):
            if number == 0:
                # a left join needs a left side: one row
                left = word.startswith("LEFT")
                parts.append("FROM (SELECT 1)" if left else f"FROM {item}")
                if not left:
                    where += [on] if on else []
                    continue
            parts.append(f"{word} {item}{' ON ' + on if on else ''}")
        if where:
            parts.append("WHERE " + " AND ".join(where))
        if group:
            parts.append("GROUP BY " + ", ".join(group))
        if order:
            parts.append("ORDER BY " + ", ".join(map(str, order)))
        return "\n".join([*parts, tail] if tail else parts)

    def listed(self, value: Value) -> str:
        """Return the SELECT that collects a value over all rows into one list, in order.

        The value becomes a column of an inner SELECT first: the engine treats an aggregate that
        uses only outer names as an aggregate of the outer query.
        """
        alias = self.shared.alias("r")
        columns = [f"{value.sql} AS v"]
        columns += [f"{term.sql} AS o{number}" for number, term in enumerate(self.order)]
        order = [
            str(Term(f"{alias}.o{number}", term.down)) for number, term in enumerate(self.order)
        ]
        by = f" ORDER BY {', '.join(order)}" if order else ""
        return f"SELECT list({alias}.v{by}) FROM ({self.select(columns)}) AS {alias}"

    def carried(self, name: str, binding: Binding) -> dict[str, str]:
        """Return the properties used of a name that need no further join, as SQL by name."""
        entity_type = binding.value.type
        if not entity_type.is_entity or not (binding.relation or binding.columns):
            return {}
        tables = self.shared.tables(entity_type)
        columns = dict(binding.columns)
        for key in sorted(self.shared.used.get(name, ())):
            # a property with different types in different tables cannot be one column
            if binding.relation and len(property_kinds(tables, key)) == 1:
                columns[key] = binding.relation.column(key)
        return columns

    def closed(
        self,
        values: Mapping[str, Binding],
        *,
        distinct: bool = False,
        group: Sequence[str] | None = None,
        keep_order: bool = True,
        tail: str = "",
    ) -> "Frame":
        """Return a frame over the rows of this one, as a subselect with these values as columns."""
        columns, names = [], {}
        alias = self.shared.alias("r")
        for number, (name, binding) in enumerate(values.items()):
            columns.append(f"{binding.value.sql} AS c{number}")
            value = replace(binding.value, sql=f"{alias}.c{number}", constant=False, known=None)
            if value.whole:
                columns.append(f"{value.whole} AS w{number}")
                value = replace(value, whole=f"{alias}.w{number}")
            # properties of a relationship depend on its number alone, and a lookup by it is a scan
            carries = not (distinct or group is not None) or binding.value.type.kind == "edge"
            carried = self.carried(name, binding) if carries else {}
            if group is not None:
                group = [*group, *carried.values()]
            for place, (key, sql) in enumerate(carried.items()):
                columns.append(f"{sql} AS k{number}_{place}")
                carried[key] = f"{alias}.k{number}_{place}"
            names[name] = Binding(value, columns=carried)
        order = []
        for number, term in enumerate(self.order if keep_order else ()):
            columns.append(f"{term.sql} AS o{number}")
            order.append(Term(f"{alias}.o{number}", term.down))
        inner = self.select(
            columns,
            distinct=distinct,
            group=group,
            order=self.order if tail and keep_order else (),
            tail=tail,
        )
        after = Frame(
            self.shared,
            self.parent,
            names=names,
            order=order,
            imports=self.imports,
            in_lambda=self.in_lambda,
        )
        after.join(f"({inner}) AS {alias}")
        return after
