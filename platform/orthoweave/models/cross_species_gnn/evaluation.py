"""The network's score on target cells whose types their authors name, beside baselines."""

from dataclasses import replace

import numpy as np

from orthoweave.models.base import Score
from orthoweave.models.controls import rewired
from orthoweave.models.cross_species_gnn.baselines import linear_on_markers, one_to_one_predictions
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.fitting import train
from orthoweave.models.cross_species_gnn.task import make_task
from orthoweave.models.resampling import resample, score_of
from orthoweave.models.statistics import ClassMetric, of_classes
from orthoweave.progress import Progress
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite

_NETWORK, _CONTROL = "graph network", "rewired"
_METRICS: tuple[ClassMetric, ...] = ("accuracy", "macro-F1")


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

    No other code reads the target's labels. The network and its control are trained anew with
    `score_seeds` seeds, so that the intervals hold what another seed would give.

    Parameters
    ----------
    predicted
        Key of the most probable type of each target cell, shape ``(n_target_cells,)``.
    """
    known = np.isin(target.cell_types, classes)
    if not known.any():
        return ()
    source = source.subset(cells=np.isin(source.cell_types, classes))
    rows = _over_seeds(predicted, source, target, pairs, config=config, progress=progress)
    rows |= {
        name: found[None] for name, found in one_to_one_predictions(source, target, pairs).items()
    }
    rows["logistic on the same markers"] = linear_on_markers(
        make_task(source, target, pairs, config)
    )[None]
    truth = target.cell_types[known]
    context = f"{len(truth)} cells of {len(set(truth))} types of {target.dataset}, none abstained"
    return tuple(
        score_of(
            metric,
            context,
            resample(
                {name: of_classes(metric, truth, found[:, known]) for name, found in rows.items()},
                target.donors[known],
                seed=config.seed,
            ),
            model=_NETWORK,
            control=_CONTROL,
            control_name="orthology rewired with degrees kept",
        )
        for metric in _METRICS
    )


def _over_seeds(
    predicted: np.ndarray,
    source: ExpressionView,
    target: ExpressionView,
    pairs: Bipartite,
    *,
    config: CrossSpeciesConfig,
    progress: Progress,
) -> dict[str, np.ndarray]:
    """Return types by the network and by its control, shape ``(n_seeds, n_target_cells)``."""

    def named(edges: Bipartite, seed: int) -> np.ndarray:
        task = make_task(source, target, edges, config)
        found = train(task, replace(config, seed=seed), progress).target.argmax(axis=1)
        return np.asarray(task.classes[found])

    seeds = range(config.seed, config.seed + config.score_seeds)
    return {
        _NETWORK: np.array([predicted, *(named(pairs, seed) for seed in seeds[1:])]),
        _CONTROL: np.array([named(rewired(pairs, seed), seed) for seed in seeds]),
    }
