"""The network's score on target cells whose types their authors name, beside baselines."""

from collections.abc import Callable

import numpy as np

from orthoweave.models.base import Estimate, Score
from orthoweave.models.controls import rewired
from orthoweave.models.cross_species_gnn.baselines import linear_on_markers, principal_components
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.fitting import train
from orthoweave.models.cross_species_gnn.task import make_task
from orthoweave.models.evaluation import accuracy, macro_f1
from orthoweave.progress import Progress
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite

Metric = Callable[[np.ndarray, np.ndarray], float]
_RESAMPLINGS = 500


def score(
    predicted: np.ndarray,
    classes: np.ndarray,
    source: ExpressionView,
    target: ExpressionView,
    pairs: Bipartite,
    *,
    config: CrossSpeciesConfig,
    progress: Progress,
) -> tuple[Score, ...]:
    """Return accuracy and macro-F1 of all cells of the classes without abstention, if any.

    No other code reads the target's labels.

    Parameters
    ----------
    predicted
        Key of the most probable type of each target cell, shape ``(n_target_cells,)``.
    """
    known = np.isin(target.cell_types, classes)
    if not known.any():
        return ()
    source = source.subset(cells=np.isin(source.cell_types, classes))
    control_task = make_task(source, target, rewired(pairs, config.seed), config)
    control = train(control_task, config, progress).target.argmax(axis=1)
    baselines = {
        "1:1 orthologs, 50 components, logistic": principal_components(source, target, pairs),
        "the same, mean and variance aligned": principal_components(
            source, target, pairs, aligned=True
        ),
        "logistic on the same markers": linear_on_markers(make_task(source, target, pairs, config)),
    }
    truth = target.cell_types[known]
    n_types = len(set(truth))
    metrics: dict[str, Metric] = {"accuracy": accuracy, "macro-F1": macro_f1}

    def estimate(metric: Metric, found: np.ndarray) -> Estimate:
        return bootstrap_estimate(metric, truth, found[known], config.seed)

    return tuple(
        Score(
            name,
            f"{len(truth)} cells of {n_types} types of {target.dataset}, none abstained",
            estimate(metric, predicted),
            {baseline: estimate(metric, found) for baseline, found in baselines.items()},
            estimate(metric, control_task.classes[control]),
            "orthology rewired with degrees kept",
        )
        for name, metric in metrics.items()
    )


def bootstrap_estimate(
    metric: Metric, truth: np.ndarray, predicted: np.ndarray, seed: int
) -> Estimate:
    """Return a metric with the 95 % percentile interval over resampled cells."""
    random = np.random.default_rng(seed)
    # numbers compare faster than strings
    _, codes = np.unique(np.concatenate([truth, predicted]).astype(str), return_inverse=True)
    truth, predicted = codes[: len(truth)], codes[len(truth) :]
    drawn = random.integers(0, len(truth), (_RESAMPLINGS, len(truth)))
    found = [metric(truth[cells], predicted[cells]) for cells in drawn]
    low, high = (float(end) for end in np.quantile(found, [0.025, 0.975]))
    value = metric(truth, predicted)
    return Estimate(value, min(low, value), max(high, value))
