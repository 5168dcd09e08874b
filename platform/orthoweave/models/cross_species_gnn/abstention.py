"""Learn the probability that naming a cell requires from donors outside of training."""

from dataclasses import dataclass, replace

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.fitting import train
from orthoweave.models.cross_species_gnn.task import make_task
from orthoweave.progress import Progress
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Predictions for source cells of donors that were held out of training."""

    donors: np.ndarray
    """Donor of each cell, shape ``(n_cells,)``."""
    truth: np.ndarray
    """Key of each cell's type."""
    predicted: np.ndarray
    """Key of the type with the highest probability."""
    probability: np.ndarray
    """That probability, from 0 to 1."""

    @property
    def right(self) -> np.ndarray:
        """Mask of the cells with the right type, shape ``(n_cells,)``."""
        return np.asarray(self.truth == self.predicted)


def predict_held_out(
    source: ExpressionView,
    target: ExpressionView,
    pairs: Bipartite,
    config: CrossSpeciesConfig,
    progress: Progress,
) -> HeldOut:
    """Train once without each donor of the source and name that donor's cells.

    Cells of the held-out donor stay nodes, like those of the target, but their types are hidden
    from the choice of markers and from training.

    Raises
    ------
    InputError
        If the source has cells without a donor, or one donor only.
    """
    names = sorted({str(donor) for donor in source.donors})
    if any(donor is None for donor in source.donors) or len(names) < 2:
        message = (
            f"{source.dataset!r} has donors {names!r}: expected two at least and one for each "
            "cell, to learn from held-out donors when to abstain; or give a threshold"
        )
        raise InputError(message)
    # a type that only one donor has cannot be known while that donor is held out
    lenient = replace(config, min_cells=1, types=())
    parts = []
    for name in names:
        held = np.asarray(source.donors == name)
        task = make_task(source, target, pairs, lenient, held)
        found = train(task, config, progress).source[np.isin(task.source.cells, source.cells[held])]
        parts.append(
            (
                source.donors[held],
                source.cell_types[held],
                task.classes[found.argmax(axis=1)],
                found.max(axis=1),
            )
        )
    return HeldOut(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def choose_threshold(held_out: HeldOut, precision: float) -> float:
    """Return the lowest probability at which named cells of held-out donors are right enough.

    Parameters
    ----------
    precision
        Share of named cells that must be right, from 0 to 1. If no threshold reaches it, the
        nearest one is returned, and of equals the one that names most cells.
    """
    order = np.argsort(-held_out.probability, kind="stable")
    probability, right = held_out.probability[order], held_out.right[order]
    share = np.cumsum(right) / np.arange(1, len(right) + 1)
    # cells with the same probability are named together
    last = np.append(probability[1:] != probability[:-1], True)
    share, probability = share[last], probability[last]
    enough = np.flatnonzero(share >= precision)
    best = enough[-1] if len(enough) else np.flatnonzero(share == share.max())[-1]
    return 0.0 if best == len(share) - 1 else float(probability[best])
