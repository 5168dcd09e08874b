"""Values on a scale that their user declares: checked, and turned into counts where they prove it.

They are read twice: once to check the whole before anything is written, once to write it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import ScaleError, UsageError
from orthoweave.files.matrix_sources import Blocks, MatrixSource
from orthoweave.jobs.parts.count_blocks import CountBlocks, Stated
from orthoweave.numerics.expression import CellTotals
from orthoweave.numerics.scaled import find_units, linear
from orthoweave.scales import DECLARED, Scale

# a cell's linear values add up to what the scale says within this share
_SAME: Final = 0.01
_NEARLY_ALL: Final = 0.9
# multiples of one number by chance are out of question
_FEWEST_PROOFS: Final = 20
# no logarithm of counts is larger
_LARGEST_LOG: Final = 30.0
# z-scores have this mean and standard deviation by gene, about
_MEAN_OFF: Final = 0.1
_SD_OFF: Final = 0.2
_LEAST_SD: Final = 1e-6
# share of the intensities of a microarray that may be below 1
_FEW_BELOW: Final = 0.01
_WITH_LAYERS: Final = ("h5ad", "h5mu", "zarr", "loom")


class ScaledBlocks:
    """The blocks of a source as they are, on a declared scale."""

    def __init__(self, source: MatrixSource, scale: str, notes: Sequence[str]) -> None:
        self.scale = scale
        self._source = source
        self._notes = tuple(notes)

    def blocks(self) -> Iterator[tuple[int, sp.csr_matrix, CellTotals]]:
        """Yield the first cell's number and the values of each block; totals are not known."""
        for start, block in self._source.blocks():
            detected = np.diff(block.indptr).astype(np.int64)
            if DECLARED[self.scale].from_zero:
                block.eliminate_zeros()
                detected = np.diff(block.indptr).astype(np.int64)
            yield start, block, CellTotals(np.full(block.shape[0], np.nan), detected)

    def notes(self) -> list[str]:
        """Return what the user should know of the values."""
        return list(self._notes)


def open_values(
    source: MatrixSource, scale: str | None, *, round_values: bool, layer: str | None
) -> CountBlocks | ScaledBlocks:
    """Return the values of a source: counts, or values on a declared scale.

    Raises
    ------
    UsageError
        If a scale is declared of counts, or with an option that is about counts.
    ScaleError
        If the values cannot be on that scale; the message says what they look like.
    """
    if scale is None:
        return CountBlocks(source, round_values=round_values)
    if round_values:
        message = f"scale={scale} and round=true: values on a declared scale are not rounded"
        raise UsageError(message)
    if layer is None and source.where != "X" and source.kind in _WITH_LAYERS:
        message = (
            f"scale={scale}: the file has raw counts in {source.where}, which are better. Leave "
            "scale out to take these, or take the values with --set layer=X"
        )
        raise UsageError(message)
    seen = _examine(source, DECLARED[scale])
    if seen.units is None:
        return ScaledBlocks(source, scale, seen.notes)
    return _recovered(source, scale, seen.units)


@dataclass(slots=True)
class _Seen:
    """Findings of a pass over all values."""

    units: np.ndarray | None = None
    """Number that each cell's values are multiples of; None if they prove to be none."""
    notes: list[str] = field(default_factory=list)


def _examine(source: MatrixSource, scale: Scale) -> _Seen:
    found = _Totals(source.shape[1])
    units: list[np.ndarray] | None = [] if scale.from_zero else None
    n_proofs = 0
    for start, block in source.blocks():
        _check_finite(source, block, start)
        found.add(block, scale)
        if scale.from_zero:
            _check_from_zero(source, block, scale, start)
            block.eliminate_zeros()
            looked_at = units is not None and not found.too_large
            one = find_units(block, scale.name) if looked_at else None
            if one is None or units is None or one.n_failed:
                units = None
            else:
                units.append(one.unit)
                n_proofs += one.n_proofs
    notes = found.check(source, scale)
    if units is None or n_proofs < _FEWEST_PROOFS:
        return _Seen(None, notes)
    return _Seen(np.concatenate([np.zeros(0), *units]), notes)


def _recovered(source: MatrixSource, scale: str, units: np.ndarray) -> CountBlocks:
    """Return the counts that the values are multiples of, as a source of counts."""

    def blocks(rows: int) -> Blocks:
        for start, block in source.blocks(rows):
            block.eliminate_zeros()
            unit = np.repeat(units[start : start + block.shape[0]], np.diff(block.indptr))
            counts = np.rint(linear(block.data, scale) / unit).astype(np.float32)
            parts = (counts, block.indices, block.indptr)
            yield start, sp.csr_matrix(parts, shape=block.shape)

    target = DECLARED[scale].target
    stated = None
    if target is not None:
        totals = np.where(np.isnan(units), 0, np.rint(target / units))
        stated = Stated(f"the totals behind the {scale} values", totals)
    note = (
        f"{scale}: the values of each cell are whole multiples of one number, so that the counts "
        "are known: stored as counts"
    )
    counts = replace(source, read_blocks=blocks, notes=(*source.notes, note))
    return CountBlocks(counts, round_values=False, stated=stated, known=(note,))


def _check_finite(source: MatrixSource, block: sp.csr_matrix, start: int) -> None:
    broken = ~np.isfinite(block.data)
    if broken.any():
        raise _at(source, block, start, int(np.argmax(broken)), "values are not finite")


def _check_from_zero(source: MatrixSource, block: sp.csr_matrix, scale: Scale, start: int) -> None:
    if (block.data < 0).any():
        what = (
            f"values are negative, expected {scale.name} from 0 up. If they are scaled gene by "
            "gene, say --set scale=zscore"
        )
        raise _at(source, block, start, int(np.argmax(block.data < 0)), what)


def _at(
    source: MatrixSource, block: sp.csr_matrix, start: int, position: int, what: str
) -> ScaleError:
    cell = start + int(np.searchsorted(block.indptr, position, side="right")) - 1
    return ScaleError(
        f"{source.where}: {what}; found {float(block.data[position])!r} for cell {cell:,} and "
        f"column {int(block.indices[position]):,} (from 0)"
    )


class _Totals:
    """Sums over the values of a matrix, by cell and by gene."""

    def __init__(self, n_genes: int) -> None:
        self._by_cell: list[np.ndarray] = []
        self._sums, self._squares = np.zeros(n_genes), np.zeros(n_genes)
        self._n_cells = 0
        self._n_negative = self._n_values = 0
        self._whole = False
        self._any = self.too_large = False

    def add(self, block: sp.csr_matrix, scale: Scale) -> None:
        """Add a block."""
        values = block.data.astype(np.float64)
        self._n_cells += block.shape[0]
        self._n_negative += int((values < 0).sum())
        self._n_values += len(values)
        whole = bool((values == np.rint(values)).all())
        self._whole = whole and (self._whole or not self._any)
        self._any |= len(values) > 0
        logs = not scale.linear and scale.name != "zscore"
        self.too_large |= logs and bool((values > _LARGEST_LOG).any())
        if self.too_large:
            return
        self._sums += np.bincount(block.indices, values, len(self._sums))
        self._squares += np.bincount(block.indices, values**2, len(self._sums))
        made = sp.csr_matrix(
            (linear(block.data, scale.name), block.indices, block.indptr), block.shape
        )
        self._by_cell.append(np.asarray(made.sum(axis=1)).ravel())

    def check(self, source: MatrixSource, scale: Scale) -> list[str]:
        """Return what is to be said of the values; refuse what they cannot be."""
        if not self._any:
            return []
        if scale.name == "zscore":
            return self._check_scores(source)
        if self._whole and not scale.linear:
            message = (
                f"{source.where}: all values are whole numbers, which {scale.name} values are "
                "not. If they are counts, leave --set scale out"
            )
            raise ScaleError(message)
        if self.too_large:
            message = (
                f"{source.where}: values are too large for logarithms, expected {scale.name} up "
                f"to {_LARGEST_LOG:g}. If they are transcripts per million, say --set scale=tpm"
            )
            raise ScaleError(message)
        if scale.name == "log2_intensity":
            return self._check_intensities(source)
        return [] if scale.target is None else self._check_sums(source, scale, scale.target)

    def _check_scores(self, source: MatrixSource) -> list[str]:
        if not self._n_negative:
            message = (
                f"{source.where}: no value is negative, and z-scores are below their gene's mean "
                "as often as above. If they are logarithms, say --set scale=log1p"
            )
            raise ScaleError(message)
        mean = self._sums / self._n_cells
        sd = np.sqrt(np.maximum(self._squares / self._n_cells - mean**2, 0))
        varied = sd > _LEAST_SD
        middle, spread = float(np.median(np.abs(mean[varied]))), float(np.median(sd[varied]))
        if middle < _MEAN_OFF and abs(spread - 1) < _SD_OFF:
            return []
        return [
            f"zscore: the genes have a mean of {middle:.2g} and a standard deviation of "
            f"{spread:.2g} here (median): they were scaled over other cells, or cut"
        ]

    def _check_intensities(self, source: MatrixSource) -> list[str]:
        share = self._n_negative / self._n_values
        if share > _FEW_BELOW:
            message = (
                f"{source.where}: {share:.0%} of the values are negative, and intensities of a "
                "microarray are above 1, so that few logarithms are. If they are scaled gene by "
                "gene, say --set scale=zscore"
            )
            raise ScaleError(message)
        return [f"{self._n_negative:,} intensities are below 1"] if self._n_negative else []

    def _check_sums(self, source: MatrixSource, scale: Scale, target: float) -> list[str]:
        sums = np.concatenate(self._by_cell)
        sums = sums[sums > 0]
        middle = float(np.median(sums))
        if float((np.abs(sums - target) < _SAME * target).mean()) >= _NEARLY_ALL:
            return []
        if middle > (1 + _SAME) * target:
            other = "--set scale=log1p" if scale.name.startswith("log1p") else "another scale"
            message = (
                f"{source.where}: without the logarithm a cell adds up to {middle:,.0f} (median), "
                f"and {scale.name} to {target:,.0f} at the most: the values are on {other}"
            )
            raise ScaleError(message)
        return [
            f"{scale.name}: without the logarithm a cell adds up to {middle:,.0f} (median), not "
            f"{target:,.0f}: genes were left out of the file, or the values are on another scale"
        ]
