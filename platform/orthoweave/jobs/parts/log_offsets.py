"""Logarithms of values plus another offset than 1, such as log2(TPM + 0.001), found by their floor.

A value of zero becomes the logarithm of the offset, so that zeros lie on a floor below all others.
They are turned back into zeros, and the others into logarithms of the same value + 1.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import ScaleError, UsageError
from orthoweave.files.matrix_sources import MAXIMUM_BLOCK_VALUES, ROWS, Blocks, MatrixSource
from orthoweave.scales import DECLARED

_USUAL: Final = (0.5, 0.1, 0.01, 0.001, 0.0001, 0.00001)
# half the distance of neighbouring float16 numbers at -10, with room for rounding to two decimals
_NEAR: Final = 0.01
# a floor that nearly no value lies on is none
_FEWEST: Final = 0.001
# the offset does not show in larger logarithms, and their powers would overflow
_LARGEST: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Logs:
    """Logarithms to a base of values plus an offset."""

    base: float
    offset: float

    @property
    def floor(self) -> float:
        """Return the logarithm of a value of zero."""
        return float(np.log(self.offset) / np.log(self.base))

    def are_zero(self, values: np.ndarray) -> np.ndarray:
        """Return which logarithms lie on the floor."""
        found: np.ndarray = values <= self.floor + _NEAR
        return found

    def with_one(self, values: np.ndarray) -> np.ndarray:
        """Return the logarithms of the same values + 1, float32, zero on the floor."""
        exact = values.astype(np.float64)
        linear = np.power(self.base, np.minimum(exact, _LARGEST)) - self.offset
        linear[self.are_zero(exact)] = 0
        logs = np.log1p(np.maximum(linear, 0)) / np.log(self.base)
        return np.where(exact > _LARGEST, exact, logs).astype(np.float32)


def with_offset_one(source: MatrixSource, scale: str | None, offset: float | None) -> MatrixSource:
    """Return a source whose logarithms are of values + 1.

    Parameters
    ----------
    scale
        The declared scale; counts if None.
    offset
        What was added before the logarithm, as the user says; by default found by the floor.

    Raises
    ------
    UsageError
        If an offset is said of a scale without logarithms, or is not above zero.
    ScaleError
        If values lie below the floor, or are negative and no usual offset explains them.
    """
    base = None if scale is None else DECLARED[scale].base
    if base is None:
        if offset is not None:
            message = f"offset={offset:g} and scale={scale}: only logarithms have an offset"
            raise UsageError(message)
        return source
    if offset is not None and not (np.isfinite(offset) and offset > 0):
        message = f"offset={offset:g}: expected a number above zero, such as 0.001"
        raise UsageError(message)
    lowest = min((_lowest(block) for _, block in source.blocks()), default=0.0)
    if offset == 1 or (offset is None and not lowest < 0):
        return source
    logs = _Logs(base, offset) if offset is not None else _found(base, lowest)
    n_zero, n_values = _count(source, logs.are_zero)
    enough = n_zero >= _FEWEST * n_values or offset is not None
    if not enough or lowest < logs.floor - _NEAR:
        raise _unexplained(source, str(scale), lowest, logs)
    note = (
        f"{scale}: {n_zero:,} of {n_values:,} values ({n_zero / n_values:.1%}) lie on "
        f"{logs.floor:.4g}, the logarithm of {logs.offset:g}, and are zeros: the others are "
        f"logarithms of values + {logs.offset:g}, and were turned into those of values + 1"
    )
    return replace(source, read_blocks=_blocks(source, logs), nnz=None, notes=(*source.notes, note))


def _lowest(block: sp.csr_matrix) -> float:
    """Return the smallest value of a block, with zeros that are not stored."""
    stored = float(block.data.min()) if block.nnz else 0.0
    return stored if block.nnz == np.prod(block.shape) else min(stored, 0.0)


def _found(base: float, lowest: float) -> _Logs:
    """Return the usual offset whose logarithm is nearest to the smallest value."""
    return min(
        (_Logs(base, offset) for offset in _USUAL), key=lambda logs: abs(logs.floor - lowest)
    )


def _count(source: MatrixSource, are_zero: Callable[[np.ndarray], np.ndarray]) -> tuple[int, int]:
    """Return the number of values on the floor, which is below zero, and of all values."""
    n_zero = sum(int(are_zero(block.data).sum()) for _, block in source.blocks())
    return n_zero, int(np.prod(source.shape))


def _blocks(source: MatrixSource, logs: _Logs) -> Callable[[int], Blocks]:
    def blocks(rows: int = ROWS) -> Blocks:
        step = max(1, min(rows, MAXIMUM_BLOCK_VALUES // max(source.shape[1], 1)))
        for start, block in source.blocks(step):
            # zeros that are not stored are logarithms of nearly 1
            yield start, sp.csr_matrix(logs.with_one(block.toarray()))

    return blocks


def _unexplained(source: MatrixSource, scale: str, lowest: float, logs: _Logs) -> ScaleError:
    return ScaleError(
        f"{source.where}: the smallest value is {lowest:.4g}, expected {scale} from 0 up, or from "
        f"the logarithm of an offset, such as {logs.floor:.4g} of {logs.offset:g}, on which the "
        "zeros lie. If they are scaled gene by gene, say --set scale=zscore; if something else was "
        "added before the logarithm, say it with --set offset=NUMBER"
    )
