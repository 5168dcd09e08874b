"""Results of the graph network across species: the named cells and the measures of a fit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from orthoweave.models.named_cells import NamedCells, named_measures
from orthoweave.views.expression import ExpressionView


@dataclass(frozen=True, slots=True)
class Named(NamedCells):
    """A fit: the named cells of the target, and what the network has learnt."""

    held_out_accuracy: float | None
    """Share of cells of held-out source donors that were named rightly, if it was measured."""
    n_genes: tuple[int, int]
    """Genes of source and target that are nodes."""
    notes: tuple[str, ...]
    genes: np.ndarray
    """Keys of the source genes that are nodes, shape ``(n_source_genes,)``."""
    learnt: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Parameters of the network, and what its source genes hear of their cells, by name."""
    vectors: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """Vector of each target cell, shape ``(n_cells, width)``, float32."""


def measures(fitted: Named, target: ExpressionView) -> dict[str, float | int | str]:
    """Return the numbers of cells and genes, and how well named cells agree with their authors."""
    found = named_measures(fitted, target.cell_types)
    first = {name: found.pop(name) for name in ("cells", "coverage", "threshold")}
    first["source_genes"], first["target_genes"] = fitted.n_genes
    if fitted.held_out_accuracy is not None:
        first["held_out_donor_accuracy"] = round(fitted.held_out_accuracy, 6)
    return first | found
