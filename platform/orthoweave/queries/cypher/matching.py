"""MATCH: finds all ways to lay patterns over the graph, no relationship used twice.

A pattern is laid from its best known node outwards, hop by hop, for all rows at once. Conditions
are tested as soon as the names in them are bound.
"""

from dataclasses import dataclass

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.cypher import hops
from orthoweave.queries.cypher.context import Context, Rows, Scope, Step
from orthoweave.queries.cypher.formulas import Formula, formula
from orthoweave.queries.cypher.hops import State
from orthoweave.queries.cypher.normal import Plan, plan
from orthoweave.queries.cypher.repeats import repeating
from orthoweave.queries.cypher.shortest import shortest
from orthoweave.queries.cypher.tree import (
    Binary,
    Expression,
    GroupPattern,
    Match,
    NodePattern,
    Path,
    PatternComprehension,
    PatternPredicate,
    Property,
    RelationshipPattern,
    ShortestPath,
    Subquery,
    Variable,
)
from orthoweave.queries.cypher.walk import names, nodes

_QUESTIONS = Subquery | PatternComprehension | PatternPredicate | ShortestPath


def match_clause(clause: Match, scope: Scope, context: Context) -> tuple[Step, Scope]:
    """Make the step of a MATCH or OPTIONAL MATCH, and the names behind it.

    Raises
    ------
    QueryRefusedError
        If a pattern cannot be matched exactly.
    """
    laid = plan(clause, scope, context)
    matcher = _Matcher(laid, scope, context)
    after = scope.with_names(*laid.names)
    if not clause.optional:
        return matcher.run, after
    ordinal = context.name("optional")
    nothing = dict.fromkeys(name for name in laid.names if name not in scope.names)

    def step(rows: Rows) -> Rows:
        numbered = [{**row, ordinal: number} for number, row in enumerate(rows)]
        found: dict[object, Rows] = {}
        for row in matcher.run(numbered):
            found.setdefault(row[ordinal], []).append(row)
        return [
            match for number, row in enumerate(rows)
            for match in found.get(number, [{**row, **nothing}])
        ]  # fmt: skip

    return step, after


@dataclass(slots=True)
class _Condition:
    """A condition of the clause and the names of the pattern that it waits for."""

    tree: Expression
    waits: frozenset[str]
    formula: Formula


class _Matcher:
    """One MATCH, prepared."""

    def __init__(self, laid: Plan, scope: Scope, context: Context) -> None:
        self.plan = laid
        self.scope = scope
        self.context = context
        self.steps: list[hops.Extend] = []
        bound = set(self.scope.names | self.scope.fixed)
        inner = self.scope.with_names(*self.plan.names)
        own = frozenset(self.plan.names) - bound
        self._open = [
            _Condition(tree, frozenset(names(tree)) & own, formula(tree, inner, self.context))
            for tree in self.plan.conditions
        ]
        self._test(bound)
        paths = list(self.plan.paths)
        while paths:
            path, anchor = min(
                ((path, self._anchor(path, bound)) for path in paths), key=lambda pair: pair[1][0]
            )
            paths.remove(path)
            self._lay(path, anchor[1], bound)

    def run(self, rows: Rows) -> Rows:
        """All matches for all rows."""
        states: list[State] = [(row, frozenset()) for row in rows]
        for step in self.steps:
            if not states:
                break
            states = step(states)
        own = [name for name in self.plan.names if name.startswith(" ")]
        return [hops.without(row, own) for row, _ in states]

    def _test(self, bound: set[str]) -> None:
        """Add the conditions whose names are all bound by now."""
        for condition in [one for one in self._open if one.waits <= bound]:
            self._open.remove(condition)
            self.steps.append(hops.keeping(condition.formula))

    def _anchor(self, path: Path, bound: set[str]) -> tuple[int, int]:
        """Give the node of a path to begin with: how good it is (low is good), and its place."""
        best = (9, 0)
        for place, element in enumerate(path.elements):
            if isinstance(element, NodePattern):
                best = min(best, (self._rank(element, bound), place))
        return best

    def _rank(self, node: NodePattern, bound: set[str]) -> int:
        if node.variable in bound:
            return 0
        keys = {key for key, _ in self._equalities(node, bound)}
        labelled = node.labels is not None
        if "id" in keys:
            return 1 if labelled else 2
        return (3 if labelled else 5) if keys else (4 if labelled else 6)

    def _equalities(self, node: NodePattern, bound: set[str]) -> list[tuple[str, Expression]]:
        """Properties of a node that a condition wants equal to what is known already."""
        found = []
        for tree in self.plan.conditions:
            if not isinstance(tree, Binary) or tree.operator != "=":
                continue
            for one, other in ((tree.left, tree.right), (tree.right, tree.left)):
                if (
                    isinstance(one, Property) and isinstance(one.subject, Variable)
                    and one.subject.name == node.variable and not _open_names(other, self, bound)
                ):  # fmt: skip
                    found.append((one.key, other))
        return found

    def _lay(self, path: Path, anchor: int, bound: set[str]) -> None:
        elements = path.elements
        first = elements[anchor]
        if not isinstance(first, NodePattern):
            raise QueryRefusedError("a path begins and ends with a node")
        self._begin(first, bound)
        if path.shortest:
            self._shortest(path, bound)
        else:
            for place in range(anchor + 1, len(elements), 2):
                self._extend(elements[place - 1 : place + 2], bound, forward=True)
            for place in range(anchor - 1, 0, -2):
                self._extend(elements[place - 1 : place + 2][::-1], bound, forward=False)
        if path.variable and not path.shortest:
            self.steps.append(hops.naming(path.variable, elements))
        if path.variable:
            bound.add(path.variable)
            self._test(bound)

    def _begin(self, node: NodePattern, bound: set[str]) -> None:
        name = str(node.variable)
        if name in bound:
            self.steps.append(hops.checking(name, node.labels))
            return
        known = self.scope.with_names(*bound)
        equal = [(key, formula(tree, known, self.context))
                 for key, tree in self._equalities(node, bound)
                 if not any(isinstance(node, _QUESTIONS) for node in nodes(tree))]  # fmt: skip
        self.steps.append(hops.scanning(name, node.labels, equal, self.context))
        bound.add(name)
        self._test(bound)

    def _extend(self, three: tuple[object, ...], bound: set[str], *, forward: bool) -> None:
        near, link, far = three
        if not isinstance(near, NodePattern) or not isinstance(far, NodePattern):
            raise QueryRefusedError("a path has a node on each side of a relationship")
        if isinstance(link, RelationshipPattern):
            self.steps.append(
                hops.hopping(near, link, far, frozenset(bound), self.context, self.scope,
                             forward=forward)
            )  # fmt: skip
            bound.add(str(link.variable))
        elif isinstance(link, GroupPattern):
            self.steps.append(
                repeating(near, link, far, frozenset(bound), self.context, self.scope,
                               forward=forward)
            )  # fmt: skip
            bound.update(self.plan.group_names[link.name])
        bound.add(str(far.variable))
        self._test(bound)

    def _shortest(self, path: Path, bound: set[str]) -> None:
        start, link, end = path.elements
        for node in (start, end):
            if isinstance(node, NodePattern) and node.variable not in bound:
                self._begin(node, bound)
        mine = {name for name in (path.variable, getattr(link, "variable", None)) if name}
        within = [] if path.selected else [
            one for one in self._open if one.waits & mine and one.waits <= bound | mine
        ]  # fmt: skip
        for one in within:
            self._open.remove(one)
        self.steps.append(shortest(path, [one.formula for one in within], self.context,
                                        self.scope))  # fmt: skip
        bound |= mine
        self._test(bound)


def _open_names(tree: Expression, matcher: _Matcher, bound: set[str]) -> frozenset[str]:
    return (names(tree) & frozenset(matcher.plan.names)) - bound
