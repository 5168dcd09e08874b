"""The cost of a run of orthology transfer, from processor times that were measured.

They were measured on the demo, of 1,025 cells, with 2 seeds and 2 permutations: 43.5 s on a core.
"""

from typing import Final

from orthoweave.models.cost import Cost
from orthoweave.models.orthology_transfer.config import TransferConfig

# trainings of a seed: the transfer, and those of its baselines and of its control
_OF_A_SEED: Final = 5
# trainings without each of some donors
_WITHOUT_DONORS: Final = 9
# labelled cells of the measurement
_LABELLED: Final = 100
# seconds: of the source network, of a cell in it, and of a training to so many labelled cells
_BASE, _CELL, _TRAINING = 5.0, 0.02, 1.5
# bytes of a cell and gene in all forms of the view, and the least of a process
_BYTES, _LEAST = 10, 1.2e9


def run_cost(n_cells: int, n_genes: int, config: TransferConfig) -> Cost:
    """Return the estimated time and memory of a run."""
    trainings = _OF_A_SEED * config.n_seeds + config.n_null + _WITHOUT_DONORS
    labelled = (config.n_target or n_cells) / _LABELLED
    share = config.epochs / TransferConfig().epochs
    seconds = _BASE + (_CELL * n_cells + _TRAINING * trainings * max(labelled, 0.2)) * share
    return Cost(seconds / 60, (_BYTES * n_cells * n_genes + _LEAST) / 1e9)
