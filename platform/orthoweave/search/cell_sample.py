"""The cells of a dataset gene by gene, for maps and signature searches.

A matrix is stored cell by cell, so that reading one gene takes a pass over all of it. A copy by
genes is kept in ``cache/``: of all cells of a dataset with at most `MOST_CELLS`, else of a random
sample of that many. A note on the answer says so.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import scipy.sparse as sp

from orthoweave.numerics.expression import TARGET
from orthoweave.scales import COUNTS, LOGS, shown_scale
from orthoweave.storage.durable import pending_folder, publish_folder
from orthoweave.storage.matrix import MatrixReader, open_matrix

MOST_CELLS: Final = 20_000
_FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class CellSample:
    """Some or all cells of a dataset."""

    dataset: str
    n_cells: int
    """Number of cells in the dataset, which may be more than in the sample."""
    cells: pd.DataFrame
    """The cells' own columns; the index holds the barcodes."""
    totals: np.ndarray
    """Sum of counts of each cell, shape ``(n_here,)``."""
    columns: dict[str, int]
    """Column of each gene key."""
    counts: sp.csc_matrix
    """Counts, or values on `scale`, shape ``(n_here, n_genes)``."""
    scale: str = COUNTS
    """``counts``, or the scale of values that were normalised before."""

    @property
    def barcodes(self) -> list[str]:
        """Barcodes of the cells in the sample."""
        return [str(name) for name in self.cells.index]

    @property
    def sampled(self) -> bool:
        """Whether the dataset has more cells than the sample."""
        return len(self.cells) < self.n_cells

    def values(self, gene: str) -> np.ndarray | None:
        """Return log1p of a gene's counts per 10 000, shape ``(n_here,)``; None if not measured.

        Values that were normalised before are on their own scale.
        """
        column = self.columns.get(gene)
        if column is None:
            return None
        low, high = self.counts.indptr[column], self.counts.indptr[column + 1]
        rows = self.counts.indices[low:high]
        values = np.zeros(len(self.totals), np.float32)
        if self.scale != COUNTS:
            values[rows] = self.counts.data[low:high]
            return values
        factor = TARGET / np.maximum(self.totals[rows], 1)
        values[rows] = np.log1p(self.counts.data[low:high] * factor)
        return values

    def note(self) -> str | None:
        """Return a note on cells that were left out, and on another scale; None without."""
        parts = []
        if self.sampled:
            parts.append(f"a random sample of {len(self.cells):,} of its {self.n_cells:,} cells")
        if shown_scale(self.scale).name != LOGS:
            parts.append(f"values are {self.scale} ({shown_scale(self.scale).unit})")
        return f"{self.dataset}: {'; '.join(parts)}" if parts else None


def open_sample(
    cache: Path, matrix: Path, dataset: str, *, most: int = MOST_CELLS, seed: int = 0
) -> CellSample:
    """Open the cells of a dataset in the cache, which is filled first if needed.

    Parameters
    ----------
    matrix
        Folder of the dataset's matrix; its name holds the digest of its content.
    most
        Most cells to keep.
    """
    folder = cache / f"cells-{matrix.name}-{most}-{seed}-{_FORMAT}"
    if not folder.is_dir():
        with pending_folder(cache, folder.name) as pending:
            _make(pending, open_matrix(matrix), most, seed)
            publish_folder(pending, folder)
    return _read(folder, dataset)


def _make(folder: Path, reader: MatrixReader, most: int, seed: int) -> None:
    rows = np.arange(reader.n_cells)
    if reader.n_cells > most:
        rows = np.sort(np.random.default_rng(seed).choice(reader.n_cells, most, replace=False))
    blocks = []
    for start, block in reader.blocks():
        inside = rows[(rows >= start) & (rows < start + block.shape[0])]
        if len(inside):
            blocks.append(block[inside - start])
    counts = sp.vstack(blocks).tocsc() if blocks else sp.csc_matrix((0, reader.n_genes))
    counts.sort_indices()
    totals = np.asarray(counts.sum(axis=1)).ravel()
    for name, values in (
        ("data", counts.data.astype(np.float32)),
        ("indices", counts.indices.astype(np.int32)),
        ("indptr", counts.indptr.astype(np.int64)),
        ("totals", totals.astype(np.float64)),
    ):
        np.save(folder / f"{name}.npy", values, allow_pickle=False)
    _text(reader.obs().iloc[rows]).to_parquet(folder / "cells.parquet")
    about = {"n_cells": reader.n_cells, "genes": reader.gene_keys, "scale": reader.scale}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")


def _text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with all columns but the numeric ones as text."""
    plain = {
        str(name): frame[name]
        if pd.api.types.is_numeric_dtype(frame[name])
        else frame[name].astype(object).map(lambda value: None if pd.isna(value) else str(value))
        for name in frame.columns
    }
    return pd.DataFrame(plain, index=[str(name) for name in frame.index])


def _read(folder: Path, dataset: str) -> CellSample:
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    parts = {
        name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        for name in ("data", "indices", "indptr", "totals")
    }
    shape = (len(parts["totals"]), len(about["genes"]))
    counts = sp.csc_matrix((parts["data"], parts["indices"], parts["indptr"]), shape=shape)
    columns = {key: number for number, key in enumerate(about["genes"]) if key is not None}
    cells = pd.read_parquet(folder / "cells.parquet")
    n_cells, scale = about["n_cells"], about["scale"]
    return CellSample(dataset, n_cells, cells, parts["totals"], columns, counts, scale)
