"""Semantic checks before a statement runs: what Neo4j 5.26 refuses is refused here too.

The checks cover names and what they stand for, kinds of values, aggregates, and the scope of
subqueries. They serve both stores, so that both refuse the same statements. They are tested
against a corpus of statements with Neo4j's own verdicts (``tests/support/static_corpus.py``).
"""

from typing import Final

from orthoweave.cypher.semantics.aggregates import no_aggregate
from orthoweave.cypher.semantics.columns import columns
from orthoweave.cypher.semantics.kinds import (
    ANY,
    BOOLEAN,
    INTEGER,
    Kinds,
    Scope,
    list_of,
    refuse,
    unwound,
)
from orthoweave.cypher.semantics.patterns import bind, bind_inside
from orthoweave.cypher.semantics.procedures import bound, procedure_columns
from orthoweave.cypher.semantics.values import check_condition, kinds_of
from orthoweave.cypher.syntax.tree import (
    CallProcedure,
    CallQuery,
    Clause,
    Item,
    Match,
    Query,
    Return,
    Unwind,
    Variable,
    With,
)
from orthoweave.cypher.syntax.walk import names
from orthoweave.errors import QueryRefusedError

_Columns = dict[str, Kinds]
_NO_RETURN: Final = "expected RETURN at the end: add the columns to return"


def check_meaning(query: Query) -> None:
    """Refuse a statement that Neo4j refuses before running it.

    Raises
    ------
    QueryRefusedError
        Naming the place, what was expected there and what was found.
    """
    try:
        _check_query(query, Scope({}, pattern=bind_inside, query=_subquery), "")
    except RecursionError as error:
        message = "an expression is too long or nested too deeply: split it with WITH"
        raise QueryRefusedError(message) from error


def _check_query(query: Query, scope: Scope, kind: str) -> _Columns:
    """Check a query or a subquery of some kind, and return its columns."""
    first, *further = [_check_part(part, scope, kind) for part in query.parts]
    for part, part_columns in zip(query.parts[1:], further, strict=True):
        if part_columns.keys() != first.keys():
            message = (
                "the parts of a UNION must have the same columns: expected "
                f"{', '.join(first)}, found {', '.join(part_columns)}"
            )
            refuse(part[-1].place, message)
    return first


def _check_part(clauses: tuple[Clause, ...], scope: Scope, kind: str) -> _Columns:
    if kind == "CALL {":
        clauses, scope = _imported(clauses, scope)
    first, last = clauses[0], clauses[-1]
    if isinstance(first, CallProcedure) and not kind:
        shown = first.name.startswith("SHOW ")
        if len(clauses) == 1 and not shown:
            return procedure_columns(first, alone=True)
        if shown and not isinstance(last, Return):
            return dict(_after(clauses, scope).names)
    scope = _after(clauses[:-1], scope)
    if isinstance(last, Return):
        named = "a subquery's RETURN" if kind.startswith("CALL") else ""
        if kind == "COLLECT" and last.projection.star:
            refuse(last.place, "COLLECT {…} returns one column: name it, as in RETURN n.id")
        return columns(last.projection, None, scope, last.place, named=named)
    if kind not in {"EXISTS", "COUNT"}:
        refuse(last.place, _NO_RETURN)
    _clause(last, scope)
    return {}


def _after(clauses: tuple[Clause, ...], scope: Scope) -> Scope:
    for clause in clauses:
        scope = _clause(clause, scope)
    return scope


def _clause(clause: Clause, scope: Scope) -> Scope:  # noqa: RET503 - refuse does not return
    match clause:
        case Match():
            matched = bind(clause.paths, scope)
            if clause.where is not None:
                no_aggregate(clause.where, "WHERE")
                check_condition(clause.where, matched, "WHERE")
            return matched
        case Unwind():
            no_aggregate(clause.source, "UNWIND")
            items = unwound(kinds_of(clause.source, scope))
            return _new(clause.variable, items, clause.place, scope)
        case With():
            kept = columns(clause.projection, clause.where, scope, clause.place, named="WITH")
            return scope.only(kept)
        case CallQuery():
            return _call(clause, scope)
        case CallProcedure():
            return _procedure(clause, scope)
    refuse(clause.place, "RETURN must be the last clause: write WITH between two parts of a query")


def _new(name: str, kind: Kinds, place: int, scope: Scope) -> Scope:
    if name in scope.names:
        refuse(place, f"the name {name!r} is bound already: choose another name")
    return scope.with_names({name: kind})


def _procedure(clause: CallProcedure, scope: Scope) -> Scope:
    extended = bound(clause, scope)
    if clause.where is not None:
        check_condition(clause.where, extended, "WHERE")
    return extended


def _call(clause: CallQuery, scope: Scope) -> Scope:
    if clause.imports is None:
        inner, kind = scope, "CALL {"
    else:
        imported = (
            scope.names
            if "*" in clause.imports
            else {name: scope.kinds_of(name, clause.place) for name in clause.imports}
        )
        inner = Scope(imported, frozenset(imported), pattern=bind_inside, query=_subquery)
        kind = "CALL ("
    for name, kind_of_name in _check_query(clause.query, inner, kind).items():
        if name in scope.names:
            message = f"the subquery returns {name!r}, which is bound outside: use another name"
            refuse(clause.place, message)
        scope = scope.with_names({name: kind_of_name})
    return scope


def _imported(clauses: tuple[Clause, ...], scope: Scope) -> tuple[tuple[Clause, ...], Scope]:
    """Return the clauses after the WITH that imports names into a subquery, and their scope."""
    empty = Scope({}, pattern=bind_inside, query=_subquery)
    first = clauses[0]
    if not isinstance(first, With):
        return clauses, empty
    plain = [item for item in first.projection.items if _is_plain(item)]
    if first.projection.star:
        plain_names = dict(scope.names)
    else:
        if not any(names(item.expression) for item in first.projection.items):
            return clauses, empty
        plain_names = {
            item.name: scope.kinds_of(item.name, item.expression.place) for item in plain
        }
    rest = first.projection
    if len({item.name for item in rest.items}) < len(rest.items):
        refuse(first.place, "the first WITH of a subquery may import each name only once")
    if len(plain) < len(rest.items) or rest.distinct or rest.order or rest.skip or rest.limit:
        refuse(first.place, "the first WITH of a subquery may only import names")
    if first.where is not None:
        refuse(first.place, "the first WITH of a subquery cannot have WHERE: write a second WITH")
    if len(clauses) == 1:
        refuse(first.place, _NO_RETURN)
    return clauses[1:], empty.with_names(plain_names)


def _is_plain(item: Item) -> bool:
    return isinstance(item.expression, Variable) and item.expression.name == item.name


def _subquery(query: Query, scope: Scope, kind: str) -> Kinds:
    inner = Scope(scope.names, frozenset(scope.names), pattern=bind_inside, query=_subquery)
    returned = _check_query(query, inner, kind)
    if kind == "EXISTS":
        return BOOLEAN
    if kind == "COUNT":
        return INTEGER
    if len(returned) != 1:
        place = query.parts[0][-1].place
        refuse(place, f"COLLECT {{…}} must return one column, found {len(returned)}")
    return list_of(ANY)
