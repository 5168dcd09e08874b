"""A random world that is larger than an engine's units of work, drawn from a seed.

A few hundred rows prove nothing about an engine that works in vectors of 2,048 rows and groups of
122,880. This world has three tables above 150,000 rows at its middle size, with difficult cases:
parallel edges, loops, nulls, empty strings and lists, one gene in every cell, one cell type with
nearly every gene, and 1:1 and 1:many orthologs from several sources. Means and fractions are
multiples of a power of two, so that their sums do not depend on the order of addition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from tests.support.large_cells import cell_sources
from tests.support.large_genes import gene_sources

from orthoweave.builds.build import build
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.testing.sources import record_source

Tables = Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Size:
    """Size of a world."""

    genes: int
    """Number of genes of each of the two species."""
    cells: int
    """Number of cells of each of the four datasets."""
    types: int
    """Number of cell types."""
    per_cell: int
    """Approximate number of genes that a cell expresses."""
    per_gene: int
    """Approximate number of pairs of dataset and cell type in which a gene is expressed."""
    neighbours: int
    """Number of co-expressed pairs per gene."""


SMALL: Final = Size(genes=120, cells=40, types=20, per_cell=6, per_gene=6, neighbours=5)
"""A few thousand rows in all, for the naive path with thousands of questions."""
MIDDLE: Final = Size(genes=4_000, cells=3_000, types=120, per_cell=17, per_gene=23, neighbours=20)
"""Three tables above 150,000 rows, for tests."""
FULL: Final = Size(genes=20_000, cells=15_000, types=600, per_cell=9, per_gene=11, neighbours=7)
"""About 100,000 nodes and 1.6 million edges."""


def build_large_kb(folder: Path, size: Size = MIDDLE, seed: int = 0) -> Path:
    """Build and publish a world as a knowledge base in ``folder/kb``, and return its path."""
    layout = Layout(folder / "kb")
    for name, tables in large_sources(size, seed).items():
        depends = None if name == "genes" else {"genes": "none"}
        record_source(layout.root, name, tables, version="1", depends=depends)
    build(layout, Quiet())
    return layout.root


def large_sources(size: Size, seed: int = 0) -> dict[str, Tables]:
    """Return the tables of a world by source; the same for the same size and seed.

    Examples
    --------
    >>> tables = large_sources(SMALL)["genes"]
    >>> tables["Gene"].num_rows
    240
    """
    draw = np.random.default_rng(seed)
    found: dict[str, Tables] = {}
    found.update(gene_sources(draw, size.genes, size.neighbours))
    found.update(
        cell_sources(
            draw,
            n_genes=size.genes,
            n_cells=size.cells,
            n_types=size.types,
            per_cell=size.per_cell,
            per_gene=size.per_gene,
        )
    )
    return found
