"""Commands that ask the graph: orthologs, expression, queries, ask."""

from typing import Annotated

import pyarrow as pa
import typer

from orthoweave.cli.options import (
    Form,
    HeaderComments,
    Kb,
    Output,
    Parameters,
    Store,
    layout_of,
    pairs,
)
from orthoweave.cli.output import write_answer
from orthoweave.errors import UsageError
from orthoweave.queries.answer import Answer, table_of
from orthoweave.settings import read_settings

_QUERIES = pa.schema([("query", pa.string()), ("title", pa.string()), ("answers", pa.string()),
                      ("parameters", pa.list_(pa.string())), ("example", pa.string())])  # fmt: skip
Genes = Annotated[list[str], typer.Argument(help="Names or ids of genes.")]


def orthologs(
    *,
    genes: Genes,
    source: Annotated[str, typer.Option("--from", help="Species of the genes.")] = "human",
    target: Annotated[str, typer.Option("--to", help="Species to find orthologs in.")] = "mouse",
    min_sources: Annotated[
        int, typer.Option(min=1, help="Least number of sources that support a pair.")
    ] = 1,
    sources: Annotated[
        list[str] | None,
        typer.Option("--source", help="Count only this resource or source; may be repeated."),
    ] = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Give the orthologs of genes, with who says so and how many could have."""
    from orthoweave.queries.knowledge_base import open_knowledge_base

    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.orthologs(genes, source=source, target=target, min_sources=min_sources,
                                  sources=tuple(sources or ()))  # fmt: skip
    write_answer(answer, form, output, header_comments=header_comments)


def expression(
    *,
    genes: Genes,
    across: Annotated[str, typer.Option(help="Species, separated by commas.")] = "human,mouse",
    roll_up: Annotated[
        list[str] | None,
        typer.Option("--roll-up", help="Cell type to pool finer types into; may be repeated."),
    ] = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Give the expression of genes and their orthologs by cell type, species side by side."""
    from orthoweave.queries.knowledge_base import open_knowledge_base

    named = tuple(part.strip() for part in across.split(",") if part.strip())
    if not named:
        message = f"--across {across!r}: expected species separated by commas, such as human,mouse"
        raise UsageError(message)
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.expression(genes, across=named, roll_up=tuple(roll_up or ()))
    write_answer(answer, form, output, header_comments=header_comments)


def queries(
    *, form: Form = None, output: Output = None, header_comments: HeaderComments = True
) -> None:
    """List the saved queries that `ask` knows."""
    from orthoweave.queries.saved import saved_queries

    rows = [
        {
            "query": query.name, "title": query.title, "answers": query.answers,
            "parameters": [f"{parameter.name} ({parameter.kind})" + _default(parameter.default)
                           for parameter in query.parameters],
            "example": " ".join(["orthoweave ask", query.name,
                                 *(f"--param {n}={v}" for n, v in query.example.items())]),
        }
        for query in saved_queries(read_settings()).values()
    ]  # fmt: skip
    write_answer(Answer(table_of(rows, _QUERIES), "Saved queries"), form, output,
                 header_comments=header_comments)  # fmt: skip


def ask(
    *,
    name: Annotated[str, typer.Argument(help="A saved query; `orthoweave queries` lists them.")],
    parameters: Parameters = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Ask a saved query."""
    from orthoweave.queries.knowledge_base import open_knowledge_base

    given: dict[str, object] = {**pairs(parameters, "--param")}
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.ask(name, given)
    write_answer(answer, form, output, header_comments=header_comments)


def _default(default: str | None) -> str:
    return "" if default is None else f" = {default}"


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (orthologs, expression, queries, ask):
        app.command(command.__name__)(command)
