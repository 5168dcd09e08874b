"""Blocks of a matrix, checked to hold counts, with the totals of their cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
import scipy.sparse as sp

from orthoweave.errors import InputError, ScaleError
from orthoweave.files.matrix_sources import EXACT, NOISE, MatrixSource
from orthoweave.numerics.expression import CellTotals, cell_totals
from orthoweave.scales import CHOICES, COUNTS

# usual names of columns with each cell's total over all measured genes
_TOTAL_COLUMNS: Final = ("nCount_RNA", "n_counts", "total_counts", "nUMI", "n_umi", "n_UMIs")
# the matrix is a subset of the genes if its sums are below this share of the stated totals
_SUBSET: Final = 0.9
# totals are equal if they differ by less than this share in nearly all cells
_EQUAL: Final = 1e-3
_NEARLY_ALL: Final = 0.9
_ENOUGH: Final = 10
# number of cells to test for multiples of their smallest value, and the tolerance of a multiple
_LOOKED_AT: Final = 200
_OFF: Final = 0.005
# the smallest count of a cell is one of these
_PARTS: Final = (1, 2, 3)
# the largest plausible logarithm of a count
_LARGEST_LOG: Final = 30
_SPREAD: Final = 0.05


@dataclass(frozen=True, slots=True)
class Stated:
    """Each cell's total over all genes that were measured, as something else says it."""

    where: str
    totals: np.ndarray


class CountBlocks:
    """The blocks of a source as counts, with notes on them.

    Parameters
    ----------
    round_values
        Round decimals of corrected counts. Normalised values are refused all the same.
    stated
        Totals over all genes; by default those of a usual column of the cells.
    known
        Sentences on the values that are known before.
    """

    scale = COUNTS

    def __init__(
        self,
        source: MatrixSource,
        *,
        round_values: bool,
        stated: Stated | None = None,
        known: Sequence[str] = (),
    ) -> None:
        self._source = source
        self._round = round_values
        self._stated = stated or _stated_totals(source.obs)
        self._known = tuple(known)
        self._subset: bool | None = None
        self._n_noisy = self._n_rounded = 0
        self._totals: list[np.ndarray] = []

    def blocks(self) -> Iterator[tuple[int, sp.csr_matrix, CellTotals]]:
        """Yield the first cell's number, the counts and the totals of each block.

        Raises
        ------
        ScaleError
            If values are not counts; the message says what they look like.
        InputError
            If a count is larger than 32-bit floats hold exactly.
        """
        for start, raw in self._source.blocks():
            block = raw
            try:
                totals = cell_totals(block, start, self._source.where)
            except ScaleError as error:
                block = self._whole(raw, start, error)
                totals = cell_totals(block, start, self._source.where)
            self._check_size(block)
            self._totals.append(totals.total)
            yield start, block, self._complete(totals, start)

    def notes(self) -> list[str]:
        """Return what the user should know of the values, after the last block."""
        notes = list(self._known)
        totals = np.concatenate([np.zeros(0), *self._totals])
        if self._n_noisy:
            notes.append(
                f"{self._n_noisy:,} values differ from whole numbers by less than {NOISE:g}: taken "
                "as these"
            )
        if self._n_rounded:
            notes.append(f"rounded {self._n_rounded:,} decimal values to whole counts")
        if self._subset and self._stated is not None:
            notes.append(
                "the genes of the file are a subset: cells are normalised by "
                f"{self._stated.where}, not by their sums"
            )
        n_empty = int((totals == 0).sum())
        if n_empty:
            notes.append(f"{n_empty:,} of {len(totals):,} cells have no counts")
        return notes + _describe_equal(totals[totals > 0])

    def _whole(self, block: sp.csr_matrix, start: int, error: ScaleError) -> sp.csr_matrix:
        """Return a block of decimals as whole numbers if they are whole or may be rounded."""
        values = block.data
        if not np.isfinite(values).all():
            raise error
        if (values < 0).any():
            message = f"{error}. Without any, say the scale of the values: {CHOICES}"
            raise ScaleError(message) from error
        nearest = np.rint(values)
        off = abs(values - nearest)
        if float(off.max()) <= NOISE:
            self._n_noisy += int((off > 0).sum())
        else:
            self._check_rounding(block, start)
            self._n_rounded += int((off > NOISE).sum())
        whole = sp.csr_matrix((nearest, block.indices, block.indptr), shape=block.shape, copy=True)
        whole.eliminate_zeros()
        whole.has_sorted_indices = True
        return whole

    def _check_rounding(self, block: sp.csr_matrix, start: int) -> None:
        """Refuse decimals that are normalised, or that the user did not ask to round."""
        kind = _normalisation(block)
        if kind is None and self._round:
            return
        position = int(np.argmax(abs(block.data - np.rint(block.data)) > NOISE))
        cell = start + int(np.searchsorted(block.indptr, position, side="right")) - 1
        layers = self._source.count_layers()
        if layers:
            remedy = "take " + " or ".join(f"--set layer={name}" for name in layers)
        elif kind is None:
            remedy = "round them with --set round=true"
        else:
            remedy = (
                "give the file with the raw counts; rounding would not restore them. Without any, "
                f"say their scale: {CHOICES}"
            )
        message = (
            f"{self._source.where}: values are not whole numbers, such as "
            f"{float(block.data[position])!r} for cell {cell:,} and column "
            f"{int(block.indices[position]):,} (from 0): expected raw counts. They look like "
            f"{kind or 'corrected counts, as SoupX, CellBender, RSEM and salmon give'}: {remedy}"
        )
        raise ScaleError(message)

    def _check_size(self, block: sp.csr_matrix) -> None:
        largest = float(block.data.max(initial=0))
        if largest > EXACT:
            message = (
                f"{self._source.where}: a count of {largest:.4g}, expected at most "
                f"{EXACT:,}, up to which 32-bit floats are exact. Is the file damaged?"
            )
            raise InputError(message)

    def _complete(self, totals: CellTotals, start: int) -> CellTotals:
        """Return the totals over all measured genes, if the file has a subset of them."""
        if self._stated is None:
            return totals
        stated = self._stated.totals[start : start + len(totals.total)]
        if self._subset is None:
            self._subset = _is_subset(totals.total, stated)
        if not self._subset:
            return totals
        return CellTotals(np.fmax(totals.total, stated), totals.detected)


def _stated_totals(obs: pd.DataFrame) -> Stated | None:
    """Return the totals of a usual column of the cells."""
    for name in _TOTAL_COLUMNS:
        if name in obs.columns and obs[name].dtype.kind in "iuf":
            return Stated(f"obs[{name!r}]", obs[name].to_numpy(dtype=np.float64))
    return None


def _is_subset(total: np.ndarray, stated: np.ndarray) -> bool:
    used = (total > 0) & np.isfinite(stated) & (stated > 0)
    if not used.any():
        return False
    share = total[used] / stated[used]
    # a total below the sum is not the total of the counts
    return bool(np.median(share) < _SUBSET and (share <= 1 + NOISE).mean() >= _NEARLY_ALL)


def _normalisation(block: sp.csr_matrix) -> str | None:
    """Return how the values were normalised; None if nothing shows that they were."""
    if float(block.data.max()) < _LARGEST_LOG:
        linear = np.expm1(block.data.astype(np.float64))
        steps = _smallest_steps(linear, block.indptr)
        if _are_equal(_sums(linear, block.indptr)) or steps is not None:
            return "logarithms of normalised counts"
    factors = _smallest_steps(block.data, block.indptr)
    # one factor for all cells corrects counts, a factor for each normalises them
    varied = factors is not None and float(np.ptp(factors)) > _SPREAD * float(factors.max())
    if _are_equal(_sums(block.data, block.indptr)) or varied:
        return "normalised counts"
    return None


def _sums(values: np.ndarray, indptr: np.ndarray) -> np.ndarray:
    """Return the sum of each row that has values."""
    starts = indptr[:-1][np.diff(indptr) > 0]
    return np.add.reduceat(values.astype(np.float64), starts)


def _smallest_steps(values: np.ndarray, indptr: np.ndarray) -> np.ndarray | None:
    """Return each cell's smallest value, if nearly all cells hold whole multiples of theirs."""
    smallest, results = [], []
    for first, last in pairwise(indptr[:_LOOKED_AT].tolist()):
        row = values[first:last].astype(np.float64)
        row = row[row > 0]
        # few values are multiples by chance
        if len(row) >= _ENOUGH and len(np.unique(row)) > 1:
            smallest.append(row.min())
            results.append(any(_are_multiples(row, row.min() / part) for part in _PARTS))
    multiples_all = len(results) > 0 and float(np.mean(results)) >= _NEARLY_ALL
    return np.array(smallest) if multiples_all else None


def _are_multiples(values: np.ndarray, step: float) -> bool:
    multiples = values / step
    return bool((abs(multiples - np.rint(multiples)) < _OFF * multiples).all())


def _are_equal(totals: np.ndarray) -> bool:
    if len(totals) < _ENOUGH:
        return False
    middle = float(np.median(totals))
    return middle > 0 and float((abs(totals - middle) < _EQUAL * middle).mean()) >= _NEARLY_ALL


def _describe_equal(totals: np.ndarray) -> list[str]:
    if not _are_equal(totals):
        return []
    middle = float(np.median(totals))
    n_equal = int((abs(totals - middle) < _EQUAL * middle).sum())
    return [
        f"{n_equal:,} of {len(totals):,} cells have a total of about {middle:,.0f}: the values "
        "look normalised and rounded, such as CPM. Give the raw counts if there are any"
    ]
