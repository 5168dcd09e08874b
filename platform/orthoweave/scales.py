"""The scales that expression comes in, each with its unit.

Counts are stored as they are and shown as log1p of counts per 10 000. Values that were normalised
before are stored and shown on the scale that their user declares; nothing turns one into another.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from orthoweave.errors import ScaleError

COUNTS: Final = "counts"
LOGS: Final = "log1p_cp10k"


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of values."""

    name: str
    unit: str
    """Meaning of a value, in words."""
    target: float | None = None
    """Sum of a cell's linear values over all genes; None if it is not fixed."""
    from_zero: bool = True
    """Whether no value is below zero, and zero is the value of a gene without any count."""
    base: float | None = None
    """Base of the logarithm of a linear value + 1; None if a value is not such a logarithm."""

    @property
    def linear(self) -> bool:
        """Return whether values add up: neither logarithms nor z-scores."""
        return self.from_zero and self.base is None


_ALL: Final = (
    Scale(LOGS, "log1p of counts per 10 000", 10_000.0, base=math.e),
    Scale("log1p", "log1p of normalised counts", base=math.e),
    Scale("log2_counts", "log2 of normalised counts + 1", base=2.0),
    Scale("log2_tpm", "log2 of transcripts per million + 1", 1_000_000.0, base=2.0),
    Scale("log2_fpkm", "log2 of fragments per kilobase and million + 1", base=2.0),
    Scale("tpm", "transcripts per million", 1_000_000.0),
    Scale("fpkm", "fragments per kilobase and million"),
    Scale("log2_intensity", "log2 of the intensity on a microarray", from_zero=False),
    Scale("zscore", "standard deviations from the gene's mean", from_zero=False),
)
DECLARED: Final[Mapping[str, Scale]] = {scale.name: scale for scale in _ALL}
"""Scales that a user may declare, by name."""
CHOICES: Final = f"--set scale={'|'.join(DECLARED)}"


def shown_scale(stored: str | None) -> Scale:
    """Return the scale of the means of a dataset by that of its matrix."""
    return DECLARED[LOGS if stored in (None, COUNTS) else str(stored)]


def logged_scale(stored: str | None) -> Scale:
    """Return the scale of logarithms on which models read a dataset by that of its matrix.

    It is the one that is shown, except of linear values, which have one of their own.

    Examples
    --------
    >>> logged_scale("tpm").name, logged_scale("counts").name, logged_scale("zscore").name
    ('log2_tpm', 'log1p_cp10k', 'zscore')
    """
    shown = shown_scale(stored)
    return DECLARED.get(f"log2_{shown.name}", shown)


def needs_counts(dataset: str, stored: str, what: str) -> ScaleError:
    """Return the error for a dataset of another scale, where counts are needed."""
    return ScaleError(
        f"{dataset} holds {stored} ({shown_scale(stored).unit}), and {what} needs counts: ingest "
        "the raw counts of these cells (an h5ad with counts in X or a layer, --set layer=NAME), "
        "or take a dataset that has them"
    )
