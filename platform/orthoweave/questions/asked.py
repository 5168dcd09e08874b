"""Answer users' own queries: saved queries by name, and free Cypher."""

from collections.abc import Hashable, Mapping

from orthoweave.questions.answer import Answer
from orthoweave.questions.arguments import look_up
from orthoweave.questions.dataset_scales import cypher_notes, row_notes
from orthoweave.questions.saved import find_query
from orthoweave.questions.session import Session
from orthoweave.questions.untyped_cells import saved_notes
from orthoweave.settings import Settings


def ask_saved(
    session: Session,
    name: str,
    parameters: Mapping[str, object],
    settings: Settings,
    *,
    asker: Hashable = None,
) -> Answer:
    """Answer a saved query. Genes, species, cell types and datasets may be given by name.

    Raises
    ------
    UnknownNameError
        For an unknown query, parameter, gene, species, cell type or dataset.
    AmbiguousNameError
        If a gene's name fits several genes equally well.
    UsageError
        If a parameter is missing or of the wrong kind.
    """
    query = find_query(name, settings)
    values = query.values(parameters)
    notes: list[str] = []
    for parameter in query.parameters:
        value = values[parameter.name]
        if isinstance(value, str):
            argument = look_up(session, parameter.kind, value)
            values[parameter.name] = argument.key
            notes += [argument.note] if argument.note else []
    if query.bundled:
        rows = session.gateway.ask(query.text, values)
    else:
        rows = session.gateway.ask_freely(query.text, values, asker=asker)
    notes += rows.notes
    notes += saved_notes(session, query, values, rows.table)
    notes += row_notes(session, query, values, rows.table)
    return session.answer(
        rows.table, query.title, f"ask {name}", values, notes, truncated=rows.truncated
    )


def ask_cypher(
    session: Session,
    text: str,
    parameters: Mapping[str, object] | None = None,
    limit: int | None = None,
    *,
    asker: Hashable = None,
) -> Answer:
    """Answer a free Cypher statement in a sandboxed process.

    Arguments and errors are those of `Gateway.ask_freely`.
    """
    rows = session.gateway.ask_freely(text, parameters, row_limit=limit, asker=asker)
    notes = [*rows.notes, *cypher_notes(session, text, parameters or {})]
    return session.answer(rows.table, "Cypher", text, parameters, notes, truncated=rows.truncated)
