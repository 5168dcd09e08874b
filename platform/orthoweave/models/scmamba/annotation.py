"""Cell types by a classifier on three vectors of a cell, learnt on donors other than those tested.

Three vectors stand at head, middle and tail of the genes, as a scan's memory decays: one could not
hear of all genes.
"""

from dataclasses import dataclass

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.base import RunContext
from orthoweave.models.evaluation import split_by_donor
from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.models.scmamba.inputs import Prepared, require_donors
from orthoweave.models.scmamba.network import (
    Arrays,
    Examples,
    arrays_of,
    class_chances,
    trained_classifier,
)
from orthoweave.views.expression import ExpressionView


@dataclass(frozen=True, slots=True)
class Labelled:
    """The cells whose types are learnt, and those on which they are tested."""

    classes: np.ndarray
    """Keys of the types, sorted, shape ``(n_classes,)``."""
    labels: np.ndarray
    """Number of each cell's type, -100 for none or another type; shape ``(n_cells,)``."""
    training: np.ndarray
    """Mask of the cells of training donors, labelled or not."""
    learnt: np.ndarray
    """Numbers of the cells whose type is read."""
    tested: np.ndarray
    """Numbers of the cells of test donors with a type."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A trained classifier with its probabilities for all cells."""

    network: Arrays
    chances: np.ndarray
    """Shape ``(n_cells, n_classes)``."""
    vectors: np.ndarray
    """Shape ``(n_cells, 3 * width)``, float32; ``(n_cells, width)`` of a set."""


def labelled_cells(view: ExpressionView, config: ScMambaConfig) -> Labelled:
    """Return types that two training donors have, the cells to learn, and those to test on.

    Raises
    ------
    InputError
        If there are no types or donors, or fewer than two types are left.
    """
    view.require_types("the network learns from")
    require_donors(view, "to learn on some and test on others")
    names = sorted({str(donor) for donor in view.donors})
    split = split_by_donor(view.donors, test=config.test_donors or names[-1:])
    typed = view.cell_types != None  # noqa: E711 - element by element
    kinds = sorted({str(key) for key in view.cell_types[typed & split.train]})
    n_donors = {
        key: len({str(d) for d in view.donors[split.train & (view.cell_types == key)]})
        for key in kinds
    }
    least = min(2, len({str(donor) for donor in view.donors[split.train]}))
    classes = np.array([key for key in kinds if n_donors[key] >= least], object)
    left = [key for key in kinds if n_donors[key] < least]
    if len(classes) < 2:
        message = (
            f"{view.dataset!r}: {len(classes)} cell types with cells of {least} training donors: "
            "expected two types at least, each in more than one donor"
        )
        raise InputError(message)
    place = {key: number for number, key in enumerate(classes)}
    labels = np.array([place.get(key, -100) for key in view.cell_types], np.int64)
    learnt = _drawn(labels, np.flatnonzero(split.train & (labels >= 0)), config)
    notes = (f"types of one training donor alone were left out: {', '.join(left)}",) * bool(left)
    tested = np.flatnonzero(split.test & (labels >= 0))
    return Labelled(classes, labels, split.train, learnt, tested, notes)


def _drawn(labels: np.ndarray, cells: np.ndarray, config: ScMambaConfig) -> np.ndarray:
    """Return some random cells of each type, increasing; all cells if none are to be left out."""
    if not config.labels_per_type:
        return cells
    random = np.random.default_rng(config.seed % 2**32)
    parts = [cells[labels[cells] == one] for one in np.unique(labels[cells])]
    drawn = [
        random.choice(part, min(config.labels_per_type, len(part)), replace=False) for part in parts
    ]
    return np.sort(np.concatenate(drawn))


def annotate(
    prepared: Prepared,
    known: Labelled,
    encoder: Arrays | None,
    config: ScMambaConfig,
    context: RunContext,
    *,
    name: str,
    shuffled: bool = False,
) -> Annotated:
    """Train the classifier on the labelled cells, and apply it to all.

    Parameters
    ----------
    encoder
        Pretrained parameters; random ones if None.
    name
        Name of the training.
    shuffled
        Whether the labels are permuted over the cells: the control.
    """
    everything = Examples.of(prepared.profiles)
    labels = known.labels[known.learnt]
    if shuffled:
        labels = np.random.default_rng(config.seed % 2**32).permutation(labels)
    network = trained_classifier(
        Examples(everything.values[known.learnt], everything.known, labels),
        len(known.classes),
        prepared.genes,
        encoder,
        config=config,
        context=context,
        name=name,
    )
    chances, vectors = class_chances(network, everything, config)
    return Annotated(arrays_of(network), chances, vectors)
