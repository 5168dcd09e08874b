"""Cells to evaluate on: those that all embeddings have, with classes, groups and targets."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError, UsageError
from orthoweave.models.embedding_evaluation.config import LEAST_CELLS, EvaluationConfig
from orthoweave.models.embedding_evaluation.splits import group_folds, random_folds, spatial_blocks
from orthoweave.models.levels import common_level
from orthoweave.views.columns import CellColumnsView
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import Views
from orthoweave.views.vector import VectorView

COLUMNS = "columns"
"""Name of the view of the columns that a user brings."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells with all that is read of them; arrays by cell."""

    dataset: str
    embeddings: dict[str, np.ndarray]
    """Vectors by the embedding's name, shape ``(n_cells, dimension)``."""
    values: sp.csr_matrix
    """Expression, shape ``(n_cells, n_genes)``."""
    depth: np.ndarray
    """log10 of the counts of each cell; NaN for values that are not counts."""
    classes: np.ndarray
    """Class of each cell, or None."""
    batches: np.ndarray
    """Batch of each cell, or None."""
    groups: np.ndarray
    """Donor or block of each cell, or None throughout."""
    unit: str
    """``donors`` or ``blocks``."""
    folds: np.ndarray
    """Part of each cell, from 0."""
    columns: CellColumnsView | None
    notes: tuple[str, ...]

    def numbers(self, name: str) -> np.ndarray:
        """Return a column of numbers by cell, NaN where there is none.

        Raises
        ------
        UsageError
            If no file was given.
        UnknownNameError
            If the file has no such column of numbers.
        """
        return _given(self.columns, name).number(name)


def gather(views: Views, config: EvaluationConfig) -> Cells:
    """Return the cells of a dataset that all embeddings have.

    Raises
    ------
    InputError
        If an embedding has none of the cells, or fewer than two classes are left.
    """
    view = views.expression("expression")
    embeddings = {one.space: one for one in views.by_name.values() if isinstance(one, VectorView)}
    if not embeddings:
        message = "expected an embedding: name a space with --space, or a file and its --obsm"
        raise UsageError(message)
    kept, notes = _shared(view, embeddings)
    view = view.subset(cells=kept)
    vectors = {name: _rows(one.ids, one.vectors, view.cells) for name, one in embeddings.items()}
    columns = _columns(views, view.cells)
    given = _texts(view, columns, config.labels)
    if config.level:
        level = common_level({view.dataset: given}, views.ontology("ontology"), config.level)
        given = level.of(given)
        notes += level.notes
    classes, lost = _classes(given, view.donors)
    groups, unit = _groups(view, columns, config)
    several = all(group is not None for group in groups) and len(set(groups)) > 1
    if several:
        folds = group_folds(groups, config.folds)
    else:
        folds = random_folds(classes, config.folds, config.seed)
        notes.append(
            f"{view.dataset} has no two donors: cells are held out at random, which flatters "
            "every embedding, and the intervals do not hold what another donor would give."
        )
    depth = np.log10(np.maximum(view.totals.astype(np.float64), 1))
    return Cells(
        view.dataset,
        vectors,
        view.values,
        depth,
        classes,
        _texts(view, columns, config.batch),
        groups if several else np.full(len(groups), None, object),
        unit,
        folds,
        columns,
        (*notes, *lost),
    )


def _shared(
    view: ExpressionView, embeddings: dict[str, VectorView]
) -> tuple[np.ndarray, list[str]]:
    kept, notes = np.ones(view.n_cells, bool), []
    for name, one in embeddings.items():
        there = np.isin(view.cells, one.ids)
        if there.sum() < LEAST_CELLS:
            message = (
                f"{name} has vectors of {there.sum()} cells of {view.dataset!r}: expected keys "
                f"such as {view.cells[0]!r}, found {str(one.ids[0])!r}; evaluate it on the dataset "
                "whose cells it embeds"
            )
            raise InputError(message)
        if not there.all():
            notes.append(f"{name} has no vector of {(~there).sum()} cells: they are left out.")
        kept &= there
    return kept, notes


def _rows(ids: np.ndarray, rows: np.ndarray, cells: np.ndarray) -> np.ndarray:
    place = {key: number for number, key in enumerate(ids)}
    return np.asarray(rows[[place[cell] for cell in cells]], np.float64)


def _columns(views: Views, cells: np.ndarray) -> CellColumnsView | None:
    found = views.by_name.get(COLUMNS)
    if not isinstance(found, CellColumnsView):
        return None
    place = {key: number for number, key in enumerate(found.ids)}
    order = np.array([place.get(cell, -1) for cell in cells])
    texts, numbers = found.texts[order], found.numbers[order]
    # cells that the file does not have
    texts[order < 0], numbers[order < 0] = None, np.nan
    return CellColumnsView(cells, found.text_names, texts, found.number_names, numbers)


def _texts(view: ExpressionView, columns: CellColumnsView | None, name: str) -> np.ndarray:
    own = {"type": view.cell_types, "label": view.labels, "donor": view.donors}
    return own[name] if name in own else _given(columns, name).text(name)


def _given(columns: CellColumnsView | None, name: str) -> CellColumnsView:
    if columns is None:
        message = f"column {name!r}: expected type, label or donor, or a --file with that column"
        raise UsageError(message)
    return columns


def _classes(given: np.ndarray, donors: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return the class of each cell, None for classes that are too small or of one donor."""
    found, notes = given.copy(), []
    several = len({donor for donor in donors if donor is not None}) > 1
    for name in sorted({one for one in given if one is not None}):
        cells = given == name
        few = cells.sum() < LEAST_CELLS
        lone = several and len(set(donors[cells])) < 2
        if few or lone:
            found[cells] = None
            why = f"{cells.sum()} cells" if few else "cells of one donor only"
            notes.append(f"{name} is left out: it has {why}.")
    if len({one for one in found if one is not None}) < 2:
        # depth and targets need no classes
        notes.append("Fewer than two classes are left: nothing that needs classes is measured.")
    return found, notes


def _groups(
    view: ExpressionView, columns: CellColumnsView | None, config: EvaluationConfig
) -> tuple[np.ndarray, str]:
    if not config.coordinates:
        return view.donors, "donors"
    if len({donor for donor in view.donors if donor is not None}) > 1:
        message = (
            f"{view.dataset!r} has several donors, which are kept apart: leave the coordinates out"
        )
        raise UsageError(message)
    given = _given(columns, config.coordinates[0])
    places = np.column_stack([given.number(name) for name in config.coordinates])
    lost = int((~np.isfinite(places)).any(axis=1).sum())
    if lost:
        message = (
            f"{lost} cells have no place in {' and '.join(config.coordinates)}: expected one for "
            "each cell, to keep blocks apart; leave these cells out of the file's embeddings"
        )
        raise UsageError(message)
    return spatial_blocks(places, config.blocks), "blocks"
