"""The cost of a run, a rough estimate from the number of multiplications in it."""

from orthoweave.models.bmfm_rna.config import BmfmConfig
from orthoweave.models.cost import Cost

# seconds of one core for a multiplication and addition in training: three passes over a network
_STEP = 1.1e-10
# seconds for a cell to be embedded, named and calibrated, with its trials' share
_APPLIED = 2e-4
# bytes of a value of the views, and the least of a process
_VALUE, _LEAST = 40, 5e8
# part of genes that a cell has a value of
_FILLED = 0.15
_MOST_FOLDS = 5


def run_cost(n_cells: int, n_genes: int, config: BmfmConfig) -> Cost:
    """Return the estimated time and memory of a run on one core."""
    genes = min(config.genes, n_genes) if n_genes else config.genes
    products = 2 * genes * config.hidden + config.hidden * config.width
    if config.network == "transformer":
        block = 4 * config.width**2 + 2 * config.width * config.hidden
        products = config.layers * config.length * (block + 2 * config.length * config.width)
    products += 2 * genes * config.width
    trainings = config.score_seeds if config.source else 1
    if config.objective == "multitask" and config.source:
        trainings += _MOST_FOLDS
    learnt = 3 * products * n_cells * config.epochs * trainings
    if config.annotate == "tuned" and config.source:
        tuned = (2 * config.score_seeds + _MOST_FOLDS) * config.tuning
        learnt += 3 * products * n_cells * tuned
    seconds = _STEP * learnt + _APPLIED * n_cells
    return Cost(seconds / 60, (_VALUE * _FILLED * n_cells * n_genes + _LEAST) / 1e9)
