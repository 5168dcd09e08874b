"""Hold out each donor of the source: train without it, and keep its cells to calibrate by."""

from dataclasses import replace

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.base import RunContext
from orthoweave.models.calibration.reference import (
    CELLS_OF_A_CLASS,
    Reference,
    some_of_each,
    totals_of,
)
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.fitting import train
from orthoweave.models.cross_species_gnn.held_out import FoldNetwork, HeldOut
from orthoweave.models.cross_species_gnn.task import Task, expressed_pairs, make_task
from orthoweave.models.probes.components import variable_columns
from orthoweave.views.expression import ExpressionView
from orthoweave.views.keys import is_among
from orthoweave.views.orthology import Bipartite


def hold_out(
    source: ExpressionView,
    target: ExpressionView,
    pairs: Bipartite,
    *,
    task: Task,
    config: CrossSpeciesConfig,
    context: RunContext,
) -> HeldOut:
    """Train once without each donor of the source; neither markers nor training see its cells.

    Parameters
    ----------
    source
        Source cells of the task's classes, with their types.
    task
        Task of all donors.

    Raises
    ------
    InputError
        If the source has cells without a donor, or one donor only.
    """
    names = _donors(source)
    folds = [
        make_task(
            source.subset(cells=source.donors != name),
            target,
            pairs,
            # a type that only one donor has cannot be known while that donor is held out
            replace(config, min_cells=1, types=()),
        )
        for name in names
    ]
    variable = _variable_genes(source, target, pairs)
    wanted = np.unique(np.concatenate([variable, *(one.source.genes for one in (task, *folds))]))
    genes = source.genes[is_among(source.genes, wanted)]
    place = {key: number for number, key in enumerate(genes)}
    classes = {key: number for number, key in enumerate(task.classes)}
    networks = tuple(
        FoldNetwork(
            np.array([place[gene] for gene in one.source.genes], np.int64),
            np.array([classes[key] for key in one.classes], np.int64),
            train(one, config, context, f"without donor {number}").learnt,
        )
        for number, one in enumerate(folds, 1)
    )
    reference = _reference(source.subset(genes=genes), task.classes, names, config.seed)
    return HeldOut(reference, genes, is_among(genes, variable), networks, config.precision)


def _donors(source: ExpressionView) -> list[str]:
    names = sorted({str(donor) for donor in source.donors})
    if any(donor is None for donor in source.donors) or len(names) < 2:
        message = (
            f"{source.dataset!r} has donors {names!r}: expected two at least and one for each "
            "cell, to learn from held-out donors when to abstain; or give a threshold"
        )
        raise InputError(message)
    return names


def _variable_genes(source: ExpressionView, target: ExpressionView, pairs: Bipartite) -> np.ndarray:
    """Return the genes that vary most among one-to-one orthologs; no label is read."""
    there = expressed_pairs(target, pairs.among(source.genes, target.genes))
    one = there.select(there.cardinality == "1:1")
    columns = np.flatnonzero(is_among(source.genes, (one if one.n_edges else there).source_genes))
    return np.asarray(source.genes[columns[variable_columns(source.values[:, columns])]])


def _reference(
    source: ExpressionView, classes: np.ndarray, names: list[str], seed: int
) -> Reference:
    labels, folds = (
        np.searchsorted(classes, source.cell_types),
        np.searchsorted(names, source.donors),
    )
    rows = some_of_each(labels, CELLS_OF_A_CLASS, seed)
    values = source.values[rows]
    return Reference(
        values, totals_of(values, source.totals[rows]), labels[rows], folds[rows], classes
    )
