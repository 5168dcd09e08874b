"""The cost of a run of the graph network across species, from processor times that were measured.

They were measured on the demo with 512, 1,025 and 3,075 cells: 26.7, 30.8 and 62.1 s on one core.
"""

from typing import Final

from orthoweave.models.cost import Cost
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig

# the source's donors, each held out once: their number is not known before cells are read
_DONORS: Final = 4
# seconds: of reading and judging, whatever the size; of a cell and gene in an epoch of a training
_BASE, _VALUE = 20.0, 1.1e-9
# bytes of a cell and gene in all forms of the view and the graph, and the least of a process
_BYTES, _LEAST = 10, 1.2e9


def run_cost(n_cells: int, n_genes: int, config: CrossSpeciesConfig) -> Cost:
    """Return the estimated time and memory of a run.

    Networks are trained on all donors, without each donor, and once more for each seed of the
    score and of its control.
    """
    held_out = _DONORS if config.threshold is None else 0
    trainings = 1 + held_out + 2 * config.score_seeds - 1
    seconds = _BASE + _VALUE * n_cells * n_genes * trainings * config.epochs
    return Cost(seconds / 60, (_BYTES * n_cells * n_genes + _LEAST) / 1e9)
