"""Counts of cells as profiles over a vocabulary, in its order."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.models.encoder.statistics import (
    GeneStatistics,
    Moments,
    gene_statistics,
    variable_genes,
)
from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.numerics.expression import log_normalise
from orthoweave.views.expression import ExpressionView


@dataclass(frozen=True, slots=True)
class Profiles:
    """Counts of cells over some genes, and over all that were measured."""

    counts: sp.csr_matrix
    """Shape ``(n_cells, n_genes)``, float32."""
    totals: np.ndarray
    """Counts of each cell over all measured genes, shape ``(n_cells,)``, float64."""
    known: np.ndarray
    """Mask of the genes that were measured, shape ``(n_genes,)``."""

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return int(self.counts.shape[0])

    @property
    def values(self) -> sp.csr_matrix:
        """log1p of counts per 10 000 of the totals, shape ``(n_cells, n_genes)``, float32."""
        return log_normalise(self.counts, self.totals)

    @property
    def detected(self) -> np.ndarray:
        """Number of genes of each cell with a count, shape ``(n_cells,)``."""
        return np.diff(self.counts.indptr)

    def rows(self, cells: np.ndarray) -> "Profiles":
        """Return the profiles of some cells, by a mask or by numbers."""
        return replace(self, counts=self.counts[cells], totals=self.totals[cells])

    def over(self, columns: np.ndarray) -> "Profiles":
        """Return the profiles over some genes, by their numbers."""
        counts = self.counts[:, columns]
        counts.sort_indices()
        return replace(self, counts=counts, known=self.known[columns])


@dataclass(frozen=True, slots=True)
class Prepared:
    """A dataset ready to be learnt from."""

    view: ExpressionView
    whole: Profiles
    """Over all genes of the view."""
    columns: np.ndarray
    """Numbers of the vocabulary's genes in the view, in the order of the vocabulary."""
    genes: GeneStatistics
    """Statistics of the vocabulary's genes over the training cells."""

    @property
    def profiles(self) -> Profiles:
        """The profiles over the vocabulary."""
        return self.whole.over(self.columns)


def profiles_of(view: ExpressionView) -> Profiles:
    """Return all counts of a view.

    Raises
    ------
    InputError
        If the view does not hold counts, or a cell has none.
    """
    if view.scale != "counts":
        message = (
            f"{view.dataset!r} has values on the scale {view.scale}: expected counts, from which "
            "the network makes log1p of counts per 10 000 itself"
        )
        raise InputError(message)
    empty = np.flatnonzero(~(view.totals > 0))
    if len(empty):
        message = (
            f"{view.dataset!r}: {len(empty):,} cells have no counts, such as "
            f"{view.cells[empty[0]]!r}: expected a count at least; leave these cells out"
        )
        raise InputError(message)
    totals = np.asarray(view.totals, np.float64)
    return Profiles(view.values, totals, np.ones(view.n_genes, bool))


def prepare(view: ExpressionView, training: np.ndarray, config: ScMambaConfig) -> Prepared:
    """Return a dataset with the genes that vary most over its training cells, in a fixed order.

    Parameters
    ----------
    training
        Mask of the cells that choose the genes, shape ``(n_cells,)``.

    Raises
    ------
    InputError
        As for `profiles_of` and `variable_genes`.
    """
    whole = profiles_of(view)
    known = np.ones((1, view.n_genes), bool)
    moments = Moments.empty(view.n_genes)
    values = whole.rows(training).values
    moments.add(values)
    columns = variable_genes([moments], known, config.genes)
    if config.order:
        columns = np.random.default_rng(config.order).permutation(columns)
    chosen = Moments.empty(len(columns))
    chosen.add(sp.csr_matrix(values[:, columns]))
    return Prepared(view, whole, columns, gene_statistics([chosen], known[:, columns]))


def measured_profiles(view: ExpressionView, genes: np.ndarray) -> Profiles:
    """Return the profiles of a view over a vocabulary; genes that it did not measure are not known.

    Parameters
    ----------
    genes
        Keys of the vocabulary's genes, in its order.
    """
    whole = profiles_of(view)
    place = {key: number for number, key in enumerate(view.genes)}
    columns = np.array([place.get(key, -1) for key in genes])
    known = columns >= 0
    picked = sp.csr_matrix(
        (np.ones(int(known.sum()), np.float32), (columns[known], np.flatnonzero(known))),
        shape=(view.n_genes, len(genes)),
    )
    counts = sp.csr_matrix(whole.counts @ picked)
    counts.sort_indices()
    return Profiles(counts, whole.totals, known)


def require_donors(view: ExpressionView, needed_for: str) -> None:
    """Check that each cell has a donor, and that there are two donors at least.

    Parameters
    ----------
    needed_for
        What needs them, such as "to keep donors apart".

    Raises
    ------
    InputError
        If not.
    """
    names = {str(donor) for donor in view.donors if donor is not None}
    without = sum(donor is None for donor in view.donors)
    if len(names) >= 2 and not without:
        return
    found = f"{len(names)} donors and {without:,} cells without one"
    if len(names) == 1 and not without:
        found = f"one donor, {min(names)!r}"
    message = (
        f"{view.dataset!r} has {found}: expected a donor of each cell, and two donors at least, "
        f"{needed_for}"
    )
    raise InputError(message)
