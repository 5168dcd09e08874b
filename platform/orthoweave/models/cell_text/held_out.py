"""Held-out donors of a training: their cells, and classifiers that did not read their labels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import scipy.sparse as sp

from orthoweave.models.aligned import values_of
from orthoweave.models.calibration.known import KnownCells, donor_folds, known_cells
from orthoweave.models.cell_text.classifiers import Classifiers, fit_classifiers
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.embedding import mixed, weighted_cells
from orthoweave.models.cell_text.results import Described
from orthoweave.numerics.cell_vectors import Weighting
from orthoweave.views.expression import ExpressionView

if TYPE_CHECKING:
    from orthoweave.models.calibration.calibrate import Calibrated

DRAWS: Final = 5
"""Draws of labelled cells for each held-out fold, at most."""
KEPT_CELLS: Final = 150
"""Cells of a class that weights keep: they have all their genes with a text."""
_PER_10K: Final = 10_000.0


@dataclass(frozen=True, slots=True)
class Texts:
    """Vectors of genes, and how cells are made of them."""

    vectors: np.ndarray
    """Corrected vectors of the genes, shape ``(n_genes, dimension)``, float32."""
    factors: np.ndarray
    """Factor of each gene's weight, shape ``(n_genes,)``."""
    top: int
    """Genes that stand for a cell."""
    weighting: Weighting

    def cells(self, values: sp.csr_matrix) -> np.ndarray:
        """Return the vectors of cells from log1p of counts per 10 000 over the genes."""
        counts = values.copy()
        counts.data = np.expm1(counts.data)
        totals = np.full(counts.shape[0], _PER_10K)
        there = np.ones(len(self.vectors), bool)
        found = weighted_cells(
            counts,
            self.vectors,
            self.factors,
            there,
            top=self.top,
            weighting=self.weighting,
            totals=totals,
        )
        return mixed(found.weights, self.vectors)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """All that calibration for another dataset takes, without the training data."""

    known: KnownCells
    folds: tuple[Classifiers, ...]
    """For each fold of the known cells, the classifiers that did not learn from it."""

    def calibrated(
        self, own: np.ndarray, texts: Texts, view: ExpressionView, genes: np.ndarray, *, seed: int
    ) -> "Calibrated":
        """Return the cells of a dataset, named where held-out donors say so.

        Parameters
        ----------
        own
            Class probabilities of the cells, shape ``(n_cells, n_classes)``.
        genes
            Keys of the genes with a text, in the order of the weights.
        """
        values, measured = values_of(view.log1p_cp10k().values, view.genes, genes)
        folds = [lambda values, one=one: one.probability(texts.cells(values)) for one in self.folds]
        return self.known.calibrated(own, values, measured, folds, seed=seed)


def hold_out(
    fitted: Described, view: ExpressionView, classes: np.ndarray, config: CellTextConfig
) -> HeldOut | None:
    """Fit classifiers without each fold of donors; return None where donors are not told apart.

    Parameters
    ----------
    view
        Counts of the dataset of the fit.
    classes
        Keys of the types that the weights tell apart.
    """
    rows = np.flatnonzero(fitted.cells.usable & np.isin(view.cell_types, classes))
    folds = donor_folds(view.donors[rows])
    if folds is None:
        return None
    place = {key: number for number, key in enumerate(classes)}
    labels = np.array([place[key] for key in view.cell_types[rows]], np.int64)
    vectors = fitted.cells.vectors[rows]
    without = []
    for fold in range(int(folds.max()) + 1):
        draws = [
            _draw(labels, folds != fold, config.per_class, config.seed + number)
            for number in range(min(config.draws, DRAWS))
        ]
        if len(np.unique(labels[draws[0]])) < 2:
            return None
        without.append(fit_classifiers(vectors, labels, draws, len(classes)))
    logs = view.subset(cells=rows, genes=np.flatnonzero(fitted.cells.has_text))
    known = known_cells(
        logs.log1p_cp10k().values,
        logs.totals.astype(np.float64),
        labels,
        folds,
        classes,
        precision=config.precision,
        seed=config.seed,
        most=KEPT_CELLS,
    )
    return HeldOut(known, tuple(without))


def _draw(labels: np.ndarray, there: np.ndarray, per_class: int, seed: int) -> np.ndarray:
    """Return the numbers of some cells of each class that has any; fewer of a rare one."""
    random = np.random.default_rng(seed)
    found = []
    for number in np.unique(labels[there]):
        members = np.flatnonzero(there & (labels == number))
        found.append(random.choice(members, min(per_class, len(members)), replace=False))
    return np.concatenate(found)


def texts_of(vectors: np.ndarray, factors: np.ndarray, config: CellTextConfig) -> Texts:
    """Return the vectors of genes with the options by which cells are made of them."""
    weighting = cast("Weighting", config.weighting)  # one of WEIGHTINGS
    return Texts(vectors, factors, config.top_genes, weighting)
