"""Commands that search genes and cells: by meaning, or by likeness in a space of vectors."""

from typing import Annotated

import typer

from orthoweave.cli.help import GroupedCommands, add_command
from orthoweave.cli.options import Form, HeaderComments, Kb, Output, SpeciesName, Store, layout_of
from orthoweave.cli.output import write_answer
from orthoweave.errors import UsageError

app = typer.Typer(
    cls=GroupedCommands,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Search genes and cells by meaning or likeness.",
)

Hits = Annotated[int, typer.Option("-k", min=1, metavar="N", help="Number of hits.")]
Space = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Space of vectors to search by --like, such as RUN:cells [default: that of texts].",
    ),
]


def genes(
    *,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="What the genes do, in words.")
    ] = None,
    like: Annotated[
        str | None,
        typer.Option(metavar="GENE", help="Find genes similar to this one, in place of TEXT."),
    ] = None,
    k: Hits = 10,
    species: SpeciesName = None,
    space: Space = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Find the genes whose descriptions are nearest in meaning to a text, or to another gene's."""
    from orthoweave.opening import open_knowledge_base

    _require_one(text, like, space, "GENE")
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        if like is None:
            answer = opened.search_genes(str(text), k=k, species=species)
        else:
            answer = opened.nearest_genes(like, k=k, species=species, space=space or "gene_text")
    write_answer(answer, form, output, header_comments=header_comments)


def cells(
    *,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="What the cells are or do, in words.")
    ] = None,
    like: Annotated[
        str | None,
        typer.Option(
            metavar="DATASET:BARCODE", help="Find cells similar to this one, in place of TEXT."
        ),
    ] = None,
    k: Hits = 10,
    species: SpeciesName = None,
    dataset: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only cells of this dataset.")
    ] = None,
    cell_type: Annotated[
        str | None, typer.Option(metavar="TYPE", help="Only cells of this type, by id or name.")
    ] = None,
    space: Space = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Find the cells nearest in meaning to a text, or most similar to another cell."""
    from orthoweave.opening import open_knowledge_base

    _require_one(text, like, space, "DATASET:BARCODE")
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.search_cells(
            text,
            like=like,
            k=k,
            species=species,
            dataset=dataset,
            cell_type=cell_type,
            space=space or "cell_text",
        )
    write_answer(answer, form, output, header_comments=header_comments)


def _require_one(text: str | None, like: str | None, space: str | None, key: str) -> None:
    if (text is None) == (like is None):
        message = f"expected either a text or --like {key}"
        raise UsageError(message)
    if text is not None and space is not None:
        message = f"--space {space}: a text is searched in the space of texts; give --like {key}"
        raise UsageError(message)


add_command(app, genes, 'orthoweave search genes "glucose transport" --species mouse -k 5')
add_command(app, cells, 'orthoweave search cells "insulin secreting beta cell" -k 8')
