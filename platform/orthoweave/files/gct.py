"""Reads GCT, the Broad Institute's table of expression: features × samples, with facts on both.

Versions 1.2 and 1.3; https://clue.io/connectopedia/gct_format.
"""

from pathlib import Path
from typing import Final

import pandas as pd
import polars as pl

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_numbered_blocks
from orthoweave.files.matrix_sources import MatrixSource
from orthoweave.files.named_tables import NamedTable, open_table

_VERSIONS: Final = {b"#1.2": 2, b"#1.3": 4}
"""First bytes of a file, and how many sizes its second line states."""


def is_gct(start: bytes) -> bool:
    """Return whether a file with these first bytes, unpacked, is GCT."""
    return start.startswith(tuple(_VERSIONS))


def open_gct(path: Path, start: bytes) -> MatrixSource:
    """Open a GCT file, gzipped or not.

    Parameters
    ----------
    start
        Its first bytes, unpacked.

    Raises
    ------
    InputError
        If its sizes are not those that it states, or a value is not a number.
    """
    n_rows, n_columns, n_about, n_facts = _sizes(path, start)
    names, blocks = read_numbered_blocks(path, skip=2)
    first = 1 + n_about
    if len(names) != first + n_columns:
        raise _other_size(path, f"{first + n_columns:,} columns", len(names))
    values = [str(at) for at in range(first, len(names))]
    table = NamedTable(path, names[first:], names[0])
    texts, facts, n_left = [], [], n_facts
    for block in blocks:
        facts.append(block.head(n_left))
        rows = block.slice(facts[-1].height)
        n_left -= facts[-1].height
        table.add(table.numbers(rows, values))
        texts.append(rows.select([str(at) for at in range(first)]))
    about = pl.concat(texts)
    if about.height != n_rows or n_left:
        raise _other_size(path, f"{n_rows + n_facts:,} rows", about.height + n_facts - n_left)
    facts_on_rows = about.rename({str(at): names[at] for at in range(1, first)}).drop("0")
    table.describe(list(about["0"]), facts_on_rows.to_pandas())
    table.facts = _facts(pl.concat(facts), values)
    return open_table(table, "gct", "genes", None)


def _sizes(path: Path, start: bytes) -> tuple[int, int, int, int]:
    """Return the numbers of rows, columns, facts on a row and facts on a column."""
    lines = start.decode("utf-8", "replace").splitlines()
    fields = lines[1].split() if len(lines) > 1 else []
    wanted = _VERSIONS[start[:4]]
    if len(fields) != wanted or not all(text.isascii() and text.isdigit() for text in fields):
        found = lines[1][:80] if len(lines) > 1 else ""
        message = (
            f"{path}, line 2: expected {wanted} whole numbers, the sizes of a GCT table of version "
            f"{lines[0][1:4]}, found {found!r}: fetch it again, or write it again where it was made"
        )
        raise InputError(message)
    sizes = [int(text) for text in fields]
    n_about, n_facts = sizes[2:] if wanted == 4 else (1, 0)
    return sizes[0], sizes[1], n_about, n_facts


def _other_size(path: Path, wanted: str, found: int) -> InputError:
    return InputError(
        f"{path}: the second line promises {wanted}, found {found:,}: the file is truncated or was "
        "edited. Fetch it again"
    )


def _facts(rows: pl.DataFrame, values: list[str]) -> pd.DataFrame | None:
    """Return the facts on the columns, a row for each."""
    if not rows.height:
        return None
    named = {name: list(row) for name, *row in rows.select(["0", *values]).iter_rows()}
    return pd.DataFrame(named, dtype=object)
