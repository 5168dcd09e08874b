"""Checks of procedures and SHOW: which exist, their columns, and where they may stand."""

from orthoweave.cypher.semantics.elsewhere import instead
from orthoweave.cypher.semantics.kinds import ANY, Kinds, Scope, refuse
from orthoweave.cypher.semantics.known_procedures import PROCEDURES, Procedure, find
from orthoweave.cypher.syntax.tree import CallProcedure
from orthoweave.nearest import did_you_mean


def unknown_procedure(name: str) -> str:
    """Return the message for a procedure that is not available."""
    known = ", ".join(sorted(PROCEDURES))
    way = instead(name, PROCEDURES, f"expected one of {known}, or SHOW FUNCTIONS")
    return f"{name} is not available: {way}"


def procedure_columns(clause: CallProcedure, *, alone: bool) -> dict[str, Kinds]:
    """Check a procedure call or SHOW and return the names that it binds.

    Raises
    ------
    QueryRefusedError
        If the procedure does not exist, or does not have these arguments or columns.
    """
    known = find(clause.name)
    if known is None:
        refuse(clause.place, unknown_procedure(clause.name))
    if clause.arguments:
        refuse(clause.place, f"{clause.name} takes no arguments, found {len(clause.arguments)}")
    shown = clause.name.startswith("SHOW ")
    if not shown and not clause.called and not (alone and not clause.yields):
        refuse(clause.place, f"expected brackets: CALL {clause.name}()")
    if not shown and not alone and not clause.columns:
        columns = ", ".join(known.columns)
        refuse(clause.place, f"within a query write CALL {clause.name}() YIELD {columns}")
    if not shown and alone and clause.where is not None:
        message = f"expected RETURN after the condition: CALL {clause.name}() YIELD … RETURN …"
        refuse(clause.place, message)
    return _named(clause, known)


def _named(clause: CallProcedure, known: Procedure) -> dict[str, Kinds]:
    columns: dict[str, Kinds] = {}
    default = known.all_columns if clause.yields else known.columns
    for column, name in clause.columns or tuple((column, column) for column in default):
        if column not in known.all_columns:
            near = did_you_mean(column, known.all_columns)
            hint = near or f": expected one of {', '.join(known.all_columns)}"
            message = f"{clause.name} does not have the column {column!r}{hint}"
            refuse(clause.place, message)
        if name in columns:
            refuse(clause.place, f"two columns have the same name ({name}): rename one with AS")
        columns[name] = ANY
    return columns


def bound(clause: CallProcedure, scope: Scope) -> Scope:
    """Return the scope after a call.

    Raises
    ------
    QueryRefusedError
        As `procedure_columns`, and if a name is bound already.
    """
    columns = procedure_columns(clause, alone=False)
    for name in columns:
        if name in scope.names:
            refuse(clause.place, f"the name {name!r} is bound already: write YIELD … AS other")
    return scope.with_names(columns)
