"""Kept classifiers of text-derived cells, and the types that they give to cells of other datasets.

Each draw of labelled cells has its own classifier, as in the score of a run; a cell's probability
of a type is the mean over them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.calibration.known import restore_known
from orthoweave.models.calibration.named import CalibratedCells, least_certain
from orthoweave.models.cell_text.classifiers import (
    Classifiers,
    fit_classifiers,
    restore_classifiers,
)
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.embedding import TextCells, weighted_cells
from orthoweave.models.cell_text.held_out import HeldOut, hold_out, texts_of
from orthoweave.models.cell_text.results import Described
from orthoweave.models.state import Plain, State, Vocabulary
from orthoweave.views.expression import ExpressionView

_FOLD: Final = "fold_{}."


@dataclass(frozen=True, slots=True)
class Probe:
    """Gene vectors, and a linear classifier of cells for each draw of labelled cells."""

    vocabulary: Vocabulary
    """Genes with a text."""
    gene_vectors: np.ndarray
    """Corrected vectors of the genes, shape ``(n_genes, dimension)``, float32."""
    factors: np.ndarray
    """Factor of each gene's weight, shape ``(n_genes,)``."""
    classifiers: Classifiers
    classes: np.ndarray
    held_out: HeldOut | None
    """Held-out donors; None where the training data do not tell donors apart."""


def state_of(fitted: Described, view: ExpressionView, config: CellTextConfig) -> State:
    """Return the gene vectors, the classifiers whose scores a run reports, and held-out donors."""
    cells, there = fitted.cells, fitted.cells.has_text
    classes = fitted.contributions.classes
    values: dict[str, Plain] = {"classes": tuple(map(str, classes))}
    place = {key: number for number, key in enumerate(classes)}
    labels = np.array([place.get(key, -1) for key in view.cell_types], np.int64)
    arrays = {
        "gene_vectors": cells.gene_vectors[there],
        "factors": cells.factors[there],
        **fit_classifiers(cells.vectors, labels, fitted.task.draws, len(classes)).arrays(),
    }
    held_out = hold_out(fitted, view, classes, config)
    if held_out is not None:
        values["precision"] = float(held_out.known.precision)
        arrays |= held_out.known.arrays()
        for number, one in enumerate(held_out.folds):
            arrays |= one.arrays(_FOLD.format(number))
    return State(
        arrays,
        Vocabulary(view.species, view.genes[there]),
        "counts",
        "weights of the strongest genes of a cell; the weighted mean of their corrected text "
        "vectors, scaled to length 1",
        values,
    )


def restore_probe(state: State) -> Probe:
    """Return the classifiers of a state.

    Raises
    ------
    InputError
        If an array or a value does not fit the others.
    """
    n_genes, classes = len(state.vocabulary.genes), state.texts("classes")
    vectors = state.array("gene_vectors", n_genes, None)
    factors = state.array("factors", n_genes)
    if (factors < 0).any():
        message = "weights: array 'factors': expected factors from 0"
        raise InputError(message)
    sizes = len(classes), vectors.shape[1]
    held_out = None
    if "precision" in state.values:
        known = restore_known(state, classes, n_genes)
        folds = range(known.reference.n_folds)
        held_out = HeldOut(
            known, tuple(restore_classifiers(state, *sizes, _FOLD.format(one)) for one in folds)
        )
    return Probe(
        state.vocabulary,
        vectors.astype(np.float32),
        factors,
        restore_classifiers(state, *sizes),
        classes,
        held_out,
    )


def describe_cells(probe: Probe, view: ExpressionView, config: CellTextConfig) -> TextCells:
    """Return the cells of another dataset by the kept vectors of their genes."""
    place = {gene: number for number, gene in enumerate(probe.vocabulary.genes)}
    numbers = np.array([place.get(gene, -1) for gene in view.genes], np.int64)
    there = numbers >= 0
    vectors = np.zeros((view.n_genes, probe.gene_vectors.shape[1]), np.float32)
    vectors[there] = probe.gene_vectors[numbers[there]]
    factors = np.zeros(view.n_genes)
    factors[there] = probe.factors[numbers[there]]
    texts = texts_of(vectors, factors, config)
    return weighted_cells(
        view.values, vectors, factors, there, top=texts.top, weighting=texts.weighting
    )


def name_cells(
    probe: Probe, cells: TextCells, view: ExpressionView, config: CellTextConfig
) -> CalibratedCells:
    """Return the types of the usable cells, calibrated by held-out donors where there are any.

    Parameters
    ----------
    cells
        Those of `view`, by `describe_cells`.
    """
    own = probe.classifiers.probability(cells.vectors[cells.usable])
    if probe.held_out is None or config.threshold is not None:
        return CalibratedCells(probe.classes, own, config.threshold or 0.0)
    found = probe.held_out.calibrated(
        own,
        texts_of(probe.gene_vectors, probe.factors, config),
        view.subset(cells=cells.usable),
        probe.vocabulary.genes,
        seed=config.seed,
    )
    return CalibratedCells(probe.classes, found.probability, least_certain(found), calibrated=found)
