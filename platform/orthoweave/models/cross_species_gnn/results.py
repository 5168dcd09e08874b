"""Results of the graph network across species: the named cells and the measures of a fit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from orthoweave.models.calibration.calibrate import Calibrated
from orthoweave.models.calibration.named import CalibratedCells, least_certain, measures_of
from orthoweave.views.expression import ExpressionView

if TYPE_CHECKING:
    # it needs PyTorch, which the list of models does not need
    from orthoweave.models.cross_species_gnn.held_out import HeldOut


@dataclass(frozen=True, slots=True)
class Named(CalibratedCells):
    """A fit: the named cells of the target, and what was learnt."""

    n_genes: tuple[int, int]
    """Genes of source and target that are nodes."""
    notes: tuple[str, ...]
    genes: np.ndarray
    """Keys of the source genes that are nodes, shape ``(n_source_genes,)``."""
    learnt: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Parameters of the network, and what its source genes hear of their cells, by name."""
    held_out: "HeldOut | None" = None
    """Held-out donors; None if the threshold was given."""
    vectors: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """Vector of each target cell, shape ``(n_cells, width)``, float32."""


def calibrated_named(
    found: Calibrated,
    held_out: "HeldOut",
    *,
    genes: np.ndarray,
    n_genes: tuple[int, int],
    notes: tuple[str, ...] = (),
    vectors: np.ndarray,
    learnt: Mapping[str, np.ndarray] | None = None,
) -> Named:
    """Return the cells that a calibration names; the threshold is the least certain of them."""
    return Named(
        held_out.reference.classes,
        found.probability,
        least_certain(found),
        n_genes,
        notes,
        genes,
        learnt or {},
        held_out,
        vectors,
        calibrated=found,
    )


def measures(fitted: Named, target: ExpressionView) -> dict[str, float | int | str]:
    """Return the numbers of cells and genes, and how well named cells agree with their authors."""
    found = measures_of(fitted, target.cell_types)
    first = {name: found.pop(name) for name in ("cells", "coverage", "threshold")}
    first["source_genes"], first["target_genes"] = fitted.n_genes
    return first | found
