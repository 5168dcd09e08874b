"""Fit of the vectors of several datasets or donors: clusters, silhouettes, mixing of batches."""

from typing import Final

import numpy as np

from orthoweave.models.base import Score
from orthoweave.models.bmfm_rna.annotation import vectors_of
from orthoweave.models.bmfm_rna.evaluation import MODEL, PCA, RANDOM, plain_features, random_vectors
from orthoweave.models.bmfm_rna.fitting import Learnt, Trainer
from orthoweave.models.bmfm_rna.inputs import Cells, Labelled, cells_of, sources_of
from orthoweave.models.embedding_evaluation.rivals import Features, scaled
from orthoweave.models.embedding_evaluation.unsupervised import (
    LARGEST,
    batch_mixing,
    clusters,
    mixed_cells,
    silhouettes,
)
from orthoweave.models.levels import common_level
from orthoweave.models.resampling import Statistic, resample, score_of
from orthoweave.models.statistics import of_clusters, of_means

_SEEDS: Final = 3
"""Seeds of k-means."""
_LEAST: Final = 10
"""Cells that a class must have."""
_SHORT: Final = {MODEL: "", PCA: "_of_pca", RANDOM: "_of_random_weights"}


def integration(
    learnt: Learnt, labelled: Labelled | None, trainer: Trainer
) -> tuple[tuple[Score, ...], dict[str, float | int | str]]:
    """Return k-means NMI and ARI and the mean silhouette of types, and measures of mixing.

    They are over the cells of target and sources with a type at their common level, 5,000 at most.
    Batches are datasets, or donors where there is one dataset. Nothing is returned where fewer than
    two types have ten cells.
    """
    views = [trainer.views.expression("target").log1p_cp10k()]
    views += sources_of(trainer.views, trainer.config)
    cells = cells_of(views, trainer.cells.genes)
    level = common_level(
        {view.dataset: view.cell_types for view in views}, trainer.views.ontology("ontology")
    )
    classes = level.of(cells.types)
    names, counts = np.unique([one for one in classes if one is not None], return_counts=True)
    rows = np.flatnonzero(np.isin(classes.astype(str), names[counts >= _LEAST].astype(str)))
    random = np.random.default_rng(trainer.config.seed % 2**64)
    rows = np.sort(random.permutation(rows)[:LARGEST])
    if len(set(classes[rows])) < 2:
        return (), {}
    some, truth = cells.select(rows), classes[rows]
    found = _features(learnt, labelled, trainer, some)
    about = f"{len(truth)} cells of {len(set(truth))} types, {len(views)} datasets"
    batches = some.donors if len(views) == 1 else some.dataset.astype(str).astype(object)
    measured = {
        "k-means NMI": _by_clusters(found, truth, trainer.config.seed, "NMI"),
        "k-means ARI": _by_clusters(found, truth, trainer.config.seed, "ARI"),
        "(ASW + 1) / 2": {one.name: of_means(silhouettes(one, truth, _SEEDS)) for one in found},
    }
    ones = np.ones(len(truth))
    means = {
        name: float(np.mean([float(np.mean(of[name](ones))) for of in measured.values()]))
        for name in _SHORT
    }
    measures: dict[str, float | int | str] = {
        f"avg_bio{end}": round(means[name], 6) for name, end in _SHORT.items()
    }
    scores = tuple(
        score_of(
            metric,
            about,
            resample(of, some.donors, seed=trainer.config.seed),
            model=MODEL,
            control=RANDOM,
            control_name=RANDOM,
            of="vectors of cells",
        )
        for metric, of in measured.items()
    )
    return scores, measures | _mixing(found, truth, batches)


def _features(
    learnt: Learnt, labelled: Labelled | None, trainer: Trainer, cells: Cells
) -> list[Features]:
    pca = plain_features(trainer)[PCA]
    network = learnt.network if learnt.annotator is None else learnt.annotator.network
    vectors = {
        MODEL: vectors_of(network, cells, trainer.device),
        PCA: pca(cells),
        RANDOM: random_vectors(trainer, labelled, cells),
    }
    return [_fixed(name, scaled(rows)) for name, rows in vectors.items()]


def _fixed(name: str, rows: np.ndarray) -> Features:
    return Features(name, lambda _: rows, fixed=True)


def _by_clusters(
    found: list[Features], truth: np.ndarray, seed: int, metric: str
) -> dict[str, Statistic]:
    n_clusters = len(set(truth))
    return {
        one.name: of_clusters(
            "NMI" if metric == "NMI" else "ARI", truth, clusters(one, n_clusters, _SEEDS, seed)
        )
        for one in found
    }


def _mixing(
    found: list[Features], truth: np.ndarray, batches: np.ndarray
) -> dict[str, float | int | str]:
    """Return ``1 - |silhouette|`` by batch within types, mean over cells, of each row."""
    mixed = mixed_cells(truth, batches)
    if not mixed.any():
        return {}
    return {
        f"batch_mixing{_SHORT[one.name]}": round(
            float(
                batch_mixing(
                    _fixed(one.name, one.at(0)[mixed]), truth[mixed], batches[mixed], 1
                ).mean()
            ),
            6,
        )
        for one in found
    }
