"""Inputs of the network and its conversion layer: genes, edges, standardised cells.

Source genes are those that vary most; edges join them to the target genes that are their
orthologs. Expression is log1p of counts per 10 000, standardised gene by gene with the statistics
of training cells of the same species, so that a source gene without an ortholog is given its
mean, 0, and never a raw count of zero.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from orthoweave.errors import InputError, ScaleError, UsageError
from orthoweave.models.probes.components import variable_columns
from orthoweave.views.expression import ExpressionView
from orthoweave.views.keys import is_among
from orthoweave.views.orthology import Bipartite, OrthologyView

FLOAT = np.float32
MIN_CELLS: Final = 10
"""Cells that a class must have in both species."""
# standardised values beyond are single cells with a gene that hardly any other expresses
_CLIP: Final = 10.0
_LEAST_SD: Final = 1e-3
# of the genes of a dataset, below which the identifiers cannot be of one kind
_LEAST_OVERLAP: Final = 0.05


@dataclass(frozen=True, slots=True)
class Wiring:
    """Edges of the conversion layer, from numbered target genes to numbered source genes."""

    source_genes: np.ndarray
    """Keys of the network's genes, shape ``(n_source,)``."""
    target_genes: np.ndarray
    """Keys of the genes that feed it, shape ``(n_target,)``."""
    source_index: np.ndarray
    """Number of each edge's source gene, shape ``(n_edges,)``, int64."""
    target_index: np.ndarray
    """Number of each edge's target gene, shape ``(n_edges,)``, int64."""
    cardinality: np.ndarray
    """Kind of each edge in the complete orthology, read from the source gene."""

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.source_index)

    @property
    def prior(self) -> np.ndarray:
        """Weights before training, shape ``(n_edges,)``: the mean of a gene's co-orthologs."""
        degree = np.bincount(self.source_index, minlength=len(self.source_genes))
        return (1 / degree[self.source_index]).astype(FLOAT)

    def select(self, edges: np.ndarray) -> "Wiring":
        """Return the same genes with only these edges (a mask)."""
        return Wiring(
            self.source_genes,
            self.target_genes,
            self.source_index[edges],
            self.target_index[edges],
            self.cardinality[edges],
        )

    @classmethod
    def of(cls, pairs: Bipartite, source_genes: np.ndarray) -> "Wiring":
        """Return the edges of `pairs` among these source genes; genes without one stay unwired."""
        among = pairs.among(source_genes, pairs.target_genes)
        place = {gene: number for number, gene in enumerate(source_genes)}
        numbers = np.array([place[gene] for gene in among.source_genes], np.int64)
        return cls(
            np.asarray(source_genes),
            among.target_genes,
            numbers[among.source_index],
            among.target_index,
            among.cardinality,
        )


@dataclass(frozen=True, slots=True)
class Standardised:
    """Standardised cells, and the statistics behind them."""

    values: np.ndarray
    """Shape ``(n_cells, n_genes)``, float32; values beyond ten are cut to ten."""
    mean: np.ndarray
    """Mean of each gene over the training cells, shape ``(n_genes,)``."""
    sd: np.ndarray
    """Standard deviation; 1 for a gene that hardly varies."""


def pairs_between(
    orthology: OrthologyView, source: ExpressionView, target: ExpressionView, kinds: str
) -> Bipartite:
    """Return the orthologs measured in two datasets: ``all``, ``1:1`` or ``1:many`` kinds.

    ``1:many`` means all but one-to-one.

    Raises
    ------
    UsageError
        If both datasets are of one species.
    InputError
        If identifiers are of different kinds, or no pair is of the requested kind.
    """
    if source.species == target.species:
        message = f"both datasets are of {source.species}: expected two species"
        raise UsageError(message)
    pairs = orthology.between(source.species, target.species)
    for view, genes in ((source, pairs.source_genes), (target, pairs.target_genes)):
        shared = int(is_among(view.genes, genes).sum())
        if shared < _LEAST_OVERLAP * view.n_genes:
            message = (
                f"only {shared} of {view.n_genes} genes of {view.dataset!r} are in the orthology: "
                f"expected keys of one kind, found {_prefixes(view.genes)} in the dataset and "
                f"{_prefixes(genes)} in the orthology"
            )
            raise InputError(message)
    pairs = pairs.among(source.genes, target.genes)
    if kinds != "all":
        one = pairs.cardinality == "1:1"
        pairs = pairs.select(one if kinds == "1:1" else ~one)
    if not pairs.n_edges:
        message = (
            f"no {kinds} ortholog pair joins genes of {source.dataset!r} and {target.dataset!r}: "
            "ingest an orthology that has such pairs, or ask for kinds=all"
        )
        raise InputError(message)
    return pairs


def shared_classes(source: ExpressionView, target: ExpressionView) -> np.ndarray:
    """Return the keys of cell types with at least ten cells in both datasets, sorted.

    Raises
    ------
    InputError
        If there are fewer than two.
    """
    counts = [
        Counter(key for key in view.cell_types if key is not None) for view in (source, target)
    ]
    shared = sorted(key for key in counts[0] if min(c[key] for c in counts) >= MIN_CELLS)
    if len(shared) < 2:
        message = (
            f"{len(shared)} cell types have {MIN_CELLS} cells in both {source.dataset!r} and "
            f"{target.dataset!r}: expected two at least"
        )
        raise InputError(message)
    return np.array(shared, object)


def require_logs(view: ExpressionView) -> None:
    """Check that a view holds log1p of counts per 10 000.

    Raises
    ------
    ScaleError
        If it holds counts.
    """
    if view.scale != "log1p_cp10k":
        message = (
            f"expression of {view.dataset!r} is on the scale {view.scale!r}: expected log1p of "
            "counts per 10 000 (see ExpressionView.log1p_cp10k)"
        )
        raise ScaleError(message)


def variable_genes(view: ExpressionView, candidates: np.ndarray, n_genes: int) -> np.ndarray:
    """Return the `n_genes` of `candidates` that vary most over the cells, in the view's order."""
    inside = np.flatnonzero(np.isin(view.genes, candidates))
    return np.asarray(view.genes[inside[variable_columns(view.values[:, inside], n_genes)]])


def standardised(view: ExpressionView, genes: np.ndarray, training: np.ndarray) -> Standardised:
    """Return cells × `genes`, in standard deviations from the mean of the `training` cells."""
    values = view.subset(genes=genes).values.toarray()
    mean, sd = moments(values[training])
    return Standardised(standard_scores(values, mean, sd), mean, sd)


def moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each column; 1 for one that hardly varies."""
    sd = values.std(axis=0)
    return values.mean(axis=0), np.where(sd < _LEAST_SD, 1, sd)


def standard_scores(values: np.ndarray, mean: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """Return standard deviations from the mean, cut to ten; float32, shape as `values`."""
    return np.clip((values - mean) / sd, -_CLIP, _CLIP).astype(FLOAT)


def confounding(view: ExpressionView, cells: np.ndarray) -> str | None:
    """Return a note if cell types cannot be told from donors among `cells` (a mask), else None."""
    donors, types = view.donors[cells], view.cell_types[cells]
    of: dict[str, set[str]] = {}
    for donor, kind in zip(donors, types, strict=True):
        of.setdefault(str(kind), set()).add(str(donor))
    lone = sorted(kind for kind, found in of.items() if len(found) == 1)
    if not lone or len(set(donors)) < 2:
        return None
    return (
        f"{view.dataset}: {', '.join(lone)} come from one donor only: the effects of cell type "
        "and donor cannot be told apart"
    )


def _prefixes(keys: np.ndarray) -> str:
    found = Counter(str(key).partition(":")[0] for key in keys)
    return ", ".join(name for name, _ in found.most_common(3)) or "none"
