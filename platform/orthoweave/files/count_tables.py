"""Reads a table of counts as text: genes × cells or cells × genes, told by the names of both.

Text columns beside the names, and columns with the usual names of what is known of a gene or cell,
describe the rows. The table is read in blocks, and only its values above zero are kept.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import polars as pl

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_numbered_blocks
from orthoweave.files.matrix_sources import MatrixSource
from orthoweave.files.named_tables import NOT_COUNTS, GeneShare, NamedTable, names_genes, open_table

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".tab")
_LOOKED_AT: Final = 100


def is_count_table(path: Path) -> bool:
    """Return whether the name of a file is that of a table, gzipped or not."""
    return path.name.lower().removesuffix(".gz").endswith(SUFFIXES)


def open_count_table(
    path: Path, rows: str | None = None, gene_share: GeneShare | None = None
) -> MatrixSource:
    """Open a table of counts in text, separated by tabs, commas or semicolons, gzipped or not.

    Parameters
    ----------
    rows
        ``genes`` or ``cells``, whichever the rows are; by default found by the names.
    gene_share
        Share of some names that are of genes; by default Ensembl ids alone are known.

    Raises
    ------
    InputError
        If it is not a table of counts, a value is not a number, or the sides cannot be told apart.
    HostileFileError
        If it unpacks to more text than a table would hold.
    """
    table = _read(path)
    if names_genes([table.corner], gene_share) and all(map(_is_number, table.columns)):
        raise _without_header(path, [table.corner, *table.columns])
    return open_table(table, "table", rows, gene_share)


def _read(path: Path) -> NamedTable:
    names, blocks = read_numbered_blocks(path)
    first = _first_rows(blocks)
    _check_header(path, names, first)
    texts = [str(at) for at, name in enumerate(names) if at == 0 or _is_text(name, first[str(at)])]
    counts = [str(at) for at in range(len(names)) if str(at) not in texts]
    if len(texts) == len(names):
        message = (
            f"{path} has no column of numbers ({', '.join(names[:4])}, …): expected a table of "
            "counts, genes × cells or cells × genes"
        )
        raise InputError(message)
    table = NamedTable(path, [names[int(at)] for at in counts], names[0])
    about = []
    for block in chain((first,), blocks):
        table.add(table.numbers(block, counts))
        about.append(block.select(texts))
    rows = pl.concat(about)
    _check_names(path, names, texts, rows)
    facts = rows.rename({at: names[int(at)] or "name" for at in texts[1:]}).drop("0")
    table.describe(list(rows["0"]), facts.to_pandas())
    return table


def _first_rows(blocks: Iterator[pl.DataFrame]) -> pl.DataFrame:
    """Return the first rows, enough to tell numbers from texts where there are as many."""
    first = next(blocks)
    while first.height < _LOOKED_AT and (more := next(blocks, None)) is not None:
        first = pl.concat([first, more])
    return first


def _check_header(path: Path, names: list[str], first: pl.DataFrame) -> None:
    if first.height == 0 or len(names) < 2:
        message = (
            f"{path}: expected a table of counts with a line of names and a column of names, found "
            f"{len(names)} columns and the first line {' '.join(names)[:80]!r}: is it truncated, "
            "or separated by something else than tabs, commas, semicolons or blanks?"
        )
        raise InputError(message)
    numbers = [name for name in names[1:] if _is_number(name)]
    # numbered columns have each number once
    repeated = len(numbers) == len(names) - 1 and len(set(numbers)) < len(numbers)
    if repeated or all(map(_is_number, names)):
        raise _without_header(path, names)


def _without_header(path: Path, names: Sequence[str]) -> InputError:
    return InputError(
        f"{path}: expected names in the first line, found numbers ({', '.join(names[:3])}, …): "
        "write the table with the names of its columns"
    )


def _check_names(path: Path, names: list[str], texts: list[str], about: pl.DataFrame) -> None:
    """Refuse tables that have no column of names, or a row for each value."""
    rows = about["0"]
    if rows.n_unique() == rows.len():
        return
    if all(_is_number(text) for text in rows.head(_LOOKED_AT)):
        message = (
            f"{path}: the first column, {names[0]!r}, has numbers that repeat, expected the names "
            "of the rows: write the table with them"
        )
        raise InputError(message)
    if len(names) == 3 and len(texts) == 2:
        value = next(at for at in range(len(names)) if str(at) not in texts)
        made = path.name.split(".")[0] + "_wide.csv"
        message = (
            f"{path} has a row for each value, expected one for each gene or cell. Turn it in "
            f"Python:\nimport pandas\ntable = pandas.read_csv({str(path)!r}, sep=None, "
            f"engine='python')\ntable.pivot_table(index={names[0]!r}, "
            f"columns={names[int(texts[1])]!r}, values={names[value]!r}, aggfunc='sum', "
            f"fill_value=0).to_csv({made!r})"
        )
        raise InputError(message)


def _is_text(name: str, column: pl.Series) -> bool:
    if NOT_COUNTS.match(name.strip().lower()):
        return True
    looked = column.head(_LOOKED_AT)
    return sum(_is_number(text) for text in looked) < looked.len() / 2


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
