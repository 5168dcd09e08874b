"""Reads a table of counts as text: genes × cells or cells × genes, told by the names of both.

Text columns beside the names, and columns with the usual names of what is known of a gene or cell,
describe the rows. The table is read in blocks, and only its values above zero are kept.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import polars as pl
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_numbered_blocks
from orthoweave.files.matrix_sources import MatrixSource, memory_blocks

GeneShare = Callable[[Sequence[str]], float]
"""Share of some names that are of genes."""

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".tab")
MAXIMUM_VALUES: Final = 100_000_000
# numbers that programs write beside counts, in lower case
_NOT_COUNTS: Final = re.compile(
    r"^(chr|start|end|strand|length|ncount_\w+|nfeature_\w+|n_counts|n_genes(_by_counts)?|n_umis?|"
    r"total_counts|total_umis?|pct_counts_\w+|percent[._]?mito?|seurat_clusters|leiden|louvain|"
    r"clusters?|cluster_?ids?|batch|doublet_?score)\Z"
)
_ENSEMBL: Final = re.compile(r"^ENS[A-Z]*G\d{6,}")
# one side is that of the genes if so many of its names are, and so many times more than opposite
_FEW, _TIMES = 0.1, 3.0
_LOOKED_AT: Final = 100


@dataclass(slots=True)
class _Table:
    """A table of rows × columns while it is read."""

    path: Path
    columns: list[str]
    """Names of the columns with counts."""
    corner: str = ""
    """Name above the names of the rows."""
    about: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Facts on the rows, by their names."""
    values: sp.csr_matrix = field(default_factory=lambda: sp.csr_matrix((0, 0)))


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
    share = gene_share or _ensembl_share
    taken, note = _tell_sides(table, rows, share)
    if share([table.corner]) and all(map(_is_number, table.columns)):
        raise _without_header(path, [table.corner, *table.columns])
    about = pd.DataFrame(index=pd.Index(table.columns, dtype=object))
    if taken == "genes":
        matrix, obs, var = sp.csr_matrix(table.values.T), about, table.about
    else:
        matrix, obs, var = table.values, table.about, about
    matrix.sort_indices()
    read = partial(memory_blocks, path, matrix)
    return MatrixSource("table", "table", obs, var, read, matrix.nnz, notes=(note,))


def _read(path: Path) -> _Table:
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
    table = _Table(path, [names[int(at)] for at in counts], names[0])
    parts, about, n_values = [], [], 0
    for block in chain((first,), blocks):
        part = sp.csr_matrix(_numbers(table, block, counts))
        n_values += part.nnz
        if n_values > MAXIMUM_VALUES:
            message = (
                f"{path} has more than {MAXIMUM_VALUES:,} values above zero, expected fewer in a "
                "table of texts: write it as .h5ad"
            )
            raise InputError(message)
        parts.append(part)
        about.append(block.select(texts))
    rows = pl.concat(about)
    _check_names(path, names, texts, rows)
    frame = rows.rename({at: names[int(at)] or "name" for at in texts[1:]})
    table.about = frame.drop("0").to_pandas().set_axis(pd.Index(list(frame["0"]), dtype=object))
    table.values = sp.csr_matrix(sp.vstack(parts))
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
    if _NOT_COUNTS.match(name.strip().lower()):
        return True
    looked = column.head(_LOOKED_AT)
    return sum(_is_number(text) for text in looked) < looked.len() / 2


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _numbers(table: _Table, block: pl.DataFrame, counts: list[str]) -> np.ndarray:
    numbers = block.select(pl.col(counts).str.strip_chars().cast(pl.Float32, strict=False))
    if any(column.null_count() for column in numbers):
        at = next(at for at, column in enumerate(numbers) if column.null_count())
        row = int(numbers[counts[at]].is_null().arg_max() or 0)
        message = (
            f"{table.path}: {block[counts[at]][row]!r} in row {block['0'][row]!r} and column "
            f"{table.columns[at]!r}, expected a number. Where nothing was counted write 0"
        )
        raise InputError(message)
    return numbers.to_numpy()


def _tell_sides(table: _Table, said: str | None, gene_share: GeneShare) -> tuple[str, str]:
    """Return what the rows are, and a line on how this is known."""
    if said is not None:
        return said, f"rows are {said}, as said"
    texts = [table.about[name] for name in table.about.columns]
    rows = max(gene_share([str(name) for name in names]) for names in (table.about.index, *texts))
    columns = gene_share(table.columns)
    if rows >= _FEW and rows >= _TIMES * columns:
        return "genes", f"rows are genes: {rows:.0%} of their names are, {columns:.0%} of columns'"
    if columns >= _FEW and columns >= _TIMES * rows:
        return "cells", f"columns are genes: {columns:.0%} of their names are, {rows:.0%} of rows'"
    message = (
        f"{table.path}: expected the names of genes at the rows or the columns, found {rows:.0%} "
        f"of {len(table.about):,} rows (such as {table.about.index[0]!r}) and {columns:.0%} of "
        f"{len(table.columns):,} columns (such as {table.columns[0]!r}) that name one. Say what "
        "the rows are with --set rows=genes or --set rows=cells"
    )
    raise InputError(message)


def _ensembl_share(names: Sequence[str]) -> float:
    return sum(bool(_ENSEMBL.match(name)) for name in names) / max(len(names), 1)
