"""One pass over the values of a dataset: each block is checked, summed, ranked and written."""

from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import scipy.sparse as sp

from orthoweave.errors import UsageError
from orthoweave.jobs.job import JobContext
from orthoweave.jobs.parts.cell_dataset import CellDataset, ExpressionSums
from orthoweave.jobs.parts.count_blocks import CountBlocks
from orthoweave.jobs.parts.encoded import encoded
from orthoweave.jobs.parts.scaled_values import ScaledBlocks
from orthoweave.jobs.parts.stages import Stages
from orthoweave.numerics.expression import TypeSums
from orthoweave.numerics.scaled import ValueSums, top_values
from orthoweave.numerics.top_genes import top_genes
from orthoweave.scales import COUNTS, shown_scale
from orthoweave.storage.matrix_writer import MatrixWriter


def write_values(
    context: JobContext,
    values: CountBlocks | ScaledBlocks,
    dataset: CellDataset,
    matrix: MatrixWriter,
) -> ExpressionSums:
    """Read every value once, and write the matrix and the EXPRESSES edges.

    Raises
    ------
    ScaleError
        If a value is not a count.
    """
    n_cells, n_genes = len(dataset.obs), len(dataset.var)
    types, _ = pd.factorize(np.array(dataset.cells.type_key, dtype=object))
    n_types = int(types.max(initial=-1)) + 1
    counted = values.scale == COUNTS
    sums = TypeSums(n_types, n_genes) if counted else ValueSums(n_types, n_genes)
    total, detected = np.zeros(n_cells), np.zeros(n_cells, np.int64)
    edges = _Edges(context, dataset, values.scale)
    with context.progress.task(f"{dataset.name}: cells", n_cells) as task, Stages() as stages:
        for start, block, totals in values.blocks():
            rows = slice(start, start + block.shape[0])
            total[rows], detected[rows] = totals.total, totals.detected
            stages.run("sums", partial(sums.add, block, totals.total, types[rows]))
            stages.run("edges", partial(edges.write, block, totals.total, start))
            stages.run("matrix", partial(matrix.append, block))
            stages.next_block()
            task.advance(block.shape[0])
    for note in values.notes():
        context.progress.note(f"{dataset.name}: {note}")
    return ExpressionSums(sums, total, detected, values.scale)


class _Edges:
    """EXPRESSES edges of the top genes of each cell."""

    def __init__(self, context: JobContext, dataset: CellDataset, scale: str) -> None:
        self._counted = scale == COUNTS
        # standard deviations do not tell which genes a cell expresses
        self._some = shown_scale(scale).from_zero
        self._out = context.out
        self._limit = context.options["top_genes"]
        if self._limit < 0:
            message = f"top_genes={self._limit}: expected 0 (all genes) or more"
            raise UsageError(message)
        keys = dataset.genes.curie
        self._keep = np.array([key is not None for key in keys])
        self._genes = pa.array([key for key in keys if key is not None], pa.string())
        # position of each column's gene among the columns that have a key
        self._place = (np.cumsum(self._keep) - 1).astype(np.int32)
        self._cells = dataset.keys

    def write(self, block: sp.csr_matrix, total: np.ndarray, start: int) -> None:
        """Write the edges of one block of cells."""
        if not self._some:
            return
        if self._counted:
            top = top_genes(block, total, self._keep, self._limit)
        else:
            top = top_values(block, self._keep, self._limit)
        rows = {
            "from": encoded(top.cell, self._cells.slice(start, block.shape[0])),
            "to": encoded(self._place[top.column], self._genes),
            "count": pa.array(top.count, from_pandas=True),
            "value": pa.array(top.value),
            "rank": pa.array(top.rank.astype(np.int64)),
        }
        self._out.write("EXPRESSES", pa.table(rows))
