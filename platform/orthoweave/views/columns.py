"""Columns about cells that a user brings beside an embedding: classes, targets, coordinates."""

from dataclasses import dataclass

import numpy as np

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.views.digests import digest_of


@dataclass(frozen=True, slots=True)
class CellColumnsView:
    """Texts and numbers by cell.

    Raises
    ------
    InputError
        If shapes do not fit, or a cell occurs twice.
    """

    ids: np.ndarray
    """Keys of the cells, shape ``(n_cells,)``, texts."""
    text_names: tuple[str, ...]
    texts: np.ndarray
    """Texts or None, shape ``(n_cells, len(text_names))``."""
    number_names: tuple[str, ...]
    numbers: np.ndarray
    """Shape ``(n_cells, len(number_names))``, float64; NaN where there is none."""

    def __post_init__(self) -> None:
        for names, values in ((self.text_names, self.texts), (self.number_names, self.numbers)):
            if values.shape != (len(self.ids), len(names)):
                message = (
                    f"columns of cells: expected shape {(len(self.ids), len(names))}, found "
                    f"{values.shape}"
                )
                raise InputError(message)
        if len(set(self.ids)) != len(self.ids):
            message = "columns of cells: a cell stands twice; expected each once"
            raise InputError(message)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, computed anew at each access."""
        return digest_of(self)

    def text(self, name: str) -> np.ndarray:
        """Return a column as texts or None, shape ``(n_cells,)``; numbers are written out."""
        if name in self.text_names:
            return np.asarray(self.texts[:, self.text_names.index(name)])
        found = self.number(name)
        return np.array([None if np.isnan(one) else f"{one:g}" for one in found], object)

    def number(self, name: str) -> np.ndarray:
        """Return a column of numbers, shape ``(n_cells,)``, float64.

        Raises
        ------
        UnknownNameError
            If there is none of that name.
        """
        if name not in self.number_names:
            what = "is of texts" if name in self.text_names else "is not there"
            message = (
                f"column {name!r} {what}: expected a column of numbers, one of "
                f"{', '.join(self.number_names) or 'none at all'}"
            )
            raise UnknownNameError(message)
        return np.asarray(self.numbers[:, self.number_names.index(name)])
