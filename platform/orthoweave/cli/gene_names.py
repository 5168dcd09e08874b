"""Gene names from arguments, a file or standard input, for all commands that take a list."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from orthoweave.cli.output import say
from orthoweave.errors import InputError, UsageError

Genes = Annotated[list[str] | None, typer.Argument(help="Names or ids of genes.")]
GeneFile = Annotated[
    Path | None,
    typer.Option(
        "--file", help="File of gene names: one in each line, a table or GMT; - is standard input."
    ),
]


def gene_names(texts: list[str] | None, file: Path | None, *, repeated: bool = False) -> list[str]:
    """Return the names given as arguments and those in a file.

    Parameters
    ----------
    repeated
        Whether names that a file repeats are kept.

    Raises
    ------
    UsageError
        If there are none.
    InputError
        If the file cannot be read.
    """
    names = list(texts or ())
    if file is not None:
        names += _names_in(file, repeated=repeated)
    if not names:
        message = "no names given: expected names of genes as arguments or in --file"
        raise UsageError(message)
    return names


def _names_in(file: Path, *, repeated: bool) -> tuple[str, ...]:
    from orthoweave.files.gene_lists import read_gene_list

    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        message = f"--file {file} cannot be read as text, one name in each line: {error}"
        raise InputError(message) from error
    where = "standard input" if str(file) == "-" else f"--file {file}"
    genes = read_gene_list(content, where)
    if genes.column:
        say(f"{where}: names from the column {genes.column!r}")
    n_repeated = len(genes.all_names) - len(genes.names)
    if n_repeated and not repeated:
        say(f"{where}: {n_repeated:,} repeated names were merged")
    return genes.all_names if repeated else genes.names
