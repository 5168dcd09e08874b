"""Views to training cells, labelled cells and cells to name, over one vocabulary of genes."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.models.aligned import values_of
from orthoweave.models.bmfm_rna.config import BmfmConfig
from orthoweave.models.state import Vocabulary, found_share
from orthoweave.views.batches import CellBatches
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import Views

if TYPE_CHECKING:
    from orthoweave.models.encoder.cells import TrainingCells

PRETRAINING = "pretraining"
"""Name of the view of the cells that are learnt from without labels."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells over the vocabulary; arrays by cell."""

    values: sp.csr_matrix
    """log1p of counts per 10 000, shape ``(n_cells, n_genes)``."""
    known: np.ndarray
    """Mask of the genes that each dataset measured, shape ``(n_datasets, n_genes)``."""
    dataset: np.ndarray
    """Number of each cell's dataset."""
    totals: np.ndarray
    """Counts over all measured genes; NaN if unknown."""
    types: np.ndarray
    """Key of each cell's type or None."""
    donors: np.ndarray
    """Dataset and donor of each cell, or None."""

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.totals)

    def select(self, rows: np.ndarray) -> "Cells":
        """Return some cells, by number or mask."""
        return Cells(
            sp.csr_matrix(self.values[rows]),
            self.known,
            self.dataset[rows],
            self.totals[rows],
            self.types[rows],
            self.donors[rows],
        )


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labelled cells of the sources."""

    cells: Cells
    rows: np.ndarray
    """Number of each cell in its dataset, shape ``(n_cells,)``."""
    classes: np.ndarray
    """Keys of the types to tell apart, sorted, shape ``(n_classes,)``."""
    notes: tuple[str, ...]

    def select(self, rows: np.ndarray) -> "Labelled":
        """Return some of the cells, by number or mask; the classes stay."""
        return replace(self, cells=self.cells.select(rows), rows=self.rows[rows])

    @property
    def labels(self) -> np.ndarray:
        """Number of each cell's class, shape ``(n_cells,)``, int64."""
        return np.searchsorted(self.classes.astype(str), self.cells.types.astype(str))


def sources_of(views: Views, config: BmfmConfig) -> list[ExpressionView]:
    """Return the sources' expression, log1p of counts per 10 000."""
    return [views.expression(f"source {name}").log1p_cp10k() for name in config.source]


def training_view(views: Views, config: BmfmConfig) -> "TrainingCells":
    """Return the cells to learn from without labels, over a vocabulary that all views measure.

    Raises
    ------
    InputError
        If datasets are of several species, cells have no counts, or a dataset measures under 60 %
        of the vocabulary.
    """
    from orthoweave.models.encoder.cells import refuse_empty, training_cells

    batches = views.get(PRETRAINING, CellBatches)
    target, sources = views.expression("target"), sources_of(views, config)
    species = _one_species(batches, [target, *sources])
    among = target.genes
    for view in (target, *sources):
        refuse_empty(view.dataset, view.totals)
        among = among[np.isin(among, view.genes)]
    cells = training_cells(batches, config.genes, among=among)
    vocabulary = Vocabulary(species, cells.genes)
    for name, measured in zip(batches.datasets, cells.measured, strict=True):
        found_share(measured, vocabulary, f"{name!r}")
    return cells


def _one_species(batches: CellBatches, views: list[ExpressionView]) -> str:
    """Return the species that all datasets are of."""
    species = dict(zip(batches.datasets, batches.species, strict=False))
    species |= {view.dataset: view.species for view in views}
    if len(set(species.values())) > 1:
        listed = ", ".join(f"{name} of {key}" for name, key in sorted(species.items()))
        message = (
            f"datasets of several species: {listed}. Expected one species, as genes are known by "
            "their keys alone; orthology_transfer and cross_species_gnn go across species"
        )
        raise InputError(message)
    return views[0].species


def cells_of(views: list[ExpressionView], genes: np.ndarray) -> Cells:
    """Return the cells of some datasets over a vocabulary."""
    parts = [values_of(view.values, view.genes, genes) for view in views]
    donors = [
        np.array([None if one is None else f"{view.dataset}:{one}" for one in view.donors], object)
        for view in views
    ]
    return Cells(
        sp.csr_matrix(sp.vstack([values for values, _ in parts], format="csr")),
        np.array([known for _, known in parts]),
        np.repeat(np.arange(len(views)), [view.n_cells for view in views]),
        np.concatenate([view.totals for view in views]).astype(np.float64),
        np.concatenate([view.cell_types for view in views]),
        np.concatenate(donors),
    )


def labelled_cells(
    views: Views, genes: np.ndarray, config: BmfmConfig, seed: int | None = None
) -> Labelled:
    """Return the labelled cells of the classes to tell apart, or as many of each as options say.

    Parameters
    ----------
    seed
        Of the draw of labelled cells; that of the options if None.

    Raises
    ------
    InputError
        If a source has no types, a given type has cells of one donor only, or fewer than two
        classes are left.
    """
    sources = sources_of(views, config)
    for view in sources:
        view.require_types("bmfm_rna learns from")
    cells = cells_of(sources, genes)
    names = ", ".join(config.source)
    classes, notes = _classes(cells, config, names)
    rows = np.flatnonzero(np.isin(cells.types.astype(str), classes.astype(str)))
    if config.labels:
        random = np.random.default_rng((config.seed if seed is None else seed) % 2**64)
        rows = np.sort(
            np.concatenate(
                [
                    random.permutation(rows[cells.types[rows] == key])[: config.labels]
                    for key in classes
                ]
            )
        )
    own = np.concatenate([np.arange(view.n_cells) for view in sources])
    return Labelled(cells.select(rows), own[rows], classes, notes)


def _classes(cells: Cells, config: BmfmConfig, names: str) -> tuple[np.ndarray, tuple[str, ...]]:
    observed = sorted({str(key) for key in cells.types if key is not None})
    absent = sorted(set(config.types) - set(observed))
    if absent:
        message = f"no cell of type {absent[0]!r} in {names}: expected types that it names"
        raise InputError(message)
    wanted = list(config.types) or observed
    # donors are held out to calibrate by: a class of one donor cannot be learnt without it
    lone = []
    if config.threshold is None:
        _check_donors(cells, names)
        lone = [key for key in wanted if len(set(cells.donors[cells.types == key])) < 2]
    if lone and config.types:
        message = (
            f"cells of type {lone[0]} are of one donor only: expected two donors of each type, as "
            "donors are held out. Leave it out of the types, or give a threshold"
        )
        raise InputError(message)
    classes = np.array([key for key in wanted if key not in lone], object)
    if len(classes) < 2:
        message = f"{len(classes)} cell types of {names} can be learnt: expected two at least" + (
            ", each with cells of two donors; or give a threshold" if lone else ""
        )
        raise InputError(message)
    notes = (f"{names}: left out for cells of one donor only: {', '.join(lone)}",) if lone else ()
    return np.sort(classes), notes


def _check_donors(cells: Cells, names: str) -> None:
    known = {str(one) for one in cells.donors if one is not None}
    if len(known) < 2 or any(one is None for one in cells.donors):
        message = (
            f"{names}: donors {sorted(known)!r}: expected two at least and one for each cell, to "
            "learn from held-out donors when to abstain; or give a threshold"
        )
        raise InputError(message)
