"""A dataset of cells between its file and its tables, as the readers describe it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from orthoweave.jobs.parts.cell_columns import CellColumns
from orthoweave.jobs.parts.gene_columns import GeneColumns
from orthoweave.numerics.expression import TypeSums
from orthoweave.numerics.scaled import ValueSums
from orthoweave.species import Species


@dataclass(frozen=True, slots=True)
class CellDataset:
    """The cells and genes of a dataset, before its values are read."""

    name: str
    species: Species
    cells: CellColumns
    genes: GeneColumns
    obs: pd.DataFrame
    var: pd.DataFrame
    keys: pa.Array
    """Node keys of the cells."""

    def cell_frame(self) -> pd.DataFrame:
        """Return the `obs` of the matrix: the file's columns and the resolved cell types."""
        frame = self.obs.copy()
        frame["cell_type"] = pd.Categorical(self.cells.label)
        terms = [key if key and key.startswith("CL:") else None for key in self.cells.type_key]
        frame["cell_type_ontology_term_id"] = pd.Categorical(terms)
        return frame

    def gene_frame(self) -> pd.DataFrame:
        """Return the `var` of the matrix: the resolved genes, then the file's columns."""
        resolved = self.genes.frame()
        others = [name for name in self.var.columns if name not in resolved.columns]
        return pd.concat([resolved, self.var[others].set_axis(resolved.index)], axis=1)


@dataclass(frozen=True, slots=True)
class ExpressionSums:
    """Sums over the values of a dataset."""

    by_type: TypeSums | ValueSums
    total: np.ndarray
    """Counts of each cell over all genes that were measured, shape ``(n_cells,)``; NaN where the
    scale has none."""
    detected: np.ndarray
    """Number of columns above zero of each cell, shape ``(n_cells,)``."""
    scale: str
    """Of the matrix: counts, or the one that was declared."""
