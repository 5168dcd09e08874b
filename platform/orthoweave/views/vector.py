"""Vectors of a space as models read them, such as the text vectors of genes."""

from dataclasses import dataclass

import numpy as np

from orthoweave.errors import InputError
from orthoweave.views.digests import digest_of


@dataclass(frozen=True, slots=True)
class VectorView:
    """Vectors by key, all made by one model.

    Raises
    ------
    InputError
        If shapes do not fit, a key occurs twice, or a value is not finite.
    """

    space: str
    """Vector space, such as ``gene_text``."""
    model: str
    """Model that made the vectors."""
    ids: np.ndarray
    """Keys, shape ``(n,)``, texts."""
    vectors: np.ndarray
    """Shape ``(n, dimension)``, float32."""

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or len(self.ids) != len(self.vectors):
            message = (
                f"vectors of {self.space}: expected shape ({len(self.ids)}, dimension), found "
                f"{self.vectors.shape}"
            )
            raise InputError(message)
        if len(set(self.ids)) != len(self.ids):
            message = f"vectors of {self.space}: a key stands twice; expected each once"
            raise InputError(message)
        if not np.isfinite(self.vectors).all():
            message = f"vectors of {self.space}: expected finite values, found others"
            raise InputError(message)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, computed anew at each access."""
        return digest_of(self)
