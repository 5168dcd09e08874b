"""Results of a fit and of kept weights: vectors, predictions and restored genes of samples."""

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.base import ModelResult
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitted import Fitted
from orthoweave.models.gexbert.influence import influence_rows
from orthoweave.models.gexbert.kept import Kept, on_device
from orthoweave.models.gexbert.survival import RESTORED
from orthoweave.models.outputs import Array, Predictions, vectors_of_cells
from orthoweave.views.samples import SamplesView


def result_of(fitted: Fitted, config: GexbertConfig) -> ModelResult:
    """Return the result of a fit.

    Restored genes, labels and risks of a sample are those of the fold that did not train on its
    patient; vectors and influences are of the fit to all samples.
    """
    prepared, view = fitted.prepared, fitted.prepared.view
    tables = {}
    measures = dict(fitted.measures)
    if fitted.influences is not None:
        tables["INFLUENCES"] = influence_rows(fitted.influences, prepared, config)
        measures["influences_below_fdr"] = int((fitted.influences.q <= config.fdr).sum())
    label = probability = risk = None
    if fitted.classified is not None:
        label, probability = fitted.classified.label, fitted.classified.probability
    if fitted.survived is not None:
        risk = fitted.survived.risk[RESTORED]
    vectors = fitted.restorer.vectors(prepared.values, prepared.panel)
    return ModelResult(
        tables,
        fitted.scores,
        measures,
        (*fitted.notes, panel_note(prepared.view, prepared.columns[prepared.panel])),
        vectors_of_cells(view.dataset, view.cells, vectors),
        (_predictions(view, label, probability, risk),),
        (_array(view, prepared.genes[prepared.hidden], fitted.restored.values),),
    )


def panel_note(view: SamplesView, columns: np.ndarray) -> str:
    """Return the genes that were visible, in a sentence."""
    names = [str(name) for name in view.symbols[columns]]
    listed = ", ".join(names[:20]) + (" and others" if len(names) > 20 else "")
    return f"restored from {len(names):,} visible genes: {listed}"


def apply_weights(kept: Kept, view: SamplesView, config: GexbertConfig) -> ModelResult:
    """Return restored genes, labels and risks of other samples; it claims no score.

    Genes of the panel that the dataset does not measure count as not visible.

    Raises
    ------
    InputError
        If the dataset is of another scale than the weights.
    """
    check_scale(kept, view)
    place = {str(gene): at for at, gene in enumerate(view.genes)}
    there = np.array([str(kept.genes[at]) in place for at in kept.panel], bool)
    visible = np.sort(kept.panel[there])
    values = np.zeros((view.n_cells, len(kept.genes)), np.float32)
    values[:, visible] = view.values[:, [place[str(kept.genes[at])] for at in visible]]
    restorer = on_device(kept, config)
    hidden = np.setdiff1d(np.arange(len(kept.genes)), visible)
    measured = np.array([str(kept.genes[at]) in place for at in hidden], bool)
    vectors = restorer.vectors(values, visible)
    label = probability = risk = None
    if kept.classifier is not None:
        chance = kept.classifier.probability(vectors)
        label = kept.classifier.linear.classes[chance.argmax(axis=1)].astype(object)
        probability = np.clip(chance.max(axis=1), 0, 1)
    if kept.cox is not None:
        columns = np.concatenate([kept.panel, kept.anchors])
        risk = kept.cox.risk(restorer.scores(values, visible, columns).astype(np.float64))
    notes = []
    if not there.all():
        notes.append(f"{int((~there).sum())} of {len(there)} genes of the panel are not measured")
    if not measured.all():
        notes.append(
            f"{int((~measured).sum()):,} of {len(hidden):,} restored genes are not measured in "
            f"{view.dataset!r}"
        )
    array = _array(view, kept.genes[hidden], restorer.restored(values, visible, hidden))
    return ModelResult(
        {},
        measures={"samples": view.n_cells, "visible_genes": len(visible)},
        notes=tuple(notes),
        vectors=vectors_of_cells(view.dataset, view.cells, vectors),
        predictions=(_predictions(view, label, probability, risk),),
        arrays=(array,),
    )


def check_scale(kept: Kept, view: SamplesView) -> None:
    """Check that a dataset has the scale of the weights.

    Raises
    ------
    InputError
        If not.
    """
    if view.scale != kept.scale:
        message = (
            f"{view.dataset!r} holds {view.scale}: expected {kept.scale}, from which the weights "
            "make z-scores. Ingest it on that scale, or train on it"
        )
        raise InputError(message)


def _predictions(
    view: SamplesView,
    label: np.ndarray | None,
    probability: np.ndarray | None,
    risk: np.ndarray | None,
) -> Predictions:
    nothing = label is None or probability is None
    return Predictions(
        view.dataset,
        view.cells,
        np.full(view.n_cells, None, object) if label is None else label,
        np.full(view.n_cells, np.nan) if probability is None else probability,
        np.full(view.n_cells, nothing),
        value=None if risk is None else risk.astype(np.float64),
    )


def _array(view: SamplesView, genes: np.ndarray, values: np.ndarray) -> Array:
    return Array("restored", "Cell", view.dataset, view.cells, genes, values.astype(np.float32))
