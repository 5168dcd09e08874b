"""Clauses, subqueries and UNION as SQL: a query becomes one SELECT."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orthoweave.cypher.sql.frame import Binding, Frame, Term
from orthoweave.cypher.sql.keys import with_keys
from orthoweave.cypher.sql.operators import boolean
from orthoweave.cypher.sql.patterns import match_paths
from orthoweave.cypher.sql.projections import projected
from orthoweave.cypher.sql.types import (
    BOOL,
    INT,
    NULL,
    NotCompiledError,
    Value,
    list_of,
    sql_type,
    unified,
)
from orthoweave.cypher.syntax.tree import (
    CallQuery,
    Clause,
    Expression,
    Match,
    Path,
    PatternComprehension,
    PatternPredicate,
    Return,
    Subquery,
    Unwind,
    Variable,
    With,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a UNION: its rows, and the names of its columns if it ends in RETURN."""

    frame: Frame
    columns: tuple[str, ...] | None


def compiled_part(clauses: Sequence[Clause], frame: Frame) -> Part:
    """Return the part of a query that some clauses make up, compiled onto a frame.

    Raises
    ------
    NotCompiledError
        If a clause can only be answered row by row.
    """
    columns = None
    for clause in clauses:
        match clause:
            case Match(paths, where, False):
                _match(paths, where, frame)
            case Match():
                _optional(clause, frame)
            case Unwind():
                _unwind(clause, frame)
            case With(projection, where):
                frame = projected(projection, frame, where).frame
            case CallQuery():
                _call(clause, frame)
            case Return(projection):
                result = projected(projection, frame)
                frame, columns = result.frame, result.columns
            case _:
                raise NotCompiledError
    return Part(frame, columns)


def _match(paths: Sequence[Path], where: Expression | None, frame: Frame) -> None:
    paths, where = with_keys(paths, where)
    match_paths(paths, frame)
    if where is not None:
        frame.where.append(boolean(frame.shared.expression(where, frame)))


def _optional(clause: Match, frame: Frame) -> None:
    inner = frame.child()
    _match(clause.paths, clause.where, inner)
    names = {name: bound for name, bound in inner.names.items() if not name.startswith(" ")}
    _join_rows(inner, names, frame, optional=True)


def _join_rows(
    inner: Frame, names: dict[str, Binding], frame: Frame, *, optional: bool, extra: str = ""
) -> None:
    """Join the rows of a subquery to each outer row, and bind its names in the outer frame."""
    alias = frame.shared.alias("q")
    columns = []
    for number, (name, binding) in enumerate(names.items()):
        columns.append(f"{binding.value.sql} AS c{number}")
        carried = inner.carried(name, binding)
        for place, (key, sql) in enumerate(carried.items()):
            columns.append(f"{sql} AS k{number}_{place}")
            carried[key] = f"{alias}.k{number}_{place}"
        value = binding.value
        if value.whole:
            columns.append(f"{value.whole} AS w{number}")
            value = replace(value, whole=f"{alias}.w{number}")
        value = replace(
            value,
            sql=f"{alias}.c{number}",
            nullable=value.nullable or optional,
            constant=False,
            known=None,
        )
        frame.names[name] = Binding(value, columns=carried)
    for number, term in enumerate(inner.order):
        columns.append(f"{term.sql} AS o{number}")
        frame.order.append(Term(f"{alias}.o{number}", term.down))
    item = f"({inner.select(columns)}) AS {alias}"
    if optional:
        frame.join(item, word="LEFT JOIN LATERAL", on="true")
    else:
        frame.join(item, word="CROSS JOIN LATERAL")


def _unwind(clause: Unwind, frame: Frame) -> None:
    source = frame.shared.expression(clause.source, frame)
    source_type = source.type
    if source_type.kind not in {"list", "null"}:
        frame.names[clause.variable] = Binding(source)
        if source.nullable:
            frame.where.append(f"{source.sql} IS NOT NULL")
        return
    if source_type == NULL or (source_type.item is None and not source_type.inner_nulls):
        frame.where.append("false")
        frame.names[clause.variable] = Binding(Value("NULL", NULL))
        return
    alias = frame.shared.alias("u")
    item = (
        f"(SELECT unnest({source.sql}) AS x, generate_subscripts({source.sql}, 1) AS i) AS {alias}"
    )
    frame.join(item, word="CROSS JOIN LATERAL")
    value = Value(
        f"{alias}.x",
        source_type.item or NULL,
        nullable=source_type.inner_nulls,
        has_nan=source.has_nan,
    )
    frame.names[clause.variable] = Binding(value)
    frame.order = [*frame.order, Term(f"{alias}.i", down=False)]


def _call(clause: CallQuery, frame: Frame) -> None:
    imports = clause.imports
    if imports is None:
        names = _imported(clause, frame)
    else:
        names = frozenset(frame.visible() if "*" in imports else imports)
    parts = [compiled_part(part, frame.child(imports=names)) for part in clause.query.parts]
    if parts[0].columns is None:
        raise NotCompiledError
    if len(parts) == 1:
        inner = parts[0].frame
        _join_rows(inner, _returned(parts[0]), frame, optional=clause.optional)
        return
    inner = united(parts, frame.child(imports=names), all_rows=clause.query.keeps_duplicates)
    _join_rows(inner, dict(inner.names), frame, optional=clause.optional)


def _imported(clause: CallQuery, frame: Frame) -> frozenset[str]:
    imported: set[str] = set()
    for part in clause.query.parts:
        first = part[0]
        if isinstance(first, With):
            if first.projection.star:
                return frozenset(frame.visible())
            sources = [item.expression for item in first.projection.items]
            imported |= {source.name for source in sources if isinstance(source, Variable)}
    return frozenset(imported)


def _returned(part: Part) -> dict[str, Binding]:
    return {name: part.frame.names[name] for name in part.columns or ()}


def united(parts: Sequence[Part], frame: Frame, *, all_rows: bool) -> Frame:
    """Return a frame over the union of some parts, without duplicates unless `all_rows`.

    Raises
    ------
    NotCompiledError
        If a column does not have the same type in all parts.
    """
    columns = parts[0].columns or ()
    if any(set(part.columns or ()) != set(columns) for part in parts):
        raise NotCompiledError
    alias, selects = frame.shared.alias("r"), []
    types = {name: unified(part.frame.names[name].value.type for part in parts) for name in columns}
    if any(column_type.kind == "number" for column_type in types.values()):
        raise NotCompiledError
    for part in parts:
        values = [part.frame.names[name].value for name in columns]
        if not all_rows and any(
            value.has_nan or value.type.kind in {"map", "path"} for value in values
        ):
            raise NotCompiledError
        cast = [value.cast(types[name]) for name, value in zip(columns, values, strict=True)]
        named = [f"{sql} AS c{number}" for number, sql in enumerate(cast)]
        ordered = bool(part.frame.order)
        select = part.frame.select(named, order=part.frame.order)
        selects.append(f"(SELECT * FROM ({select}))" if ordered else f"({select})")
    word = "\nUNION ALL\n" if all_rows else "\nUNION\n"
    frame.join(f"({word.join(selects)}) AS {alias}")
    for number, name in enumerate(columns):
        values = [part.frame.names[name].value for part in parts]
        frame.names[name] = Binding(
            Value(
                f"{alias}.c{number}",
                types[name],
                any(v.nullable for v in values),
                has_nan=any(v.has_nan for v in values),
            )
        )
    return frame


def compiled_subquery(tree: Expression, frame: Frame) -> Value:
    """Return a subquery or pattern in an expression as SQL."""
    match tree:
        case Subquery(kind, query):
            parts = [compiled_part(part, frame.child()) for part in query.parts]
            if len(parts) > 1:
                part = _together(parts, frame, all_rows=query.keeps_duplicates, kind=kind)
                return _result(kind, part)
            return _result(kind, parts[0])
        case PatternPredicate(pattern):
            inner = frame.child()
            match_paths([pattern], inner)
            return _result("EXISTS", Part(inner, None))
        case PatternComprehension(pattern, where, result):
            inner = frame.child()
            _match([pattern], where, inner)
            value = frame.shared.expression(result, inner)
            return _collected(value, inner)
    raise NotCompiledError


def _together(parts: Sequence[Part], frame: Frame, *, all_rows: bool, kind: str) -> Part:
    if any(part.columns is None for part in parts):
        raise NotCompiledError
    inner = united(parts, frame.child(), all_rows=all_rows or kind == "EXISTS")
    return Part(inner, parts[0].columns)


def _result(kind: str, part: Part) -> Value:
    if kind == "EXISTS":
        return Value(f"EXISTS ({part.frame.select(['1'])})", BOOL, nullable=False)
    if kind == "COUNT":
        return Value(f"({part.frame.select(['count(*)'])})", INT, nullable=False)
    if not part.columns or len(part.columns) != 1:
        raise NotCompiledError
    return _collected(part.frame.names[part.columns[0]].value, part.frame)


def _collected(value: Value, frame: Frame) -> Value:
    if value.type == NULL or value.type.kind == "number":
        raise NotCompiledError
    list_type = list_of(value.type, inner_nulls=value.nullable)
    sql = f"coalesce(({frame.listed(value)}), CAST([] AS {sql_type(list_type)}))"
    return Value(sql, list_type, nullable=False, has_nan=value.has_nan)
