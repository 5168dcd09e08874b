"""The state of a fitted model: arrays by name, the genes that it knows, and the scale of values."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from orthoweave.errors import InputError
from orthoweave.views.expression import CellsByGenes

LEAST_FOUND: Final = 0.6
"""Share of a vocabulary's genes that data must have for weights to be applied to them."""
ENOUGH_FOUND: Final = 0.8
"""Share below which a note warns."""

Plain = str | int | float | bool | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The genes that weights are of, in the order of their arrays."""

    species: str
    """Key of the species, such as ``NCBITaxon:9606``."""
    genes: np.ndarray
    """Keys of the genes, shape ``(n_genes,)``, texts, each once."""

    @property
    def namespace(self) -> str:
        """Prefixes of the keys, such as ``NCBIGene``, sorted and joined by a comma."""
        return ", ".join(sorted({str(gene).partition(":")[0] for gene in self.genes}))

    @property
    def digest(self) -> str:
        """SHA-256 of the species and of all genes in their order."""
        return hashlib.sha256("\n".join([self.species, *self.genes]).encode()).hexdigest()

    def measured_by(self, view: CellsByGenes) -> np.ndarray:
        """Return the mask of the genes that a dataset measured, shape ``(n_genes,)``.

        Raises
        ------
        InputError
            If the dataset is of another species.
        """
        if view.species != self.species:
            message = (
                f"{view.dataset!r} is of {view.species}: expected a dataset of {self.species}, "
                "whose genes these weights read"
            )
            raise InputError(message)
        return np.isin(self.genes, view.genes)


@dataclass(frozen=True, slots=True)
class State:
    """The arrays, vocabulary and values that a fitted model keeps."""

    arrays: Mapping[str, np.ndarray]
    """Arrays by name, of float32, float64, int32, int64 or bool, all finite."""
    vocabulary: Vocabulary
    scale: str
    """Scale of the expression that the model reads, such as ``log1p_cp10k``."""
    transformation: str
    """Steps from there to the input of its arrays, in a sentence."""
    values: Mapping[str, Plain] = field(default_factory=dict)
    """Further small values, such as a threshold or the keys of classes."""

    def array(self, name: str, *shape: int | None, kind: str = "f") -> np.ndarray:
        """Return an array after checking its shape and its kind.

        Parameters
        ----------
        shape
            Length of each axis; None for any.
        kind
            NumPy's letter: ``f`` for floating point, ``i`` for whole numbers, ``b`` for truths.

        Raises
        ------
        InputError
            If there is none of that name, or it has another shape or kind.
        """
        found = self.arrays.get(name)
        wanted = "(" + ", ".join("any" if n is None else str(n) for n in shape) + ")"
        if found is None:
            message = f"weights: expected an array {name!r} of shape {wanted}, found none"
            raise InputError(message)
        fits = found.ndim == len(shape) and all(
            n is None or n == length for n, length in zip(shape, found.shape, strict=True)
        )
        if not fits or found.dtype.kind != kind:
            message = (
                f"weights: array {name!r}: expected shape {wanted} of kind {kind!r}, found "
                f"{found.shape} of {found.dtype}"
            )
            raise InputError(message)
        return found

    def numbers(self, name: str, length: int, below: int) -> np.ndarray:
        """Return an array of numbers from 0 to `below`, shape ``(length,)``, int64.

        Raises
        ------
        InputError
            As for `array`, and if a number is out of its range.
        """
        found = self.array(name, length, kind="i").astype(np.int64)
        if len(found) and (found.min() < 0 or found.max() >= below):
            message = f"weights: array {name!r}: expected numbers from 0 to {below - 1}"
            raise InputError(message)
        return found

    def texts(self, name: str) -> np.ndarray:
        """Return a value that is a list of texts, shape ``(n,)``, each once.

        Raises
        ------
        InputError
            If there is none of that name, or it is not such a list.
        """
        found = self.values.get(name)
        if not isinstance(found, tuple) or not found or len(set(found)) != len(found):
            message = f"weights: value {name!r}: expected a list of texts, each once"
            raise InputError(message)
        return np.array(found, object)

    def share(self, name: str) -> float:
        """Return a value that is a share from 0 to 1.

        Raises
        ------
        InputError
            If it is not.
        """
        found = self.values.get(name)
        if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= 1:
            message = f"weights: value {name!r}: expected a share from 0 to 1, found {found!r}"
            raise InputError(message)
        return float(found)


def found_share(found: np.ndarray, vocabulary: Vocabulary, what: str) -> tuple[float, str]:
    """Return the share of a vocabulary's genes that data have, and a warning if they are few.

    Parameters
    ----------
    found
        Mask of the genes, shape ``(n_genes,)``.
    what
        Name of the data, for messages.

    Raises
    ------
    InputError
        If it is under 60 %.
    """
    if found.shape != vocabulary.genes.shape or found.dtype != bool:
        message = f"expected a mask of {len(vocabulary.genes)} genes, found shape {found.shape}"
        raise InputError(message)
    share = float(found.mean())
    missing = [str(gene) for gene in vocabulary.genes[~found][:3]]
    text = (
        f"{what} has {share:.0%} of the {len(found)} genes of the weights "
        f"({vocabulary.namespace} of {vocabulary.species}"
        f"{', without ' + ', '.join(missing) + ' and others' if missing else ''})"
    )
    if share < LEAST_FOUND:
        message = (
            f"{text}: expected {LEAST_FOUND:.0%} at least. Apply weights that were learnt from "
            "data with these genes, or ingest the data with genes of that namespace"
        )
        raise InputError(message)
    return share, f"{text}: below {ENOUGH_FOUND:.0%}, expect more errors" * (share < ENOUGH_FOUND)
