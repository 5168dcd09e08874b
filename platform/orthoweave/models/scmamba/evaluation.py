"""Scores of scMamba beside plain methods, and beside itself with its labels at random."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from orthoweave.models.base import Score
from orthoweave.models.probes.expression import EXPRESSION_PROBES
from orthoweave.models.resampling import Statistic, resample, score_of
from orthoweave.models.scmamba.annotation import Annotated, Labelled
from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.models.scmamba.doublets import FoundDoublets, added
from orthoweave.models.scmamba.inputs import Prepared
from orthoweave.models.statistics import of_classes, of_ranking

MODEL, CONTROL = "scmamba", "control"
SHUFFLED = "labels permuted over the cells"
OTHERS = "trained on the rest of another cell"
_LEAST = 1e-12


def annotation_score(
    prepared: Prepared,
    known: Labelled,
    found: Sequence[Annotated],
    controls: Sequence[Annotated],
    config: ScMambaConfig,
) -> tuple[Score, ...]:
    """Return macro-F1 on the cells of test donors beside the probes of log expression, if any."""
    if not len(known.tested):
        return ()
    values = prepared.whole.values
    truth = known.classes[known.labels[known.tested]]
    labels = known.classes[known.labels[known.learnt]]
    rows = {
        name: np.array([known.classes[one.chances[known.tested].argmax(axis=1)] for one in runs])
        for name, runs in ((MODEL, found), (CONTROL, controls))
    }
    for name, probe in EXPRESSION_PROBES.items():
        rows[name] = probe(values[known.learnt], labels, values[known.tested])[None]
    view = prepared.view
    context = (
        f"{len(truth)} cells of {len(set(truth))} types of test donors of {view.dataset}, "
        f"{len(labels)} labelled cells of others"
    )
    statistics = {name: of_classes("macro-F1", truth, of) for name, of in rows.items()}
    return (_score("macro-F1", context, statistics, view.donors[known.tested], config),)


def doublet_scores(
    prepared: Prepared,
    found: Sequence[FoundDoublets],
    controls: Sequence[FoundDoublets],
    config: ScMambaConfig,
) -> tuple[Score, ...]:
    """Return the AUROC of simulated doublets, and of those of the authors if they name any."""
    view, whole = prepared.view, prepared.whole
    first = found[0]
    pairs = np.concatenate([half.pairs for half in first.halves])
    kept = np.concatenate([half.kept for half in first.halves])
    doublets = added(whole, pairs, kept)
    truth = np.repeat([False, True], [whole.n_cells, len(pairs)])
    donors = np.concatenate([view.donors, view.donors[pairs[:, 0]]])
    rows = {
        name: np.array([np.concatenate([one.cells, one.simulated]) for one in runs])
        for name, runs in ((MODEL, found), (CONTROL, controls))
    }
    rows["counts of the cell"] = np.concatenate([whole.totals, doublets.totals])[None]
    rows["genes detected"] = np.concatenate([whole.detected, doublets.detected])[None]
    scores = [
        _score(
            "AUROC of simulated doublets",
            f"{len(pairs)} sums of two held-out cells, {whole.n_cells} cells of {view.dataset}",
            {name: of_ranking(truth, of) for name, of in rows.items()},
            donors,
            config,
        )
    ]
    named = view.labels == config.doublet_label
    if 0 < named.sum() < len(named):
        own = {name: of[:, : len(named)] for name, of in rows.items()}
        scores.append(
            _score(
                "AUROC of doublets by their authors",
                f"{int(named.sum())} of {len(named)} cells of {view.dataset}",
                {name: of_ranking(named, of) for name, of in own.items()},
                view.donors,
                config,
            )
        )
    return tuple(scores)


def kinds_of_doublets(prepared: Prepared, found: FoundDoublets) -> Mapping[str, float]:
    """Return the AUROC of doublets of two types and of one type, where cells have types."""
    types = prepared.view.cell_types
    pairs = np.concatenate([half.pairs for half in found.halves])
    named = (types != None)[pairs].all(axis=1)  # noqa: E711 - element by element
    same = types[pairs[:, 0]] == types[pairs[:, 1]]
    measures = {}
    for name, mask in (("of_two_types", named & ~same), ("of_one_type", named & same)):
        if mask.any():
            scores = np.concatenate([found.cells, found.simulated[mask]])
            truth = np.repeat([False, True], [len(found.cells), int(mask.sum())])
            [area] = of_ranking(truth, scores[None])(np.ones(len(scores)))
            measures[f"auroc_{name}"] = round(float(area), 6)
    return measures


def imputation_score(
    truth: np.ndarray,
    rows: Mapping[str, np.ndarray],
    donors: np.ndarray,
    context: str,
    config: ScMambaConfig,
) -> Score:
    """Return the share of the variance around the genes' means that imputed values explain.

    Parameters
    ----------
    truth
        Withheld part of the counts of cells, log1p per 10 000, ``(n_cells, n_genes)``.
    rows
        Imputed values of each method, ``(n_seeds, n_cells, n_genes)``.
    """
    around = ((truth - truth.mean(axis=0)) ** 2).sum(axis=1)
    statistics = {name: _explained(truth, found, around) for name, found in rows.items()}
    return _score("R2 of withheld counts", context, statistics, donors, config, control_name=OTHERS)


def correlations(truth: np.ndarray, found: np.ndarray) -> dict[str, float]:
    """Return RMSE, and the mean Pearson correlation by gene over cells, and by cell over genes."""
    return {
        "rmse": float(np.sqrt(np.mean((truth - found) ** 2))),
        "pcc_by_gene": _mean_correlation(truth.T, found.T),
        "pcc_by_cell": _mean_correlation(truth, found),
    }


def _mean_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Return the mean correlation of rows; a row that does not vary counts as 0."""
    a, b = (rows - rows.mean(axis=1, keepdims=True) for rows in (first, second))
    spread = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return float(np.mean((a * b).sum(axis=1) / np.maximum(spread, _LEAST) * (spread > _LEAST)))


def _explained(truth: np.ndarray, found: np.ndarray, around: np.ndarray) -> Statistic:
    errors = np.array([((truth - one) ** 2).sum(axis=1) for one in found], np.float64)

    def statistic(weights: np.ndarray) -> np.ndarray:
        return np.asarray(1 - errors @ weights / max(float(around @ weights), _LEAST))

    return statistic


def _score(
    metric: str,
    context: str,
    statistics: Mapping[str, Callable[[np.ndarray], np.ndarray]],
    donors: np.ndarray,
    config: ScMambaConfig,
    *,
    control_name: str = SHUFFLED,
) -> Score:
    return score_of(
        metric,
        context,
        resample(statistics, donors, seed=config.seed % 2**32),
        model=MODEL,
        control=CONTROL,
        control_name=control_name,
    )
