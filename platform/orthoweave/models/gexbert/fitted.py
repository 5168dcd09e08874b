"""A whole fit: a restorer of each fold, judged by its new patients, and one of all samples."""

from dataclasses import dataclass

import numpy as np

from orthoweave.models.base import RunContext, Score
from orthoweave.models.gexbert.classification import (
    Classified,
    Classifier,
    classification_score,
    classify_parts,
    fit_classifier,
)
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitting import fit_restorer
from orthoweave.models.gexbert.imputation import imputation_score, impute_parts
from orthoweave.models.gexbert.influence import Influences, influences
from orthoweave.models.gexbert.parts import fit_parts
from orthoweave.models.gexbert.prepared import Prepared, prepare
from orthoweave.models.gexbert.restoration import Restored, restoration_score, restore_parts
from orthoweave.models.gexbert.restoring import Restorer
from orthoweave.models.gexbert.survival import (
    RESTORED,
    RIDGE,
    Survived,
    fit_cox,
    not_evaluable,
    survival_resampled,
    survival_score,
    survive_parts,
)
from orthoweave.models.probes.cox_net import CoxNet
from orthoweave.views.samples import SamplesView


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fit to a dataset of bulk samples."""

    prepared: Prepared
    restorer: Restorer
    """Fitted to all samples."""
    restored: Restored
    classified: Classified | None
    classifier: Classifier | None
    """Of all labelled samples."""
    survived: Survived | None
    cox: CoxNet | None
    """Of all followed samples, on panel and anchors."""
    influences: Influences | None
    scores: tuple[Score, ...]
    measures: dict[str, float | int | str]
    notes: tuple[str, ...]


def fit_samples(view: SamplesView, config: GexbertConfig, context: RunContext) -> Fitted:
    """Fit each fold and all samples, and score what the folds say of new patients.

    Raises
    ------
    InputError, UnknownNameError
        As for `prepare`.
    """
    prepared = prepare(view, config)
    progress, checkpoint = context.progress, context.checkpoint
    parts = fit_parts(prepared, config, progress, checkpoint)
    restored = restore_parts(prepared, parts, config)
    classified = classify_parts(prepared, parts, config)
    survived = survive_parts(prepared, parts, config)
    scores = [restoration_score(prepared, restored, config)]
    for kind in config.missing:
        imputed = impute_parts(prepared, parts, kind, config.missing_share, config.seed)
        scores.append(imputation_score(prepared, imputed, config))
    notes = [*prepared.view.notes, *prepared.notes]
    measures: dict[str, float | int | str] = {
        "samples": prepared.view.n_cells,
        "genes": len(prepared.columns),
        "visible_genes": len(prepared.panel),
        "median_gene_correlation": round(float(np.median(restored.correlation)), 6),
    }
    if classified is not None:
        scores.append(classification_score(prepared, classified, config))
    reason = not_evaluable(prepared)
    if reason:
        notes.append(reason)
    if survived is not None:
        found, more, note = _survival(prepared, survived, config)
        scores += found
        measures |= more
        notes.append(note)
    whole = fit_restorer(
        prepared.values,
        prepared.view.patients,
        config,
        label="all samples",
        progress=progress,
        checkpoint=checkpoint,
    )
    return Fitted(
        prepared,
        whole,
        restored,
        classified,
        _classifier(prepared, whole, classified),
        survived,
        _cox(prepared, whole, survived, config),
        influences(whole, prepared, config),
        tuple(scores),
        measures,
        tuple(notes),
    )


def _survival(
    prepared: Prepared, survived: Survived, config: GexbertConfig
) -> tuple[list[Score], dict[str, float | int | str], str]:
    scores, differences = [], []
    for metric, uno in (("Harrell's C", False), ("Uno's C", True)):
        found = survival_resampled(prepared, survived, config, uno=uno)
        scores.append(survival_score(prepared, found, config, len(survived.rows), metric))
        differences.append(found.difference(RESTORED, RIDGE))
    measures: dict[str, float | int | str] = {
        f"integrated_brier_{name.replace(' ', '_')}": round(value, 6)
        for name, value in survived.brier.items()
    }
    first = differences[0]
    claim = (
        "the network adds to survival what ridge does not"
        if first.low > 0
        else "no claim that the network adds to survival what ridge does not"
    )
    return scores, measures, f"{claim}: C of restored minus ridge-restored anchors {first}"


def _classifier(
    prepared: Prepared, whole: Restorer, classified: Classified | None
) -> Classifier | None:
    if classified is None:
        return None
    rows = classified.rows
    vectors = whole.vectors(prepared.values[rows], prepared.panel)
    return fit_classifier(vectors, prepared.labels[rows].astype(str))


def _cox(
    prepared: Prepared, whole: Restorer, survived: Survived | None, config: GexbertConfig
) -> CoxNet | None:
    if survived is None:
        return None
    scores = whole.scaler.scaled(prepared.values)
    columns = np.concatenate([prepared.panel, survived.anchors])
    return fit_cox(prepared, scores, survived.rows, columns, config.seed)
