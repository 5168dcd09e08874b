"""An encoder without a model: hashed character n-grams, for tests and for offline trials.

It compares spelling, not meaning: texts that share words or parts of words are near each other.
Its vectors are the same on every machine.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from orthoweave.errors import UsageError
from orthoweave.progress import Progress, Quiet
from orthoweave.text.base import Vectors, unit_rows

HASHED_NGRAMS: Final = "hashed-ngrams"
_WORD: Final = re.compile(r"[^\W_]+")
_GRAM: Final = 4
# a whole word tells more than any of its parts
_WHOLE_WORD: Final = 2.0


class HashedEncoder:
    """Signed hashing of words and of their 4-grams into a fixed number of dimensions.

    The hashing trick of Weinberger et al. 2009, doi:10.1145/1553374.1553516.
    """

    def __init__(self, dimension: int = 256) -> None:
        self._dimension = dimension
        self._words: dict[str, np.ndarray] = {}

    @property
    def name(self) -> str:
        """``hashed-ngrams``."""
        return HASHED_NGRAMS

    @property
    def digest(self) -> str:
        """SHA-256 of all that decides the vectors."""
        rule = f"{HASHED_NGRAMS} 1 {self._dimension} {_GRAM} {_WHOLE_WORD}"
        return hashlib.sha256(rule.encode()).hexdigest()

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return self._dimension

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return the vectors of `texts`, shape ``(len(texts), dimension)``, each of length 1."""
        vectors = np.zeros((len(texts), self._dimension))
        with (progress or Quiet()).task("hashing texts", len(texts)) as task:
            for row, text in enumerate(texts):
                # a text without words counts as a word: no vector may be zero
                for word in _WORD.findall(text.lower()) or [text]:
                    vectors[row] += self._word(word)
                task.advance()
        return unit_rows(vectors)

    def _word(self, word: str) -> np.ndarray:
        vector = self._words.get(word)
        if vector is None:
            vector = np.zeros(self._dimension)
            padded = f"^{word}$"
            grams = [padded[i : i + _GRAM] for i in range(max(1, len(padded) - _GRAM + 1))]
            for text, weight in [(f"word {word}", _WHOLE_WORD), *((gram, 1.0) for gram in grams)]:
                place, sign = self._hash(text)
                vector[place] += sign * weight
            vector /= np.linalg.norm(vector) or 1.0
            self._words[word] = vector
        return vector

    def _hash(self, text: str) -> tuple[int, int]:
        number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
        return (number >> 1) % self._dimension, 1 - 2 * (number & 1)


def open_hashed(name: str, device: str) -> HashedEncoder:
    """Open the encoder; `device` is ignored."""
    del device
    if name != HASHED_NGRAMS:
        message = f"text model {name!r}: expected {HASHED_NGRAMS!r}, which has no variants"
        raise UsageError(message)
    return HashedEncoder()
