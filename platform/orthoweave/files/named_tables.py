"""A table whose rows and columns have names, as an expression matrix: which side the genes are."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import polars as pl
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.files.matrix_sources import MatrixSource, memory_blocks

GeneShare = Callable[[Sequence[str]], float]
"""Share of some names that are of genes."""

MAXIMUM_VALUES: Final = 100_000_000
NOT_COUNTS: Final = re.compile(
    r"^(chr|start|end|strand|length|ncount_\w+|nfeature_\w+|n_counts|n_genes(_by_counts)?|n_umis?|"
    r"total_counts|total_umis?|pct_counts_\w+|percent[._]?mito?|seurat_clusters|leiden|louvain|"
    r"clusters?|cluster_?ids?|batch|doublet_?score)\Z"
)
"""Names of numbers that programs write beside counts, in lower case."""
_ENSEMBL: Final = re.compile(r"^ENS[A-Z]*G\d{6,}")
# one side is that of the genes if so many of its names are, and so many times more than opposite
_FEW, _TIMES = 0.1, 3.0


@dataclass(slots=True)
class NamedTable:
    """A table of rows × columns, filled while its file is read."""

    path: Path
    columns: list[str]
    """Names of the columns with values."""
    corner: str = ""
    """Name above the names of the rows."""
    about: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Facts on the rows, by their names."""
    facts: pd.DataFrame | None = None
    """Facts on the columns, by their names; None if there are none."""
    parts: list[sp.csr_matrix] = field(default_factory=list)
    """Values of the rows that were read, as blocks."""
    n_values: int = 0
    """Number of values other than zero so far."""

    def add(self, values: np.ndarray) -> None:
        """Add the values of some rows, shape ``(n_rows, n_columns)``, float32.

        Raises
        ------
        InputError
            If the table has more values than a table in memory should.
        """
        part = sp.csr_matrix(values)
        self.n_values += part.nnz
        if self.n_values > MAXIMUM_VALUES:
            message = (
                f"{self.path} has more than {MAXIMUM_VALUES:,} values above zero, expected fewer "
                "in a table of texts: write it as .h5ad"
            )
            raise InputError(message)
        self.parts.append(part)

    def numbers(self, block: pl.DataFrame, counts: Sequence[str]) -> np.ndarray:
        """Return the numbers of a block of texts, float32; its column ``"0"`` names the rows.

        Parameters
        ----------
        counts
            Columns of the block, one for each of `columns`.

        Raises
        ------
        InputError
            If a text is not a number; the message names row and column.
        """
        numbers = block.select(pl.col(counts).str.strip_chars().cast(pl.Float32, strict=False))
        if any(column.null_count() for column in numbers):
            at = next(at for at, column in enumerate(numbers) if column.null_count())
            row = int(numbers[counts[at]].is_null().arg_max() or 0)
            text, name = block[counts[at]][row], block["0"][row]
            raise self.not_a_number(text, name, self.columns[at])
        return numbers.to_numpy()

    def not_a_number(self, text: object, row: str, column: str) -> InputError:
        """Return the error for a value that is not a number."""
        return InputError(
            f"{self.path}: {text!r} in row {row!r} and column {column!r}, expected a number. "
            "Where nothing was counted write 0"
        )

    def describe(self, names: Sequence[str], facts: pd.DataFrame) -> None:
        """Set the names of the rows and the facts on them, in their order."""
        self.about = facts.set_axis(pd.Index(list(names), dtype=object))


def open_table(
    table: NamedTable, kind: str, rows: str | None, gene_share: GeneShare | None
) -> MatrixSource:
    """Return a table as cells × genes, turned if its rows are genes.

    Parameters
    ----------
    kind
        Form of the file, such as ``table``.
    rows
        ``genes`` or ``cells``, whichever the rows are; by default found by the names.
    gene_share
        Share of some names that are of genes; by default Ensembl ids alone are known.

    Raises
    ------
    InputError
        If the sides cannot be told apart.
    """
    taken, note = _tell_sides(table, rows, gene_share or _ensembl_share)
    values = sp.csr_matrix(sp.vstack(table.parts))
    index = pd.Index(table.columns, dtype=object)
    about = pd.DataFrame(index=index) if table.facts is None else table.facts.set_axis(index)
    if taken == "genes":
        matrix, obs, var = sp.csr_matrix(values.T), about, table.about
    else:
        matrix, obs, var = values, table.about, about
    matrix.sort_indices()
    read = partial(memory_blocks, table.path, matrix)
    return MatrixSource(kind, "table", obs, var, read, matrix.nnz, notes=(note,))


def names_genes(names: Sequence[str], gene_share: GeneShare | None) -> bool:
    """Return whether any of some names is of a gene."""
    return (gene_share or _ensembl_share)(names) > 0


def _tell_sides(table: NamedTable, said: str | None, gene_share: GeneShare) -> tuple[str, str]:
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
