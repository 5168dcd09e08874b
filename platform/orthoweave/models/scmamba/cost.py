"""The time and memory of a run, from passes over the cells."""

from orthoweave.models.cost import Cost
from orthoweave.models.scmamba.config import ScMambaConfig

# seconds of one core for a gene of a cell in one block of width 64, forward and backward
_SECONDS = {"mamba": 4e-5, "bissd": 4e-5, "set": 2e-8}
# numbers that a gene of a cell in a batch keeps for the gradient, in multiples of the width
_KEPT = {"mamba": 40, "bissd": 60, "set": 1}


def cost_of(n_cells: int, n_genes: int, config: ScMambaConfig) -> Cost:
    """Return an estimate: linear in cells, genes, width, blocks and passes."""
    length = min(config.genes, n_genes)
    trainings = 2 * config.score_seeds * (2 if config.task == "doublets" else 1)
    passes = config.pretrain_epochs + trainings * config.epochs
    blocks = 1 if config.mixer == "set" else config.layers
    each = _SECONDS[config.mixer] * length * blocks * config.width / 64
    kept = _KEPT[config.mixer] * config.batch * length * config.width * blocks * 4
    return Cost(
        (n_cells * each * passes + 20) / 60, 0.8 + kept / 1e9 + n_cells * (n_genes / 5e8 + 1e-6)
    )
