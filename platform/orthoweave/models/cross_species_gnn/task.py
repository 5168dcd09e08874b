"""Training data of the network: labelled source cells, unlabelled target cells, marker genes.

Genes become nodes if they mark a cell type of the labelled source cells and have an ortholog that
the target expresses; their orthologs become nodes of the target's species. The labels of the
target are removed here, before anything is chosen or trained.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.levels import common_level
from orthoweave.models.orthology_transfer.inputs import pairs_between
from orthoweave.models.probes.markers import marker_columns
from orthoweave.views.expression import ExpressionView
from orthoweave.views.keys import is_among
from orthoweave.views.orthology import Bipartite, OrthologyView, orthology_view
from orthoweave.views.requests import Views

# share of target cells that must express an ortholog: with fewer, most cells lack information
_LEAST_EXPRESSED: Final = 0.005


@dataclass(frozen=True, slots=True)
class Task:
    """Two datasets restricted to the nodes of the graph, and the known classes of the source."""

    source: ExpressionView
    """Source cells × marker genes, log1p of counts per 10 000; without cell types."""
    target: ExpressionView
    """Target cells × orthologs of the marker genes, on the same scale; without cell types."""
    orthology: OrthologyView
    """Pairs that join the two sets of genes."""
    classes: np.ndarray
    """Keys of the cell types to tell apart, sorted, shape ``(n_classes,)``."""
    labels: np.ndarray
    """Number of each source cell's class, -1 where it is unknown; shape ``(n_source_cells,)``."""
    notes: tuple[str, ...]


def prepare(
    views: Views, config: CrossSpeciesConfig
) -> tuple[ExpressionView, ExpressionView, Bipartite]:
    """Source and target as log expression, and the orthologs of their genes.

    The source's types are pooled into the level that is given; the target's stay as they are.
    Donors of two species are different ones, also if they have one name.

    Raises
    ------
    InputError
        If no ortholog joins their genes.
    UsageError
        If both are of one species.
    """
    source = views.expression("source").log1p_cp10k()
    target = views.expression("target").log1p_cp10k()
    pairs = pairs_between(views.orthology("orthology"), source, target, config.kinds)
    if config.level:
        source.require_types("cross_species_gnn learns from")
        level = common_level(
            {source.dataset: source.cell_types}, views.ontology("ontology"), config.level
        )
        source = replace(source, cell_types=level.of(source.cell_types))
    return source, target, pairs


def make_task(
    source: ExpressionView, target: ExpressionView, pairs: Bipartite, config: CrossSpeciesConfig
) -> Task:
    """Return the task of naming the target's cells.

    Parameters
    ----------
    source, target
        Datasets on the scale log1p of counts per 10 000.
    pairs
        Orthologs between their genes.

    Raises
    ------
    InputError
        If fewer than two cell types have enough labelled cells, or no marker has an ortholog.
    """
    source.require_types("cross_species_gnn learns from")
    known = source.cell_types
    classes, notes = _classes(known, source.dataset, config)
    # cells of other types are not nodes, because their true class is not among the classes
    there = np.isin(known, classes)
    source, known = source.subset(cells=there), known[there]
    place = {key: number for number, key in enumerate(classes)}
    labels = np.array([place.get(key, -1) for key in known], np.int64)
    expressed = expressed_pairs(target, pairs)
    if not expressed.n_edges:
        message = (
            f"no ortholog of a gene of {source.dataset!r} is expressed in {target.dataset!r}: "
            "check that both datasets name their genes alike"
        )
        raise InputError(message)
    markers = marker_genes(source, labels, expressed.source_genes, config.markers)
    among = expressed.among(markers, expressed.target_genes)
    return Task(
        _unlabelled(source.subset(genes=_in_order(source.genes, among.source_genes))),
        _unlabelled(target.subset(genes=_in_order(target.genes, among.target_genes))),
        _orthology(among),
        classes,
        labels,
        notes,
    )


def marker_genes(
    view: ExpressionView, labels: np.ndarray, candidates: np.ndarray, n_markers: int
) -> np.ndarray:
    """Return the genes that rise most in some class against all others, in the view's order.

    See `probes.markers.marker_columns`.

    Parameters
    ----------
    view
        Log expression, shape ``(n_cells, n_genes)``.
    labels
        Number of each cell's class, -1 for unknown; shape ``(n_cells,)``.
    candidates
        Keys of genes that may be chosen.
    """
    columns = np.flatnonzero(is_among(view.genes, candidates))
    chosen = marker_columns(view.values[:, columns], labels, n_markers)
    return np.asarray(view.genes[columns[chosen]])


def _classes(
    known: np.ndarray, dataset: str, config: CrossSpeciesConfig
) -> tuple[np.ndarray, tuple[str, ...]]:
    found, counts = np.unique([key for key in known if key is not None], return_counts=True)
    absent = sorted(set(config.types) - set(found))
    if absent:
        message = f"{dataset!r} has no cell of type {absent[0]!r}: expected types that it names"
        raise InputError(message)
    wanted = np.isin(found, config.types) if config.types else np.ones(len(found), bool)
    enough = counts >= config.min_cells
    classes = found[wanted & enough].astype(object)
    if len(classes) < 2:
        message = (
            f"{len(classes)} cell types of {dataset!r} have {config.min_cells} labelled cells: "
            "expected two at least"
        )
        raise InputError(message)
    few = found[wanted & ~enough]
    if not len(few):
        return classes, ()
    note = f"left out for fewer than {config.min_cells} labelled cells: {', '.join(few)}"
    return classes, (f"{dataset}: {note}",)


def expressed_pairs(target: ExpressionView, pairs: Bipartite) -> Bipartite:
    """Return the pairs whose target gene at least 0.5 % of the target's cells express."""
    share = np.bincount(target.values.indices, minlength=target.n_genes) / target.n_cells
    return pairs.among(pairs.source_genes, target.genes[share >= _LEAST_EXPRESSED])


def _in_order(genes: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return np.flatnonzero(is_among(genes, chosen))


def _unlabelled(view: ExpressionView) -> ExpressionView:
    nothing = np.full(view.n_cells, None, object)
    return replace(view, cell_types=nothing, labels=nothing)


def _orthology(pairs: Bipartite) -> OrthologyView:
    n_edges = pairs.n_edges
    return orthology_view(
        pairs.source_genes[pairs.source_index],
        pairs.target_genes[pairs.target_index],
        np.full(n_edges, pairs.source, object),
        np.full(n_edges, pairs.target, object),
        cardinality=pairs.cardinality,
        support=pairs.support,
        covering=pairs.support,
    )
