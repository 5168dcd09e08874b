"""Results: scores beside baselines and control, genes that are predicted, arrays and vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orthoweave.models.base import ModelResult, RunContext, Score
from orthoweave.models.histology.agreement import (
    between_genes,
    by_gene,
    moran,
    shifted,
    shuffle_bound,
)
from orthoweave.models.histology.baselines import BASELINES
from orthoweave.models.histology.config import HistologyConfig
from orthoweave.models.histology.fitting import Predictor, train
from orthoweave.models.histology.folds import CONTROL, MODEL, PLAIN, Held, hold_out, shared_patients
from orthoweave.models.histology.prepared import prepare
from orthoweave.models.outputs import Array, vectors_of_cells
from orthoweave.models.resampling import resample, score_of
from orthoweave.models.statistics import of_means
from orthoweave.views.section import SectionView

BOUND = 0.95


@dataclass(frozen=True, slots=True)
class Fitted:
    """A predictor of all sections, and each section as the others predict it."""

    predictor: Predictor
    genes: np.ndarray
    """Keys of the learnt genes, shape ``(n_genes,)``."""
    species: str
    held: tuple[Held, ...]
    notes: tuple[str, ...]


def fit_sections(
    views: Sequence[SectionView], config: HistologyConfig, context: RunContext
) -> Fitted:
    """Hold out each section in turn, then train on all.

    Raises
    ------
    InputError
        As for `prepare` and `split`.
    """
    sections, genes, notes = prepare(views, config)
    held = hold_out(sections, config, context)
    predictor = train(sections, config, context, "all sections")
    notes = [*notes, *shared_patients(sections, config.held_out)]
    return Fitted(predictor, genes, views[0].species, tuple(held), tuple(notes))


def result_of(fitted: Fitted, config: HistologyConfig) -> ModelResult:
    """Return edges, scores, measures, held-out expression and embeddings of patches."""
    rows = [_predicted(one, fitted.genes, config.seed) for one in fitted.held]
    arrays = tuple(
        Array(
            f"predicted_{number}",
            "Cell",
            one.section.dataset,
            one.section.view.cells,
            fitted.genes,
            one.predicted[MODEL].astype(np.float32),
        )
        for number, one in enumerate(fitted.held, 1)
    )
    vectors = tuple(
        part
        for each in (one.section for one in fitted.held)
        for part in vectors_of_cells(
            each.dataset, each.view.cells, fitted.predictor.embed(each.pixels)
        )
    )
    scores = tuple(score(fitted.held, kind, config) for kind in ("HEG", "HVG"))
    table = pa.concat_tables(rows)
    note = (
        f"{table.num_rows:,} genes of {len(rows)} sections are predicted above the bound of "
        "shuffled spots and of the model that was fitted to permuted ones; the values are in the "
        "arrays 'predicted_1' and so on, as held-out predictions and not as facts"
    )
    found = measures(fitted.held)
    return ModelResult(
        {"PREDICTS": table}, scores, found, (*fitted.notes, note), vectors=vectors, arrays=arrays
    )


def score(held: Sequence[Held], genes: str, config: HistologyConfig) -> Score:
    """Return the mean correlation over chosen genes and sections, beside that of other methods."""
    methods = [name for name in (MODEL, PLAIN, *BASELINES) if name in held[0].predicted]
    values = {name: _over(held, genes, name) for name in methods}
    control = [
        np.mean([one.correlations(draw, genes) for draw in one.control], axis=0) for one in held
    ]
    values[CONTROL] = np.concatenate(control)
    groups = np.concatenate(
        [np.full(len(one.highest[genes]), one.section.dataset, object) for one in held]
    )
    statistics = {name: of_means(found[None]) for name, found in values.items()}
    resampled = resample(statistics, groups, seed=config.seed, unit="sections")
    return score_of(
        f"PCC of {genes}",
        f"mean over {len(held[0].highest[genes])} genes chosen on training sections and "
        f"{len(held)} held-out sections; {resampled.about.replace('cells', 'genes')}",
        resampled,
        model=MODEL,
        control=CONTROL,
        control_name=CONTROL,
        baselines=[name for name in methods if name != MODEL],
    )


def _over(held: Sequence[Held], genes: str, method: str) -> np.ndarray:
    return np.concatenate([one.correlations(one.predicted[method], genes) for one in held])


def measures(held: Sequence[Held]) -> dict[str, float | int]:
    """Return agreements of the model, also on genes chosen on the test section, and its shift."""
    found: dict[str, float | int] = {}
    for kind in ("HEG of the test section", "HVG of the test section"):
        found[f"PCC of {kind}"] = float(_over(held, kind, MODEL).mean())
    found["PCC of HVG, shifted by one spot"] = float(np.mean([_shifted(one) for one in held]))
    found |= {name: float(value) for name, value in agreements(held, MODEL).items()}
    constant = [
        one.predicted[MODEL][:, one.highest["HVG"]].std(0, dtype=np.float64) <= 1e-6 for one in held
    ]
    found["constant predictions among HVG"] = int(np.concatenate(constant).sum())
    return found


def agreements(held: Sequence[Held], method: str) -> Mapping[str, float]:
    """Return the agreement of gene-gene correlations and of Moran's I, and the error."""
    between, spatial, error = [], [], []
    for one in held:
        chosen = one.highest["HVG"]
        truth, predicted = one.section.values[:, chosen], one.predicted[method][:, chosen]
        between.append(between_genes(truth, predicted))
        pairs = one.section.view.neighbours()
        both = np.column_stack([moran(truth, pairs), moran(predicted, pairs)])
        spatial.append(by_gene(both[:, :1], both[:, 1:])[0])
        error.append(np.sqrt(((truth - predicted) ** 2).mean()))
    return {
        "gene-gene agreement of HVG": float(np.mean(between)),
        "Moran's I agreement of HVG": float(np.mean(spatial)),
        "RMSE of HVG": float(np.mean(error)),
    }


def _shifted(one: Held) -> float:
    order = shifted(one.section.view.places)
    return float(one.correlations(one.predicted[MODEL][order], "HVG").mean())


def _predicted(one: Held, genes: np.ndarray, seed: int) -> pa.Table:
    """Return the edges of genes above both bounds; each is 95 % of what has no signal."""
    truth, predicted = one.section.values, one.predicted[MODEL]
    found = by_gene(truth, predicted)
    bound = shuffle_bound(truth, predicted, seed)
    drawn = np.concatenate([by_gene(truth, draw)[one.scored] for draw in one.control])
    bound = np.maximum(bound, np.quantile(drawn, BOUND))
    chosen = np.flatnonzero(one.scored & (found > bound))
    n = len(chosen)
    return pa.table(
        {
            "from": pa.array([one.section.dataset] * n, pa.string()),
            "to": pa.array(genes[chosen].tolist(), pa.string()),
            "correlation": pa.array(found[chosen], pa.float64()),
            "bound": pa.array(bound[chosen], pa.float64()),
            "n": pa.array([len(truth)] * n, pa.int64()),
        }
    )


def apply_weights(
    predictor: Predictor,
    genes: np.ndarray,
    view: SectionView,
    kept: tuple[np.ndarray, np.ndarray, list[str]],
    context: RunContext,
) -> ModelResult:
    """Return the expression of a section by its image alone; it claims no score."""
    del context
    spots, pixels, notes = kept
    values = predictor.predict(pixels)
    array = Array("predicted", "Cell", view.dataset, spots, genes, values)
    vectors = vectors_of_cells(view.dataset, spots, predictor.embed(pixels))
    note = (
        f"{len(spots):,} spots of {view.dataset!r} were predicted from the image alone: their "
        "counts were not read, and nothing here tells how right they are"
    )
    found = {"spots": len(spots), "genes": len(genes)}
    return ModelResult({}, (), found, (*notes, note), vectors=vectors, arrays=(array,))
