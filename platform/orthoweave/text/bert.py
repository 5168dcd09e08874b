"""BERT sentence encoders on numpy: all-MiniLM-L6-v2 on a CPU needs no PyTorch.

BERT: Devlin et al. 2019, doi:10.18653/v1/N19-1423; the mean of its last states as the vector of a
sentence: Reimers and Gurevych 2019, doi:10.18653/v1/D19-1410. The vectors are those of
sentence-transformers but for rounding. Why numpy: ``docs/decisions/0016-minilm-on-numpy.md``.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from orthoweave.progress import Progress, Quiet
from orthoweave.text.base import Vectors, unit_rows
from orthoweave.text.bert_files import TOKENIZER, WORDS, Shape, open_weights
from orthoweave.text.digest import FolderModel

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array: TypeAlias = npt.NDArray[np.float32]

_BATCH: Final = 64


class BertEncoder(FolderModel):
    """A BERT model with mean pooling; its files are read when it is first used."""

    def __init__(self, name: str, folder: Path, shape: Shape) -> None:
        super().__init__(name, folder)
        self._shape = shape

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return self._shape.dimension

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return the vectors of `texts`, shape ``(len(texts), dimension)``, each of length 1.

        A text longer than the model takes (256 tokens for MiniLM) is cut at its end. Texts with
        the same tokens, such as ``Krt19`` and ``KRT19`` for a model without upper case, are encoded
        once. A batch holds texts of one number of tokens, so that nothing is padded.
        """
        tokens = [tuple(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts))]
        rows = {ids: row for row, ids in enumerate(dict.fromkeys(tokens))}
        vectors = np.zeros((len(rows), self.dimension), np.float32)
        with (progress or Quiet()).task(f"embedding texts with {self._name}", len(rows)) as task:
            for batch in _batches(sorted(rows, key=lambda ids: (-len(ids), ids))):
                states = self._states(np.array(batch))
                vectors[[rows[ids] for ids in batch]] = states.mean(axis=1)
                task.advance(len(batch))
        return unit_rows(vectors)[[rows[ids] for ids in tokens]]

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=self._shape.max_tokens)
        return tokenizer

    @cached_property
    def _weights(self) -> dict[str, Array]:
        """All weights but the vectors of the words, of which a text needs few."""
        with open_weights(self._folder) as file:
            names = list(file.keys())
            return {name: file.get_tensor(name) for name in names if name != WORDS}

    def _words(self, ids: npt.NDArray[np.int64]) -> Array:
        """Read the vectors of words, shape ``(len(ids), dimension)``."""
        with open_weights(self._folder) as file:
            rows = file.get_slice(WORDS)
            return np.concatenate([rows[number : number + 1] for number in ids.tolist()])

    def _states(self, ids: npt.NDArray[np.int64]) -> Array:
        """Return the states of the last layer, shape ``(n_texts, n_tokens, dimension)``."""
        distinct, places = np.unique(ids, return_inverse=True)
        x = self._words(distinct)[places.reshape(ids.shape)]
        x += self._weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x += self._weights["embeddings.token_type_embeddings.weight"][0]
        x = self._normalize(x, "embeddings.LayerNorm")
        for number in range(self._shape.layers):
            layer = f"encoder.layer.{number}"
            attended = self._linear(self._attend(x, layer), f"{layer}.attention.output.dense")
            x = self._normalize(x + attended, f"{layer}.attention.output.LayerNorm")
            inner = _gelu(self._linear(x, f"{layer}.intermediate.dense"))
            outer = self._linear(inner, f"{layer}.output.dense")
            x = self._normalize(x + outer, f"{layer}.output.LayerNorm")
        return x

    def _attend(self, x: Array, layer: str) -> Array:
        """Return what each token takes from all tokens of its text, by the heads of a layer."""
        n_texts, n_tokens, dimension = x.shape
        heads = self._shape.heads
        query, key, value = (
            self._linear(x, f"{layer}.attention.self.{part}")
            .reshape(n_texts, n_tokens, heads, dimension // heads)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(dimension // heads))
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        return (shares @ value).transpose(0, 2, 1, 3).reshape(x.shape)

    def _linear(self, x: Array, name: str) -> Array:
        # one large product: numpy would multiply the texts of a batch one by one
        product = x.reshape(-1, x.shape[-1]) @ self._weights[f"{name}.weight"].T
        return (product + self._weights[f"{name}.bias"]).reshape(*x.shape[:-1], -1)

    def _normalize(self, x: Array, name: str) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        scaled: Array = centred / np.sqrt(variance + np.float32(self._shape.epsilon))
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _batches(tokens: Sequence[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
    """Yield runs of texts that have one number of tokens, at most `_BATCH` together."""
    batch: list[tuple[int, ...]] = []
    for ids in tokens:
        if batch and (len(batch) == _BATCH or len(ids) != len(batch[0])):
            yield batch
            batch = []
        batch.append(ids)
    if batch:
        yield batch


def _gelu(x: Array) -> Array:
    from scipy.special import erf

    activated: Array = x * np.float32(0.5) * (1 + erf(x * np.float32(np.sqrt(0.5))))
    return activated
