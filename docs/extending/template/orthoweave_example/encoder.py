"""A text encoder: how often each letter occurs. Its vectors say little, and are quickly made."""

from collections.abc import Sequence
from string import ascii_lowercase

import numpy as np

from orthoweave.progress import Progress
from orthoweave.text.base import Vectors, unit_rows


class Letters:
    """Counts of the letters a to z, and of all else."""

    name = "letters"
    digest = "letters-1"
    dimension = len(ascii_lowercase) + 1

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return the vectors of texts, shape ``(len(texts), 27)``, each of length 1."""
        del progress
        vectors = np.zeros((len(texts), self.dimension))
        for row, text in enumerate(texts):
            for letter in text.lower() or " ":
                vectors[row, ascii_lowercase.find(letter)] += 1
        return unit_rows(vectors)


def open_letters(name: str, device: str) -> Letters:
    """Open the encoder; ``letters`` has no variants and no device."""
    del name, device
    return Letters()
