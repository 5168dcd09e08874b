"""Join a table of cells, by barcode, to the cells of a matrix."""

from pathlib import Path
from typing import Final

import pandas as pd

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_delimited

_BARCODES: Final = ("barcode", "barcodes", "cell", "cell_id", "cellid", "cell_name", "index", "")
_LISTED: Final = 3


def join_cells(obs: pd.DataFrame, path: str | None) -> tuple[pd.DataFrame, list[str]]:
    """Return `obs` with the columns of a table, and a note on how many cells the table has.

    The table has a header; its barcodes are in the column ``barcode`` or the first one. A column
    that the file has too is taken from the table.

    Raises
    ------
    InputError
        If a barcode has two rows, or the table has none of the cells.
    """
    if path is None:
        return obs, []
    table = read_delimited(Path(path)).to_pandas()
    usual = [name for name in table.columns if str(name).lower() in _BARCODES]
    table = table.set_index(usual[0] if usual else table.columns[0])
    table.index = pd.Index([str(name) for name in table.index], dtype=object)
    if not table.index.is_unique:
        repeated = table.index[table.index.duplicated()][0]
        message = f"{path}: barcode {repeated!r} has several rows, expected one for each cell"
        raise InputError(message)
    barcodes = pd.Index([str(name) for name in obs.index], dtype=object)
    known = barcodes.isin(table.index)
    if not known.any():
        message = (
            f"{path} knows none of {len(obs):,} cells: it has barcodes such as "
            f"{', '.join(map(repr, table.index[:_LISTED]))}, the file such as "
            f"{', '.join(map(repr, barcodes[:_LISTED]))}. Write them alike, with the same suffix"
        )
        raise InputError(message)
    joined = obs.drop(columns=[name for name in table.columns if name in obs.columns])
    added = table.reindex(barcodes).set_axis(obs.index)
    note = f"{path} knows {known.sum():,} of {len(obs):,} cells"
    unused = len(table) - int(known.sum())
    note += f"; rows that are of no cell here: {unused:,}" if unused else ""
    return pd.concat([joined, added], axis=1), [note]
