"""Bulk samples of one dataset as models read them: expression, phenotype, survival and panels."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.views.columns import CellColumnsView
from orthoweave.views.digests import digest_of
from orthoweave.views.expression import CellsByGenes

_BY_SAMPLE: Final = (
    *("cells", "cell_types", "labels", "donors", "totals", "values", "patients"),
    *("texts", "numbers", "months", "event"),
)


@dataclass(frozen=True, slots=True)
class Panel:
    """A set of genes, such as those of an assay."""

    name: str
    genes: tuple[str, ...]
    """Keys or symbols."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplesView(CellsByGenes):
    """Samples of a dataset; `labels` are their groups.

    A gene of `genes` was measured in all samples, and zero is an observed zero; one that is not
    among them was not measured. Survival is known of the samples whose `months` are not NaN.

    Raises
    ------
    InputError
        If shapes do not fit, or a time is not above zero.
    """

    values: np.ndarray
    """Expression on `scale`, shape ``(n_samples, n_genes)``, float32."""
    patients: np.ndarray
    """Key of each sample's patient, or of the sample where none is known, ``(n_samples,)``."""
    text_names: tuple[str, ...]
    texts: np.ndarray
    """Phenotype in texts or None, shape ``(n_samples, len(text_names))``."""
    number_names: tuple[str, ...]
    numbers: np.ndarray
    """Phenotype in numbers, shape ``(n_samples, len(number_names))``, float64; NaN for none."""
    months: np.ndarray
    """Time to the event or the end of observation, NaN where unknown, shape ``(n_samples,)``."""
    event: np.ndarray
    """Mask of samples with an event, shape ``(n_samples,)``; False where `months` is NaN."""
    endpoint: str
    """Name of the event, such as ``death``; empty where nobody said."""
    panel_names: tuple[str, ...] = ()
    panels: np.ndarray
    """True for the genes of a panel, shape ``(len(panel_names), n_genes)``, bool."""
    notes: tuple[str, ...] = ()
    """Sentences on what was converted, or is missing."""

    def __post_init__(self) -> None:
        n_samples, n_genes = len(self.cells), len(self.genes)
        shapes = {
            "values": (n_samples, n_genes),
            "patients": (n_samples,),
            "months": (n_samples,),
            "event": (n_samples,),
            "panels": (len(self.panel_names), n_genes),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                found = getattr(self, name).shape
                message = f"{name} of {self.dataset!r}: expected shape {shape}, found {found}"
                raise InputError(message)
        known = np.isfinite(self.months)
        if (self.months[known] <= 0).any() or self.event[~known].any():
            message = (
                f"survival of {self.dataset!r}: expected months above zero where an event came, "
                "and NaN where nothing is known"
            )
            raise InputError(message)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, computed anew at each access."""
        return digest_of(self)

    @property
    def phenotype(self) -> CellColumnsView:
        """Phenotype by name."""
        return CellColumnsView(
            self.cells, self.text_names, self.texts, self.number_names, self.numbers
        )

    def panel(self, name: str) -> np.ndarray:
        """Return the numbers of the genes in a panel, increasing.

        Raises
        ------
        UnknownNameError
            If there is none of that name.
        """
        if name not in self.panel_names:
            message = f"no panel {name!r}: expected one of {', '.join(self.panel_names) or 'none'}"
            raise UnknownNameError(message)
        return np.flatnonzero(self.panels[self.panel_names.index(name)])

    def subset(self, samples: np.ndarray) -> "SamplesView":
        """Return the view of only these samples, by number or mask, in the order given."""
        rows: dict[str, Any] = {name: getattr(self, name)[samples] for name in _BY_SAMPLE}
        return replace(self, **rows)
