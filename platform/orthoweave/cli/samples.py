"""Commands that ask bulk samples: survival, groups."""

from typing import Annotated, Literal

import typer

from orthoweave.cli.gene_names import GeneFile, Genes, gene_names
from orthoweave.cli.help import QUESTIONS, add_command
from orthoweave.cli.options import Form, HeaderComments, Kb, Output, Store, layout_of
from orthoweave.cli.output import write_answer

Species = Annotated[
    str | None, typer.Option("--species", metavar="SPECIES", help="Species of the genes.")
]
Dataset = Annotated[
    str | None, typer.Option("--dataset", metavar="NAME", help="Only this dataset of samples.")
]


def survival(
    *,
    genes: Genes = None,
    file: GeneFile = None,
    species: Species = None,
    dataset: Dataset = None,
    split: Annotated[
        Literal["median", "tertiles"],
        typer.Option(help="Compare patients above the median, or the upper and lower third."),
    ] = "median",
    group: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only samples of this group.")
    ] = None,
    curves: Annotated[
        bool,
        typer.Option("--curves", help="Give the Kaplan-Meier curves of one gene in one dataset."),
    ] = False,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Test whether the survival of patients follows the expression of genes in their samples."""
    from orthoweave.errors import UsageError
    from orthoweave.opening import open_knowledge_base

    names = gene_names(genes, file)
    if curves and (dataset is None or len(names) != 1):
        message = f"--curves: expected one gene and --dataset, found {len(names)} genes"
        raise UsageError(message)
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        if curves and dataset is not None:
            answer = opened.survival_curves(names[0], dataset, species, split=split, group=group)
        else:
            answer = opened.survival(names, species, dataset=dataset, split=split, group=group)
    write_answer(answer, form, output, header_comments=header_comments)


def groups(
    *,
    genes: Genes = None,
    file: GeneFile = None,
    species: Species = None,
    dataset: Dataset = None,
    kb: Kb = None,
    store: Store = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Describe the expression of genes in the groups of bulk samples, across datasets."""
    from orthoweave.opening import open_knowledge_base

    names = gene_names(genes, file)
    with open_knowledge_base(layout_of(kb).root, store=store) as opened:
        answer = opened.expression_by_group(names, species, dataset=dataset)
    write_answer(answer, form, output, header_comments=header_comments)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command, example in (
        (survival, "orthoweave survival TP53 --dataset tcga --split tertiles"),
        (groups, "orthoweave groups TP53 GCG"),
    ):
        add_command(app, command, example, QUESTIONS)
