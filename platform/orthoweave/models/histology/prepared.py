"""Sections for learning: spots that show tissue, genes that all have, values and patches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.models.histology.config import HistologyConfig
from orthoweave.numerics.tissue import background_shares
from orthoweave.views.section import SectionView
from orthoweave.views.variable_genes import variable_genes

LEAST_SPOTS: Final = 50
MOST_BACKGROUND: Final = 0.6
"""Share of a patch that may be empty slide, and share that may be beyond the image."""
IMAGENET: Final = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


@dataclass(frozen=True, slots=True)
class Prepared:
    """One section."""

    view: SectionView
    """Its usable spots."""
    pixels: np.ndarray
    """Patches of the usable spots, shape ``(n_spots, size, size, 3)``, uint8."""
    values: np.ndarray
    """Logarithms of counts, scaled to the median total, of the learnt genes, float32."""
    detected: np.ndarray
    """Share of spots that express each learnt gene, shape ``(n_genes,)``."""

    @property
    def dataset(self) -> str:
        """Key of the section."""
        return self.view.dataset


def usable(view: SectionView) -> tuple[SectionView, np.ndarray, list[str]]:
    """Return the spots on tissue with their patches, and notes on those that were left out.

    Raises
    ------
    InputError
        If a barcode stands twice or fewer than 50 spots are left.
    """
    if len(set(view.cells.tolist())) < view.n_cells:
        message = f"{view.dataset!r}: a spot stands twice, expected each once"
        raise InputError(message)
    pixels = view.patches.read(np.arange(view.n_cells))
    empty = background_shares(pixels) > MOST_BACKGROUND
    beyond = view.patches.beyond() > MOST_BACKGROUND
    kept = ~(empty | beyond)
    notes = []
    if not kept.all():
        notes.append(
            f"{view.dataset!r}: {(~kept).sum():,} of {view.n_cells:,} spots left out, whose patch "
            f"is empty or beyond the image by more than {MOST_BACKGROUND:.0%}"
        )
    if kept.sum() < LEAST_SPOTS:
        message = (
            f"{view.dataset!r} has {kept.sum():,} spots on tissue: expected {LEAST_SPOTS} at "
            "least. Is width_um right, and the image that of the section?"
        )
        raise InputError(message)
    return view.subset(kept), pixels[kept], notes


def prepare(
    views: Sequence[SectionView], config: HistologyConfig
) -> tuple[list[Prepared], np.ndarray, list[str]]:
    """Return the sections, the keys of the learnt genes, and notes.

    The genes are the union over the sections of their most variable ones, among those that all
    sections measured.

    Raises
    ------
    InputError
        If species differ, genes are too few, a spot has no count, or spots are too few.
    """
    species = sorted({view.species for view in views})
    if len(species) > 1:
        message = f"sections of {', '.join(species)}: expected one species"
        raise InputError(message)
    shared = sorted(set.intersection(*(set(view.genes.tolist()) for view in views)))
    if len(shared) < config.top:
        message = f"{len(shared):,} genes are in all sections: expected {config.top} at least"
        raise InputError(message)
    kept = [usable(view) for view in views]
    counts = [_columns(view, np.array(shared, object)) for view, _, _ in kept]
    for (view, _, _), matrix in zip(kept, counts, strict=True):
        zero = np.asarray(matrix.sum(axis=1)).ravel() == 0
        if zero.any():
            message = (
                f"{view.dataset!r}: {zero.sum():,} spots have no count in the shared genes, such "
                f"as {view.cells[zero][0]!r}: expected some. Leave them out"
            )
            raise InputError(message)
    chosen = sorted({int(one) for matrix in counts for one in _variable(matrix, config.genes)})
    genes = np.array(shared, object)[chosen]
    made = [
        Prepared(view, pixels, normalised(matrix)[:, chosen], _detected(matrix, chosen))
        for (view, pixels, _), matrix in zip(kept, counts, strict=True)
    ]
    return made, genes, [note for _, _, notes in kept for note in notes]


def normalised(counts: sp.csr_matrix) -> np.ndarray:
    """Return log1p of counts scaled to the median total, shape ``(n_spots, n_genes)``, float32."""
    totals = np.asarray(counts.sum(axis=1)).ravel()
    scaled = sp.diags(np.median(totals) / totals) @ counts
    return np.log1p(scaled.toarray()).astype(np.float32)


def standardised(pixels: np.ndarray, colours: str) -> np.ndarray:
    """Return patches as the network takes them, shape ``(n, 3, size, size)``, float32.

    Parameters
    ----------
    pixels
        All patches of one section, shape ``(n, size, size, 3)``, uint8.
    colours
        ``section`` for mean 0 and deviation 1 of each channel over the section; ``imagenet`` for
        the constants of ImageNet.
    """
    values = pixels.astype(np.float32) / 255
    mean, sd = (np.array(one, np.float32) for one in IMAGENET)
    if colours == "section":
        mean, sd = values.mean((0, 1, 2)), np.maximum(values.std((0, 1, 2)), 1e-3)
    return np.ascontiguousarray(np.moveaxis((values - mean) / sd, 3, 1), np.float32)


def _columns(view: SectionView, genes: np.ndarray) -> sp.csr_matrix:
    place = {key: number for number, key in enumerate(view.genes)}
    return sp.csr_matrix(view.values[:, [place[key] for key in genes]])


def _variable(counts: sp.csr_matrix, n_genes: int) -> np.ndarray:
    totals = np.asarray(counts.sum(axis=1)).ravel()
    scaled = (sp.diags(10_000 / totals) @ counts).toarray()
    mean = scaled.mean(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        dispersion = np.where(mean > 0, scaled.var(0, ddof=1) / mean, np.nan)
    return variable_genes(mean, dispersion, n_genes)


def _detected(counts: sp.csr_matrix, chosen: Sequence[int]) -> np.ndarray:
    return np.asarray((counts[:, chosen] > 0).mean(axis=0)).ravel()
