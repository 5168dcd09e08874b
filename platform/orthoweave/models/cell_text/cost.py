"""The cost of a run of text-derived cells, from processor times that were measured.

They were measured on the demo with 556 and 2,224 cells: 7.7 and 13.9 s on one core.
"""

from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cost import Cost

# seconds: of vectors and probes, whatever the size; of a cell in a permutation of the texts
_BASE, _CELL = 5.5, 1.9e-4
# bytes of a cell and gene in all forms of the view, and the least of a process
_BYTES, _LEAST = 10, 0.7e9


def run_cost(n_cells: int, n_genes: int, config: CellTextConfig) -> Cost:
    """Return the estimated time and memory of a run."""
    seconds = _BASE + _CELL * n_cells * config.permutations
    return Cost(seconds / 60, (_BYTES * n_cells * n_genes + _LEAST) / 1e9)
