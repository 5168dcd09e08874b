"""The network's score on target cells whose types their authors name, beside baselines."""

from dataclasses import replace

import numpy as np

from orthoweave.models.base import RunContext, Score
from orthoweave.models.calibration.opinions import Opinions
from orthoweave.models.calibration.trials import plain_classifier
from orthoweave.models.controls import rewired
from orthoweave.models.cross_species_gnn.baselines import linear_on_markers, one_to_one_predictions
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.fitting import train
from orthoweave.models.cross_species_gnn.held_out import HeldOut
from orthoweave.models.cross_species_gnn.results import Named
from orthoweave.models.cross_species_gnn.task import make_task
from orthoweave.models.levels import common_level
from orthoweave.models.resampling import resample, score_of
from orthoweave.models.statistics import ClassMetric, of_classes
from orthoweave.views.expression import ExpressionView
from orthoweave.views.ontology import OntologyView
from orthoweave.views.orthology import Bipartite

_MODEL, _CONTROL, _NETWORK = "the model", "rewired", "graph network alone"
_METRICS: tuple[ClassMetric, ...] = ("accuracy", "macro-F1")


def score(
    fitted: Named,
    source: ExpressionView,
    target: ExpressionView,
    pairs: Bipartite,
    *,
    ontology: OntologyView,
    config: CrossSpeciesConfig,
    context: RunContext,
) -> tuple[tuple[Score, ...], tuple[str, ...]]:
    """Return accuracy and macro-F1 of all cells of the classes, if any, and notes on their level.

    No cell abstains. No other code reads the target's labels. Where source and target name cells at
    different depths, predictions and labels are compared at the finest level that both have. The
    network and its control are trained anew with `score_seeds` seeds, so that the intervals hold
    what another seed would give.
    """
    classes = fitted.classes
    level = common_level({source.dataset: classes, target.dataset: target.cell_types}, ontology)
    truth = level.of(target.cell_types)
    known = truth != None  # noqa: E711 - element by element
    if not known.any():
        return (), ()
    source = source.subset(cells=np.isin(source.cell_types, classes))
    rows = _over_seeds(fitted, source, target, pairs, config=config, context=context)
    rows |= {
        name: found[None] for name, found in one_to_one_predictions(source, target, pairs).items()
    }
    rows["logistic on the same markers"] = linear_on_markers(
        make_task(source, target, pairs, config)
    )[None]
    rows = {name: np.array([level.of(row[known]) for row in found]) for name, found in rows.items()}
    truth = truth[known]
    about = f"{len(truth)} cells of {len(set(truth))} types of {target.dataset}, none abstained"
    scores = tuple(
        score_of(
            metric,
            about,
            resample(
                {name: of_classes(metric, truth, found) for name, found in rows.items()},
                target.donors[known],
                seed=config.seed,
            ),
            model=_MODEL,
            control=_CONTROL,
            control_name="orthology rewired with degrees kept",
        )
        for metric in _METRICS
    )
    return scores, tuple(note for note in level.notes if "pooled into" in note)


def _over_seeds(
    fitted: Named,
    source: ExpressionView,
    target: ExpressionView,
    pairs: Bipartite,
    *,
    config: CrossSpeciesConfig,
    context: RunContext,
) -> dict[str, np.ndarray]:
    """Return types by the model, its control and the network, ``(n_seeds, n_target_cells)``."""

    def network(edges: Bipartite, seed: int, what: str) -> np.ndarray:
        task = make_task(source, target, edges, config)
        return train(task, replace(config, seed=seed), context, f"{what}, seed {seed}").target

    seeds = range(config.seed, config.seed + config.score_seeds)
    others = [network(pairs, seed, "graph network") for seed in seeds[1:]]
    edges = [rewired(pairs, seed) for seed in seeds]
    controls = [network(one, seed, _CONTROL) for one, seed in zip(edges, seeds, strict=True)]
    found, held_out = fitted.calibrated, fitted.held_out
    first = fitted.probability if found is None else found.asked.own
    rows = {_MODEL: [first, *others], _CONTROL: controls}
    if found is not None and held_out is not None:
        rows |= {
            _NETWORK: rows[_MODEL],
            _MODEL: [Opinions(own, found.asked.plain).mixed(found.choice) for own in rows[_MODEL]],
            _CONTROL: [
                Opinions(own, _plain(held_out, target, one)).mixed(found.choice)
                for own, one in zip(controls, edges, strict=True)
            ],
        }
    return {
        name: np.array([fitted.classes[one.argmax(axis=1)] for one in probabilities])
        for name, probabilities in rows.items()
    }


def _plain(held_out: HeldOut, target: ExpressionView, pairs: Bipartite) -> np.ndarray:
    """Return the probabilities of the target's cells by logistic regression over these pairs."""
    asked = held_out.asked(target, pairs)
    return plain_classifier(held_out.reference, asked.compared)(asked.values)
