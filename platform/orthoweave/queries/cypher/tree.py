"""A Cypher statement as a tree: what the parser makes, and all that comes after it reads.

Each expression knows its place in the text, which two equal expressions may differ in. Names are
kept as written; whether they mean anything is decided later.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from typing import Literal as OneOf

if TYPE_CHECKING:
    from orthoweave.queries.cypher.types import ValueType


@dataclass(frozen=True, slots=True)
class Expression:
    """Anything that has a value in a row."""

    place: int = field(default=0, compare=False, kw_only=True)
    """Where it begins in the text, in characters from 0."""


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """``null``, a truth value, a number or a string."""

    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Parameter(Expression):
    """``$name``."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable(Expression):
    """A name that a clause has bound."""

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
    """Two operands and what stands between them, keywords in capitals."""

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
    """``CASE``: for each branch its conditions, of which one must hold, and its result."""

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
    """``n {.key, other: value, .*}``; a key of None stands for all of the subject's."""

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
    """``(a)-->(b)`` as a condition: whether there is such a path."""

    pattern: "Path"


@dataclass(frozen=True, slots=True)
class ShortestPath(Expression):
    """``shortestPath(…)`` where a value may stand."""

    pattern: "Path"


@dataclass(frozen=True, slots=True)
class Subquery(Expression):
    """``EXISTS {…}``, ``COUNT {…}`` or ``COLLECT {…}``."""

    kind: OneOf["EXISTS", "COUNT", "COLLECT"]
    query: "Query"


@dataclass(frozen=True, slots=True)
class LabelExpression:
    """Condition on labels: an operator over parts, or a name.

    The operator is ``name``, ``%`` (any label), ``!``, ``&`` or ``|``.
    """

    operator: OneOf["name", "%", "!", "&", "|"]
    name: str = ""
    parts: tuple["LabelExpression", ...] = ()

    def holds(self, label: str) -> bool:
        """Tell whether it holds for what has exactly this one label."""
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
    """Hops at least and at most, None for any number; None for one plain hop."""
    properties: Expression | None = None
    where: Expression | None = None
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class GroupPattern:
    """``((a)-[r]->(b) WHERE condition){low,high}``: a path that is repeated."""

    path: "Path"
    where: Expression | None
    length: tuple[int, int | None]
    name: str = ""
    """A name of our own for what it found, given when it is matched."""
    place: int = field(default=0, compare=False)


Element = NodePattern | RelationshipPattern | GroupPattern


@dataclass(frozen=True, slots=True)
class Path:
    """Nodes and the relationships or groups between them, in order."""

    elements: tuple[Element, ...]
    variable: str | None = None
    shortest: OneOf["", "one", "all"] = ""
    selected: bool = False
    """Whether SHORTEST says so: its ends may be one node, and WHERE comes after the choice."""
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One column of a WITH or RETURN; `name` is the text where no AS gives another."""

    expression: Expression
    name: str
    aliased: bool
    written: str = field(default="", compare=False)
    """The name with the comments in it, by which Neo4j calls the column."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What WITH and RETURN have in common."""

    items: tuple[Item, ...]
    star: bool = False
    distinct: bool = False
    order: tuple[tuple[Expression, bool], ...] = ()
    """Expressions to sort by, and whether from high to low."""
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
    """``CALL (imports) {…}``; imports of None where an inner WITH says what comes in."""

    imports: tuple[str, ...] | None
    query: "Query"
    optional: bool
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CallProcedure:
    """``CALL name(arguments) YIELD column AS name``; no columns stand for all of them."""

    name: str
    arguments: tuple[Expression, ...]
    columns: tuple[tuple[str, str], ...]
    where: Expression | None
    place: int = field(default=0, compare=False)


Clause = Match | Unwind | With | Return | CallQuery | CallProcedure


@dataclass(frozen=True, slots=True)
class Query:
    """One question, or several joined by UNION."""

    parts: tuple[tuple[Clause, ...], ...]
    keeps_duplicates: bool = False
    """Whether the parts are joined by UNION ALL."""
