"""Random columns for the large world: keys, values with nulls, lists of strings."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from orthoweave.testing.sources import HUMAN, MOUSE

SPECIES: Final = (HUMAN, MOUSE)
DATASETS: Final = ("atlas_human", "biopsy_human", "atlas_mouse", "biopsy_mouse")
"""Two of each species, in the order of `SPECIES`."""
_FIRST_GENE: Final = 1_000_001
_STEP: Final = 1 << 12


def gene_keys(n_genes: int) -> pa.Array:
    """Return the keys of the genes of both species, in sorted order."""
    numbers = [
        _FIRST_GENE * (1 + species) + gene for species in range(2) for gene in range(n_genes)
    ]
    return pa.array([f"NCBIGene:{number}" for number in numbers])


def type_keys(n_types: int) -> pa.Array:
    """Return the keys of the cell types."""
    return pa.array([f"CL:{number:07d}" for number in range(1, n_types + 1)])


def taken(values: pa.Array | Sequence[str], rows: np.ndarray) -> pa.Array:
    """Return `values` at `rows`."""
    source = values if isinstance(values, pa.Array) else pa.array(values)
    return source.take(pa.array(rows))


def with_nulls(draw: np.random.Generator, values: pa.Array, share: float) -> pa.Array:
    """Return values with a share of them replaced by null."""
    mask = pa.array(draw.random(len(values)) < share)
    return pa.compute.if_else(mask, pa.scalar(None, values.type), values)


def steps(draw: np.random.Generator, n: int, high: float) -> np.ndarray:
    """Return numbers in (0, `high`], most of them small, each a multiple of 2⁻¹²."""
    drawn = np.ceil(draw.random(n) ** 3 * high * _STEP)
    return np.maximum(drawn, 1.0) / _STEP


def text_lists(
    draw: np.random.Generator, n: int, texts: Sequence[str], *, nulls: float = 0.1
) -> pa.Array:
    """Return lists of zero to three strings, with a share of them replaced by null."""
    lengths = draw.integers(0, 4, n)
    missing = draw.random(n) < nulls
    lengths[missing] = 0
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    values = taken(texts, draw.integers(0, len(texts), int(lengths.sum())))
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=pa.array(missing))


def distinct_pairs(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return distinct pairs in sorted order."""
    width = int(other.max(initial=0)) + 1
    codes = np.unique(one.astype(np.int64) * width + other)
    return codes // width, codes % width
