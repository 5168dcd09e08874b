"""Commands that search by meaning: genes and cells."""

from typing import Annotated

import typer

from orthoweave.cli.options import (
    Form,
    HeaderComments,
    Kb,
    Output,
    SpeciesName,
    Store,
    layout_of,
)
from orthoweave.cli.output import write_answer
from orthoweave.errors import UsageError

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Search genes and cells by what they do."
)

Hits = Annotated[int, typer.Option("-k", min=1, help="Number of hits.")]


@app.command()
def genes(
    *,
    text: Annotated[str, typer.Argument(help="What the genes do, in words.")],
    k: Hits = 10,
    species: SpeciesName = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Find genes whose description is nearest in meaning to a text."""
    from orthoweave.queries.knowledge_base import open_knowledge_base

    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.search_genes(text, k=k, species=species)
    write_answer(answer, form, output, header_comments=header_comments)


@app.command()
def cells(
    *,
    text: Annotated[str | None, typer.Argument(help="What the cells are or do, in words.")] = None,
    like: Annotated[
        str | None, typer.Option(help="DATASET:BARCODE of a cell that hits should be like.")
    ] = None,
    k: Hits = 10,
    species: SpeciesName = None,
    dataset: Annotated[str | None, typer.Option(help="Only cells of this dataset.")] = None,
    cell_type: Annotated[
        str | None, typer.Option(help="Only cells of this type, by id or name.")
    ] = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Find cells nearest in meaning to a text, or most like a cell."""
    from orthoweave.queries.knowledge_base import open_knowledge_base

    if (text is None) == (like is None):
        message = "expected either a text or --like DATASET:BARCODE"
        raise UsageError(message)
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.search_cells(text, like=like, k=k, species=species, dataset=dataset,
                                     cell_type=cell_type)  # fmt: skip
    write_answer(answer, form, output, header_comments=header_comments)
