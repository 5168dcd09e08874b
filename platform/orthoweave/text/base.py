"""The interface of text encoders: texts in, vectors of length 1 out."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from orthoweave.progress import Progress

Vectors: TypeAlias = npt.NDArray[np.float32]


class TextEncoder(Protocol):
    """Turns texts into vectors whose inner product measures how alike their meanings are."""

    @property
    def name(self) -> str:
        """Name by which the encoder is opened again."""

    @property
    def digest(self) -> str:
        """SHA-256 of all that decides the vectors: weights, tokenizer and configuration."""

    @property
    def dimension(self) -> int:
        """Length of the vectors."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return the vectors of `texts`, shape ``(len(texts), dimension)``, each of length 1."""


def unit_rows(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Return the rows of `vectors` scaled to length 1, in float32; a row of zeros stays zero.

    Examples
    --------
    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).round(2).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return scaled.astype(np.float32)
