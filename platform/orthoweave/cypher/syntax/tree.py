"""The syntax tree of a Cypher statement.

Each expression has its place in the text, which does not count when expressions are compared.
Names are kept as written and resolved later.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from typing import Literal as OneOf

if TYPE_CHECKING:
    from orthoweave.cypher.values.types import ValueType


Shortest = OneOf["", "one", "all"]
"""One shortest path, all of them, or every path."""
SubqueryKind = OneOf["EXISTS", "COUNT", "COLLECT"]


@dataclass(frozen=True, slots=True)
class Expression:
    """Anything that has a value for a row."""

    place: int = field(default=0, compare=False, kw_only=True)
    """Offset of its beginning in the text, in characters from 0."""


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """``null``, a boolean, a number or a string."""

    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Parameter(Expression):
    """``$name``."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable(Expression):
    """A name that is bound by a clause."""

    name: str


@dataclass(frozen=True, slots=True)
class Property(Expression):
    """``subject.key``."""

    subject: Expression
    key: str


@dataclass(frozen=True, slots=True)
class Index(Expression):
    """``subject[index]``."""

    subject: Expression
    index: Expression


@dataclass(frozen=True, slots=True)
class Slice(Expression):
    """``subject[start..stop]``."""

    subject: Expression
    start: Expression | None
    stop: Expression | None


@dataclass(frozen=True, slots=True)
class ListOf(Expression):
    """``[a, b]``."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class MapOf(Expression):
    """``{key: value}``."""

    items: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Unary(Expression):
    """``NOT x``, ``-x``, ``+x``."""

    operator: OneOf["NOT", "-", "+"]
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Expression):
    """An operator with two operands; keywords are in capitals."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class IsNull(Expression):
    """``x IS NULL``; IS NOT NULL if negated."""

    operand: Expression
    negated: bool


@dataclass(frozen=True, slots=True)
class TypeTest(Expression):
    """``x IS :: INTEGER``; IS NOT :: if negated."""

    operand: Expression
    type: "ValueType"
    negated: bool


@dataclass(frozen=True, slots=True)
class HasLabels(Expression):
    """``n:Gene`` as a condition, on a node or a relationship."""

    subject: Expression
    labels: "LabelExpression"


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """``name(arguments)``; the name in lower case, with its namespace if it has one."""

    name: str
    arguments: tuple[Expression, ...]
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class CountStar(Expression):
    """``count(*)``."""


@dataclass(frozen=True, slots=True)
class Case(Expression):
    """``CASE``: each branch has alternative conditions and a result."""

    branches: tuple[tuple[tuple[Expression, ...], Expression], ...]
    otherwise: Expression | None


@dataclass(frozen=True, slots=True)
class ListComprehension(Expression):
    """``[x IN source WHERE condition | result]``."""

    variable: str
    source: Expression
    where: Expression | None
    result: Expression | None


@dataclass(frozen=True, slots=True)
class Quantifier(Expression):
    """``any(x IN source WHERE condition)``, or all, none, single."""

    kind: str
    variable: str
    source: Expression
    where: Expression


@dataclass(frozen=True, slots=True)
class Reduce(Expression):
    """``reduce(total = start, x IN source | step)``."""

    total: str
    start: Expression
    variable: str
    source: Expression
    step: Expression


@dataclass(frozen=True, slots=True)
class MapProjection(Expression):
    """``n {.key, other: value, .*}``; a key of None stands for ``.*``."""

    subject: Expression
    items: tuple[tuple[str | None, Expression | None], ...]


@dataclass(frozen=True, slots=True)
class PatternComprehension(Expression):
    """``[p = (a)-->(b) WHERE condition | result]``."""

    pattern: "Path"
    where: Expression | None
    result: Expression


@dataclass(frozen=True, slots=True)
class PatternPredicate(Expression):
    """``(a)-->(b)`` as a condition, which holds if there is such a path."""

    pattern: "Path"
    exists: bool = field(default=False, compare=False)
    """Whether it is written as ``exists((a)-->(b))``, which may be used as any value."""


@dataclass(frozen=True, slots=True)
class ShortestPath(Expression):
    """``shortestPath(…)`` as a value."""

    pattern: "Path"


@dataclass(frozen=True, slots=True)
class Subquery(Expression):
    """``EXISTS {…}``, ``COUNT {…}`` or ``COLLECT {…}``."""

    kind: SubqueryKind
    query: "Query"


@dataclass(frozen=True, slots=True)
class LabelExpression:
    """A condition on labels or types: an operator over parts, or a name.

    The operator is ``name``, ``%`` (any label), ``!``, ``&`` or ``|``.
    """

    operator: OneOf["name", "%", "!", "&", "|"]
    name: str = ""
    parts: tuple["LabelExpression", ...] = ()

    def holds(self, label: str) -> bool:
        """Return whether the condition holds for a node with exactly this label."""
        match self.operator:
            case "name":
                return self.name == label
            case "%":
                return True
            case "!":
                return not self.parts[0].holds(label)
            case "&":
                return all(part.holds(label) for part in self.parts)
            case "|":
                return any(part.holds(label) for part in self.parts)


@dataclass(frozen=True, slots=True)
class NodePattern:
    """``(variable:labels {properties} WHERE condition)``."""

    variable: str | None
    labels: LabelExpression | None = None
    properties: Expression | None = None
    where: Expression | None = None
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class RelationshipPattern:
    """``-[variable:types *low..high {properties} WHERE condition]-``."""

    variable: str | None
    types: LabelExpression | None = None
    direction: OneOf["left", "right", "both"] = "both"
    length: tuple[int, int | None] | None = None
    """Minimum and maximum number of hops, with None for no maximum; None for a single hop."""
    properties: Expression | None = None
    where: Expression | None = None
    place: int = field(default=0, compare=False)
    quantified: bool = field(default=False, compare=False)
    """Whether the length is a quantifier after the brackets, as in ``-->{1,3}``."""


@dataclass(frozen=True, slots=True)
class GroupPattern:
    """``((a)-[r]->(b) WHERE condition){low,high}``: a quantified path."""

    path: "Path"
    where: Expression | None
    length: tuple[int, int | None]
    name: str = ""
    """An internal name for its relationships, set when it is compiled."""
    place: int = field(default=0, compare=False)


Element = NodePattern | RelationshipPattern | GroupPattern


@dataclass(frozen=True, slots=True)
class Path:
    """Nodes alternating with relationships or groups, in order."""

    elements: tuple[Element, ...]
    variable: str | None = None
    shortest: Shortest = ""
    selected: bool = False
    """Whether it was selected by SHORTEST: its ends may be the same node, and WHERE filters
    after the selection."""
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One column of a WITH or RETURN; without AS its name is its text."""

    expression: Expression
    name: str
    aliased: bool
    written: str = field(default="", compare=False)
    """The text including comments, which is Neo4j's name of the column."""


@dataclass(frozen=True, slots=True)
class Projection:
    """The columns and the order of a WITH or RETURN."""

    items: tuple[Item, ...]
    star: bool = False
    distinct: bool = False
    order: tuple[tuple[Expression, bool], ...] = ()
    """Expressions to sort by, each with whether in descending order."""
    skip: Expression | None = None
    limit: Expression | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """``MATCH`` or ``OPTIONAL MATCH``."""

    paths: tuple[Path, ...]
    where: Expression | None
    optional: bool
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unwind:
    """``UNWIND list AS variable``."""

    source: Expression
    variable: str
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class With:
    """``WITH … WHERE …``."""

    projection: Projection
    where: Expression | None
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Return:
    """``RETURN …``."""

    projection: Projection
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CallQuery:
    """``CALL (imports) {…}``; imports are None if an inner WITH imports the names."""

    imports: tuple[str, ...] | None
    query: "Query"
    optional: bool
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CallProcedure:
    """``CALL name(arguments) YIELD column AS name``; without columns, all are meant."""

    name: str
    arguments: tuple[Expression, ...]
    columns: tuple[tuple[str, str], ...]
    where: Expression | None
    place: int = field(default=0, compare=False)
    yields: bool = field(default=False, compare=False)
    """Whether there is a YIELD, even of all columns."""
    called: bool = field(default=True, compare=False)
    """Whether there are parentheses after the name, or it is a SHOW command."""


Clause = Match | Unwind | With | Return | CallQuery | CallProcedure


@dataclass(frozen=True, slots=True)
class Query:
    """One query, or several joined by UNION."""

    parts: tuple[tuple[Clause, ...], ...]
    keeps_duplicates: bool = False
    """Whether the parts are joined by UNION ALL."""
