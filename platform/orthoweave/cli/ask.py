"""Commands that ask the graph: orthologs, expression, queries, ask."""

from typing import Annotated

import pyarrow as pa
import typer

from orthoweave.cli.gene_names import GeneFile, Genes, gene_names
from orthoweave.cli.help import QUESTIONS, add_command
from orthoweave.cli.options import Form, HeaderComments, Kb, Output, Parameters, Store, layout_of
from orthoweave.cli.output import write_answer
from orthoweave.errors import UsageError
from orthoweave.options import read_pairs
from orthoweave.questions.answer import Answer, table_of
from orthoweave.settings import read_settings

_QUERIES = pa.schema(
    [
        ("query", pa.string()),
        ("title", pa.string()),
        ("answers", pa.string()),
        ("parameters", pa.list_(pa.string())),
        ("example", pa.string()),
    ]
)


def orthologs(
    *,
    genes: Genes = None,
    file: GeneFile = None,
    from_species: Annotated[
        str, typer.Option("--from", metavar="SPECIES", help="Species of the genes.")
    ] = "human",
    to_species: Annotated[
        str, typer.Option("--to", metavar="SPECIES", help="Species to find orthologs in.")
    ] = "mouse",
    min_sources: Annotated[
        int, typer.Option(min=1, metavar="N", help="Least number of resources that support a pair.")
    ] = 1,
    sources: Annotated[
        list[str] | None,
        typer.Option(
            "--source", metavar="NAME", help="Count only this resource or source; may be repeated."
        ),
    ] = None,
    through: Annotated[
        str | None,
        typer.Option(
            metavar="SPECIES",
            help="Also infer orthologs through this third species, such as human.",
        ),
    ] = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the orthologs of genes, with the resources that support each pair."""
    from orthoweave.opening import open_knowledge_base

    names = gene_names(genes, file)
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.orthologs(
            names,
            from_species,
            to_species,
            min_sources=min_sources,
            sources=tuple(sources or ()),
            through=through,
        )
    write_answer(answer, form, output, header_comments=header_comments)


def expression(
    *,
    genes: Genes = None,
    file: GeneFile = None,
    across: Annotated[
        str, typer.Option(metavar="SPECIES,…", help="Species, separated by commas.")
    ] = "human,mouse",
    roll_up: Annotated[
        list[str] | None,
        typer.Option(
            "--roll-up",
            metavar="CELL_TYPE",
            help="Cell type to pool finer types into; may be repeated.",
        ),
    ] = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Compare the expression of genes and their orthologs by cell type across species."""
    from orthoweave.opening import open_knowledge_base

    named = tuple(part.strip() for part in across.split(",") if part.strip())
    if not named:
        message = f"--across {across!r}: expected species separated by commas, such as human,mouse"
        raise UsageError(message)
    names = gene_names(genes, file)
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.expression(names, across=named, roll_up=tuple(roll_up or ()))
    write_answer(answer, form, output, header_comments=header_comments)


def queries(
    *, form: Form = None, output: Output = None, header_comments: HeaderComments = True
) -> None:
    """List the saved queries, with their parameters and an example of each."""
    from orthoweave.questions.saved import saved_queries

    rows = [
        {
            "query": query.name,
            "title": query.title,
            "answers": query.answers,
            "parameters": [
                f"{parameter.name} ({parameter.kind})" + _default(parameter.default)
                for parameter in query.parameters
            ],
            "example": " ".join(
                [
                    "orthoweave ask",
                    query.name,
                    *(f"--param {n}={v}" for n, v in query.example.items()),
                ]
            ),
        }
        for query in saved_queries(read_settings()).values()
    ]
    write_answer(
        Answer(table_of(rows, _QUERIES), "Saved queries"),
        form,
        output,
        header_comments=header_comments,
    )


def ask(
    *,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A saved query; `orthoweave queries` lists them.")
    ],
    parameters: Parameters = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Run a saved query with your parameters."""
    from orthoweave.opening import open_knowledge_base

    given: dict[str, object] = {**read_pairs(parameters, "--param")}
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.ask(name, given)
    write_answer(answer, form, output, header_comments=header_comments)


def _default(default: str | None) -> str:
    return "" if default is None else f" = {default}"


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command, example in (
        (orthologs, "orthoweave orthologs INS GCG --from human --to mouse"),
        (expression, "orthoweave expression INS --across human,mouse"),
        (queries, "orthoweave queries"),
        (ask, "orthoweave ask conserved_coexpression --param gene=GCG"),
    ):
        add_command(app, command, example, QUESTIONS)
