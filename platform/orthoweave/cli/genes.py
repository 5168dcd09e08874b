"""Commands about genes: resolve names, and show one gene."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.gene_names import GeneFile, Genes, gene_names
from orthoweave.cli.help import GroupedCommands, add_command
from orthoweave.cli.options import Form, HeaderComments, Kb, Output, SpeciesName, Store, layout_of
from orthoweave.cli.output import say, write_answer

app = typer.Typer(
    cls=GroupedCommands,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Resolve gene names, or show one gene in full.",
)


class OnAmbiguous(StrEnum):
    """The treatment of a name that fits several genes."""

    all = "all"
    best = "best"
    error = "error"


def resolve(
    *,
    texts: Genes = None,
    file: GeneFile = None,
    species: SpeciesName = None,
    on_ambiguous: Annotated[
        OnAmbiguous,
        typer.Option(
            help="A name that fits several genes: list all of them, list only the best, marked as "
            "ambiguous, or fail."
        ),
    ] = OnAmbiguous.all,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the coverage report, as JSON.")
    ] = None,
    sssom: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the mapping, as SSSOM TSV.")
    ] = None,
    kb: Kb = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """List the genes that names refer to, with reasons; names without a gene are kept."""
    from orthoweave.opening import open_knowledge_base

    names = gene_names(texts, file)
    # names are in a file of the build, whichever store holds its graph
    with open_knowledge_base(layout_of(kb).root, store="") as opened:
        answer = opened.resolve(names, species, on_ambiguous=on_ambiguous.value)
    if report is not None:
        answer.write_report(report)
        say(f"{report}: coverage report")
    if sssom is not None:
        answer.write_sssom(sssom)
        say(f"{sssom}: mapping as SSSOM")
    write_answer(answer, form, output, header_comments=header_comments)


def show(
    *,
    gene: Annotated[str, typer.Argument(metavar="GENE", help="Name or id of a gene.")],
    species: SpeciesName = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Show everything that the knowledge base holds on one gene."""
    from orthoweave.opening import open_knowledge_base

    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.gene(gene, species)
    write_answer(answer, form, output, header_comments=header_comments, upright=True)


def check(
    *,
    texts: Genes = None,
    file: GeneFile = None,
    species: Annotated[str, typer.Option(help="Species of the genes.")] = "human",
    to_species: Annotated[
        str | None, typer.Option("--to", help="Species to list orthologs in.")
    ] = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Check a list of gene names: a line for each, with its gene, orthologs and datasets."""
    from orthoweave.opening import open_knowledge_base

    names = gene_names(texts, file, repeated=True)
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.gene_verdicts(names, species, to_species)
    write_answer(answer, form, output, header_comments=header_comments)


add_command(app, resolve, "orthoweave genes resolve INS p53 --species human --format tsv")
add_command(app, show, "orthoweave genes show INS --species human")
add_command(app, check, "orthoweave genes check --file my_genes.txt --species human --to mouse")
