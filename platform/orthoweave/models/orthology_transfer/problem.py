"""Preparation of orthology transfer's views for training."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.models.evaluation import Split, split_by_donor
from orthoweave.models.levels import common_level
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.inputs import (
    Wiring,
    confounding,
    pairs_between,
    require_logs,
    shared_classes,
    standardised,
    variable_genes,
)
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import Views


@dataclass(frozen=True, slots=True)
class Prepared:
    """Prepared views: cells of shared classes, standardised genes, edges, splits."""

    classes: np.ndarray
    wiring: Wiring
    source: np.ndarray
    source_classes: np.ndarray
    source_split: Split
    target: np.ndarray
    target_classes: np.ndarray
    target_split: Split
    target_logs: sp.csr_matrix
    """Log expression of all target genes, shape ``(n_target_cells, n_target_genes)``."""
    target_wired: sp.csr_matrix
    """The same of the wired target genes alone, shape ``(n_target_cells, n_target)``."""
    target_totals: np.ndarray
    """Counts of each target cell over all measured genes; NaN if unknown."""
    target_donors: np.ndarray
    """Donor of each target cell."""
    notes: tuple[str, ...]
    target_mean: np.ndarray
    """Mean of each target gene over the training cells, shape ``(n_target,)``."""
    target_sd: np.ndarray
    """Its standard deviation."""


def prepare(views: Views, config: TransferConfig) -> Prepared:
    """Check the views and convert them to the form for training.

    Raises
    ------
    InputError, ScaleError, UsageError
        As for `OrthologyTransfer.fit`.
    """
    source, target = views.expression("source"), views.expression("target")
    for view in (source, target):
        require_logs(view)
        view.require_types("orthology_transfer learns from")
    by_name = {view.dataset: view.cell_types for view in (source, target)}
    level = common_level(by_name, views.ontology("ontology"), config.level)
    source, target = (
        replace(view, cell_types=level.of(view.cell_types)) for view in (source, target)
    )
    pairs = pairs_between(views.orthology("orthology"), source, target, config.kinds)
    classes = shared_classes(source, target)
    source = source.subset(cells=np.isin(source.cell_types, classes))
    target = target.subset(cells=np.isin(target.cell_types, classes))
    target_split = _target_split(target, config)
    source_split = _source_split(source, config.seed)
    genes = variable_genes(source, source.genes, config.top_genes)
    wiring = Wiring.of(pairs, genes)
    if not wiring.n_edges:
        message = (
            f"none of the {len(genes)} most variable genes of {config.source!r} has an ortholog "
            f"pair of kind {config.kinds}: raise top_genes"
        )
        raise InputError(message)
    number = {key: place for place, key in enumerate(classes)}
    known = [np.array([number[key] for key in view.cell_types]) for view in (source, target)]
    confounded = (confounding(source, source_split.train), confounding(target, target_split.train))
    notes = (*level.notes, *(note for note in confounded if note))
    target_cells = standardised(target, wiring.target_genes, target_split.train)
    return Prepared(
        classes,
        wiring,
        standardised(source, genes, source_split.train).values,
        known[0],
        source_split,
        target_cells.values,
        known[1],
        target_split,
        target.values,
        target.subset(genes=wiring.target_genes).values,
        target.totals.astype(np.float64),
        target.donors,
        notes,
        target_cells.mean,
        target_cells.sd,
    )


def _target_split(view: ExpressionView, config: TransferConfig) -> Split:
    donors = sorted({str(donor) for donor in view.donors if donor is not None})
    if len(donors) < 2:
        message = (
            f"{view.dataset!r} has {len(donors)} donors: expected two at least, to learn from one "
            "and test on another"
        )
        raise InputError(message)
    return split_by_donor(view.donors, test=config.test_donors or donors[-1:])


def _source_split(view: ExpressionView, seed: int) -> Split:
    donors = [str(donor) for donor in view.donors if donor is not None]
    names, counts = np.unique(donors, return_counts=True)
    if len(donors) == view.n_cells and len(names) > 1:
        return split_by_donor(view.donors, test=(), validation=(str(names[counts.argmin()]),))
    held = np.random.default_rng(seed).random(view.n_cells) < 0.2
    return Split(~held, held, np.zeros(view.n_cells, bool))
