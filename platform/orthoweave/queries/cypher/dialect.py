"""Writes expressions in the embedded engine's dialect, where both mean exactly the same.

Types decide that: they follow from the graph's tables, the parameters' values and the literals.
Whatever is not known to be equal is not written here, and is then computed by our own means.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from orthoweave.queries.cypher.aggregates import AGGREGATES
from orthoweave.queries.cypher.catalogue import Catalogue
from orthoweave.queries.cypher.tree import (
    Binary,
    Call,
    Case,
    CountStar,
    Expression,
    Index,
    IsNull,
    ListOf,
    Literal,
    Parameter,
    Property,
    Unary,
    Variable,
)


class NotSharedError(Exception):
    """The engine has no exact counterpart; caught within the package."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A value in the engine's dialect and what is known of it."""

    text: str
    kind: str
    """string, int, float, bool or strings; node or edge for a variable of these; labels for the
    one label that a list is to be made of."""
    nullable: bool = True
    table: str = ""
    """Label or type, for a node or edge; empty if it may be any."""
    loose: bool = False
    """Whether it is made of count, sum and the like, and of constants."""
    unsure: bool = False
    """Whether it may be NaN, which the engine compares in its own way."""


_NUMBERS: Final = frozenset({"int", "float"})
_KINDS: Final[Mapping[str, str]] = {
    "string": "string", "int64": "int", "float64": "float", "float32": "float", "bool": "bool",
    "string[]": "strings",
}  # fmt: skip
_PYTHON: Final = {str: "string", int: "int", float: "float", bool: "bool"}


@dataclass(slots=True)
class Writer:
    """Writes expressions over bound names; collects the values that they take as parameters."""

    tables: Catalogue
    parameters: Mapping[str, object]
    without_nulls: Callable[[str, str], bool]
    """Whether a property of a table is never null, which takes a look at all of them."""
    names: dict[str, Typed] = field(default_factory=dict)
    given: dict[str, object] = field(default_factory=dict)

    def write(self, tree: Expression) -> Typed:  # noqa: C901, PLR0911, PLR0912 - a case for each form
        """Write an expression.

        Raises
        ------
        NotSharedError
            If the engine might answer otherwise.
        """
        match tree:
            case Literal(value):
                return self.constant(value)
            case Parameter(name):
                return self.constant(self.parameters[name])
            case Variable(name):
                return self._known(name)
            case Property(Variable(name), key):
                return self._property(self._known(name), key)
            case Index(Call("labels"), Literal(0)):
                return replace(self.write(tree.subject), kind="string")
            case IsNull(operand, negated):
                return self._is_null(self.write(operand), negated=negated)
            case Unary("NOT" | "-" as sign, operand):
                return self._unary(sign, self.write(operand))
            case Binary("IN", left, right):
                return self._contained(self.write(left), right)
            case Binary(sign, left, right):
                return self._binary(sign, left, right)
            case Case(branches, otherwise):
                return self._case(branches, otherwise)
            case CountStar():
                return Typed("count(*)", "int", nullable=False, loose=True)
            case Call(name, arguments, distinct):
                if name in AGGREGATES:
                    return self._aggregate(name, arguments, distinct=distinct)
                return self._call(name, arguments)
        raise NotSharedError

    def constant(self, value: object) -> Typed:
        """Hand over a value as a parameter of the engine."""
        kind = _PYTHON.get(type(value))
        if kind is None or (isinstance(value, float) and value - value != 0):
            raise NotSharedError
        return Typed(self.parameter(value), kind, nullable=False, loose=True)

    def parameter(self, value: object) -> str:
        """Name a parameter of the engine for a value."""
        name = f"p{len(self.given)}"
        self.given[name] = value
        return f"${name}"

    def _known(self, name: str) -> Typed:
        found = self.names.get(name)
        if found is None:
            raise NotSharedError
        return found

    def _property(self, of: Typed, key: str) -> Typed:
        table = self.tables.nodes.get(of.table) or self.tables.edges.get(of.table)
        kind = None if table is None or of.kind not in {"node", "edge"} else table.columns.get(key)
        if kind is None or kind not in _KINDS:
            raise NotSharedError
        text = f"{of.text}.`{key}`"
        nullable = of.nullable or key != "id"
        if kind == "float32":
            text = f"CAST({text} AS DOUBLE)"
        return Typed(text, _KINDS[kind], nullable)

    def _is_null(self, value: Typed, *, negated: bool) -> Typed:
        if value.kind in {"node", "edge"} or value.loose:
            raise NotSharedError
        return Typed(f"({value.text} IS {'NOT ' * negated}NULL)", "bool", nullable=False)

    def _unary(self, sign: str, value: Typed) -> Typed:
        if (sign == "NOT") != (value.kind == "bool") or value.kind not in {"bool", *_NUMBERS}:
            raise NotSharedError
        # Neo4j takes x from 0, so that no zero is below zero
        text = f"(0.0 - {value.text})" if value.kind == "float" else f"({sign} {value.text})"
        return replace(value, text=text, table="")

    def _contained(self, left: Typed, right: Expression) -> Typed:
        values: object = None
        if isinstance(right, Parameter):
            values = self.parameters[right.name]
        elif isinstance(right, ListOf) and all(isinstance(one, Literal) for one in right.items):
            values = [one.value for one in right.items if isinstance(one, Literal)]
        if not isinstance(values, list | tuple) or not values or left.loose:
            raise NotSharedError
        if left.kind not in {"string", "int"} or any(
            _PYTHON.get(type(value)) != left.kind for value in values
        ):
            raise NotSharedError
        text = f"({left.text} IN {self.parameter(list(values))})"
        return Typed(text, "bool", left.nullable)

    def _binary(self, sign: str, left: Expression, right: Expression) -> Typed:
        one, other = self.write(left), self.write(right)
        nullable, loose = one.nullable or other.nullable, one.loose and other.loose
        kinds = {one.kind, other.kind}
        text = f"({one.text} {sign} {other.text})"
        if one.loose != other.loose and not (_plain_constant(left) or _plain_constant(right)):
            raise NotSharedError
        if sign in {"+", "-", "*", "/"} and kinds <= _NUMBERS:
            return self._arithmetic(sign, one, other, divisor=right)
        if one.unsure or other.unsure:
            raise NotSharedError
        if sign in {"AND", "OR", "XOR"} and kinds == {"bool"}:
            return Typed(text, "bool", nullable, loose=loose)
        if sign in {"=", "<>"} and (kinds <= _NUMBERS or kinds in ({"string"}, {"bool"})):
            return Typed(text, "bool", nullable, loose=loose)
        if sign in {"<", "<=", ">", ">="} and (kinds <= _NUMBERS or kinds == {"string"}):
            return Typed(text, "bool", nullable, loose=loose)
        if sign in {"STARTS WITH", "ENDS WITH", "CONTAINS"} and kinds == {"string"}:
            sought = self.given.get(other.text.lstrip("$"))
            if isinstance(sought, str) and sought:
                return Typed(text, "bool", nullable, loose=loose)
        raise NotSharedError

    def _arithmetic(self, sign: str, one: Typed, other: Typed, *, divisor: Expression) -> Typed:
        kind = "float" if "float" in {one.kind, other.kind} else "int"
        sure = sign != "/" or kind == "int" or self._is_constant_but_0(divisor)
        by = other.text
        if sign == "/" and not sure and other.kind == "int":
            # the engine fails at dividing a whole number by 0 only, Neo4j at any number
            by = f"({by} * ({by} / {by}))"
        return Typed(
            f"({one.text} {sign} {by})", kind, one.nullable or other.nullable,
            loose=one.loose and other.loose, unsure=one.unsure or other.unsure or not sure,
        )  # fmt: skip

    def _is_constant_but_0(self, tree: Expression) -> bool:
        if isinstance(tree, Parameter):
            return self.parameters[tree.name] != 0
        return isinstance(tree, Literal) and tree.value != 0

    def _case(
        self, branches: tuple[tuple[tuple[Expression, ...], Expression], ...],
        otherwise: Expression | None,
    ) -> Typed:  # fmt: skip
        parts, results = [], []
        for conditions, result in branches:
            tests = [self.write(condition) for condition in conditions]
            if any(test.kind != "bool" for test in tests):
                raise NotSharedError
            results.append(self.write(result))
            either = " OR ".join(test.text for test in tests)
            parts.append(f"WHEN {either} THEN {results[-1].text}")
        if otherwise is not None:
            results.append(self.write(otherwise))
            parts.append(f"ELSE {results[-1].text}")
        kinds = {result.kind for result in results}
        if len(kinds) > 1 or not kinds <= {"string", "int", "float", "bool"}:
            raise NotSharedError
        nullable = otherwise is None or any(result.nullable for result in results)
        unsure = any(result.unsure for result in results)
        return Typed(f"(CASE {' '.join(parts)} END)", results[0].kind, nullable, unsure=unsure)

    def _call(self, name: str, arguments: tuple[Expression, ...]) -> Typed:
        if name == "coalesce":
            return self._coalesce(arguments)
        values = [self.write(argument) for argument in arguments]
        if name in {"type", "labels"}:
            return self._label(name, values[0])
        if name == "abs" and values[0].kind in _NUMBERS:
            one = values[0]
            return replace(one, text=f"abs({one.text})")
        if name == "size" and values[0].kind == "strings":
            return Typed(f"CAST(size({values[0].text}) AS INT64)", "int", values[0].nullable)
        raise NotSharedError

    def _label(self, name: str, value: Typed) -> Typed:
        if value.nullable or value.kind != ("edge" if name == "type" else "node"):
            raise NotSharedError
        kind = "string" if name == "type" else "labels"
        return Typed(f"label({value.text})", kind, nullable=False)

    def _coalesce(self, arguments: tuple[Expression, ...]) -> Typed:
        present = [
            one for one in arguments
            if not (isinstance(one, Parameter) and self.parameters[one.name] is None)
            and one != Literal(None)
        ]  # fmt: skip
        values = [self.write(one) for one in present]
        if not values or len({value.kind for value in values}) > 1:
            raise NotSharedError
        if values[0].kind in {"node", "edge", "strings"}:
            raise NotSharedError
        nullable = all(value.nullable for value in values)
        text = f"coalesce({', '.join(value.text for value in values)})"
        loose = all(value.loose for value in values)
        unsure = any(value.unsure for value in values)
        return Typed(text if len(values) > 1 else values[0].text, values[0].kind, nullable,
                     loose=loose, unsure=unsure)  # fmt: skip

    def _aggregate(self, name: str, arguments: tuple[Expression, ...], *, distinct: bool) -> Typed:
        value = self.write(arguments[0])
        if value.loose and not _plain_constant(arguments[0]):
            raise NotSharedError
        word = "DISTINCT " * distinct
        full = name in {"sum", "collect"} and self.always_there(arguments[0])
        if name == "count":
            text = f"{value.text}.id" if value.kind == "node" else value.text
            if value.kind in {"edge", "strings"} and distinct:
                raise NotSharedError
            return Typed(f"count({word}{text})", "int", nullable=False, loose=True)
        if distinct:
            raise NotSharedError
        number = value.kind in _NUMBERS
        if name == "sum" and value.kind == "int":
            text = f"coalesce(CAST(sum({value.text}) AS INT64), 0)"
            return Typed(text, "int", nullable=False, loose=True)
        if name == "sum" and number and full:
            return Typed(f"sum({value.text})", "float", loose=True, unsure=value.unsure)
        if name == "avg" and number:
            text = f"avg(CAST({value.text} AS DOUBLE))"
            return Typed(text, "float", loose=True, unsure=value.unsure)
        if name in {"min", "max"} and not value.unsure and (number or value.kind == "string"):
            return Typed(f"{name}({value.text})", value.kind, loose=True)
        if name == "collect" and value.kind in {"string", "int"} and full:
            return Typed(f"collect({value.text})", f"{value.kind}s", loose=True)
        raise NotSharedError

    def always_there(self, tree: Expression) -> bool:  # noqa: PLR0911
        """Tell whether a value is never null."""
        match tree:
            case Literal(value):
                return value is not None
            case Parameter(name):
                return self.parameters[name] is not None
            case Property(Variable(name), key):
                of = self.names[name]
                return not of.nullable and (key == "id" or self.without_nulls(of.table, key))
            case Binary("+" | "-" | "*", left, right):
                return self.always_there(left) and self.always_there(right)
            case Call("coalesce", arguments):
                return any(self.always_there(one) for one in arguments)
            case Call("abs", arguments):
                return self.always_there(arguments[0])
            case Variable(name):
                return not self.names[name].nullable
        return False


def _plain_constant(tree: Expression) -> bool:
    return isinstance(tree, Literal | Parameter)
