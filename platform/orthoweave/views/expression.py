"""Expression of one dataset as models read it: cells × genes with their names and one scale."""

from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError, ScaleError, UnknownNameError, UsageError
from orthoweave.scales import COUNTS, LOGS, needs_counts, shown_scale
from orthoweave.views.digests import digest_of
from orthoweave.views.untyped import no_types

Scale = Literal[
    "counts",
    "log1p_cp10k",
    "log1p",
    "log2_counts",
    "log2_tpm",
    "log2_fpkm",
    "tpm",
    "fpkm",
    "log2_intensity",
    "zscore",
]
_BY_CELL: Final = ("cell_types", "labels", "donors", "totals")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsByGenes:
    """Cells and genes of a dataset with their names, and the scale of the values between them."""

    dataset: str
    species: str
    """Key of the species, such as ``NCBITaxon:9606``."""
    cells: np.ndarray
    """Keys of the cells, shape ``(n_cells,)``, texts."""
    genes: np.ndarray
    """Keys of the genes, shape ``(n_genes,)``, texts, each once."""
    symbols: np.ndarray
    """Symbols of the genes, shape ``(n_genes,)``; the key where there is none."""
    scale: Scale
    """``counts``; ``log1p_cp10k``, natural logarithm of one plus counts per 10 000; or another of
    `orthoweave.scales`, of a dataset whose values were normalised before."""
    totals: np.ndarray
    """Counts of each cell over all measured genes, even those left out here; ``(n_cells,)``."""
    cell_types: np.ndarray
    """Key of each cell's CellType or None, shape ``(n_cells,)``."""
    labels: np.ndarray
    """The authors' label of each cell or None, shape ``(n_cells,)``."""
    donors: np.ndarray
    """Donor or animal of each cell or None, shape ``(n_cells,)``."""

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.cells)

    @property
    def n_genes(self) -> int:
        """Number of genes."""
        return len(self.genes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionView(CellsByGenes):
    """Expression of a dataset. Made by `expression_view`."""

    values: sp.csr_matrix
    """Expression on `scale`, shape ``(n_cells, n_genes)``, float32."""

    @property
    def digest(self) -> str:
        """SHA-256 of the content, computed anew at each access."""
        return digest_of(self)

    def log1p_cp10k(self) -> "ExpressionView":
        """The same on the scale log1p of counts per 10 000 of the cell's `totals`.

        Raises
        ------
        ScaleError
            If it holds neither counts nor these logarithms.
        """
        if self.scale == LOGS:
            return self
        if self.scale != COUNTS:
            raise needs_counts(self.dataset, self.scale, "log1p of counts per 10 000")
        # its kernels take half a second to import: only those pay who need the logarithms
        from orthoweave.numerics.expression import log_normalise

        return replace(self, values=log_normalise(self.values, self.totals), scale="log1p_cp10k")

    def require_types(self, needed_for: str) -> None:
        """Check that some cell has a type.

        Parameters
        ----------
        needed_for
            What needs them, such as "the network learns from".

        Raises
        ------
        InputError
            Naming the dataset, and what gives it types.
        """
        if not (self.cell_types != None).any():  # noqa: E711 - element by element
            raise no_types(self.dataset, needed_for)

    def subset(
        self, *, cells: np.ndarray | None = None, genes: np.ndarray | None = None
    ) -> "ExpressionView":
        """Return the view of only these cells and genes, in the order given.

        Parameters
        ----------
        cells, genes
            Numbers or a mask; genes also as keys. None keeps all.
        """
        rows = np.arange(self.n_cells) if cells is None else _numbers(cells, self.n_cells)
        values = self.values if cells is None else self.values[rows]
        columns = np.arange(self.n_genes)
        if genes is not None:
            columns = _numbers(_gene_numbers(self, genes), self.n_genes)
            values = values[:, columns]
        # a column chosen twice would count twice
        if len(np.unique(columns)) != len(columns):
            message = "subset: a gene is named twice; expected each gene once"
            raise UsageError(message)
        by_cell: dict[str, Any] = {name: getattr(self, name)[rows] for name in _BY_CELL}
        by_gene: dict[str, Any] = {"genes": self.genes[columns], "symbols": self.symbols[columns]}
        return replace(self, cells=self.cells[rows], values=_sorted(values), **by_gene, **by_cell)


def _check_keys(dataset: str, matrix: sp.csr_matrix, cells: np.ndarray, genes: np.ndarray) -> None:
    if matrix.shape != (len(cells), len(genes)):
        shape = (len(cells), len(genes))
        message = f"expression of {dataset!r}: expected shape {shape} for its cells and genes, "
        raise InputError(message + f"found {matrix.shape}")
    for what, keys in (("cell", cells), ("gene", genes)):
        if len(set(keys)) != len(keys):
            message = f"expression of {dataset!r}: a {what} key stands twice; expected each once"
            raise InputError(message)


def expression_view(
    dataset: str,
    species: str,
    cells: np.ndarray,
    genes: np.ndarray,
    values: sp.csr_matrix,
    *,
    scale: Scale,
    symbols: np.ndarray | None = None,
    totals: np.ndarray | None = None,
    cell_types: np.ndarray | None = None,
    labels: np.ndarray | None = None,
    donors: np.ndarray | None = None,
) -> ExpressionView:
    """Return an expression view of arrays; check that they fit each other and the scale.

    Parameters
    ----------
    values
        Expression, shape ``(n_cells, n_genes)``.
    totals
        Counts of each cell over all measured genes; by default the sums over `values`, which then
        have to be counts.

    Raises
    ------
    InputError
        If shapes do not fit, a key occurs twice, or a value is negative or not finite.
    ScaleError
        If counts are not whole numbers, or the values cannot be log1p of counts per 10 000.
    """
    matrix = _sorted(sp.csr_matrix(values, dtype=np.float32))
    n_cells = len(cells)
    _check_keys(dataset, matrix, cells, genes)
    _check_values(dataset, matrix, scale)
    if totals is None:
        counted = (
            matrix.sum(axis=1, dtype=np.float64) if scale == "counts" else np.full(n_cells, np.nan)
        )
        totals = np.asarray(counted).ravel()
    nothing = np.full(n_cells, None, object)
    given = {"cell_types": cell_types, "labels": labels, "donors": donors, "totals": totals}
    by_cell: dict[str, Any] = {
        name: nothing if array is None else np.asarray(array) for name, array in given.items()
    }
    for name, array in by_cell.items():
        if len(array) != n_cells:
            message = f"{name} of {dataset!r}: expected {n_cells} values, found {len(array)}"
            raise InputError(message)
    return ExpressionView(
        dataset=dataset,
        species=species,
        cells=_texts(cells),
        genes=_texts(genes),
        symbols=_texts(genes if symbols is None else symbols),
        values=matrix,
        scale=scale,
        **by_cell,
    )


def _check_values(dataset: str, matrix: sp.csr_matrix, scale: Scale) -> None:
    data = matrix.data
    if scale not in get_args(Scale):
        message = f"scale={scale!r}: expected one of {', '.join(get_args(Scale))}"
        raise UsageError(message)
    below = shown_scale(scale).from_zero and len(data) > 0 and bool(data.min() < 0)
    if not np.isfinite(data).all() or below:
        message = (
            f"expression of {dataset!r}: expected finite values from 0, found negative or missing "
            "ones: give counts, or log1p of counts per 10 000, not scaled or centred values"
        )
        raise InputError(message)
    broken = data[data != np.floor(data)] if scale == "counts" else data[:0]
    if len(broken):
        message = (
            f"expression of {dataset!r}: expected counts, found {float(broken[0])!r}: "
            "say scale='log1p_cp10k' if these are log values"
        )
        raise ScaleError(message)
    if scale == "log1p_cp10k" and len(data) and data.max() > _HIGHEST_LOG:
        message = (
            f"expression of {dataset!r}: expected log1p of counts per 10 000, at most "
            f"{_HIGHEST_LOG:.2f}, found {float(data.max())!r}: "
            "say scale='counts' if these are counts"
        )
        raise ScaleError(message)


# all counts of a cell in one gene, with room for rounding
_HIGHEST_LOG: Final = float(np.log1p(10_000)) + 0.01


def _numbers(chosen: np.ndarray, length: int) -> np.ndarray:
    chosen = np.asarray(chosen)
    if chosen.dtype == bool:
        if len(chosen) != length:
            message = f"subset: expected a mask of {length} values, found {len(chosen)}"
            raise UsageError(message)
        return np.flatnonzero(chosen)
    return chosen.astype(np.int64)


def _gene_numbers(view: ExpressionView, chosen: np.ndarray) -> np.ndarray:
    chosen = np.asarray(chosen)
    if chosen.dtype.kind not in "OU":
        return chosen
    place = {key: number for number, key in enumerate(view.genes)}
    missing = [key for key in chosen if key not in place]
    if missing:
        message = f"no gene {missing[0]!r} in {view.dataset!r} ({len(missing)} missing in all)"
        raise UnknownNameError(message)
    return np.array([place[key] for key in chosen], np.int64)


def _sorted(matrix: sp.csr_matrix) -> sp.csr_matrix:
    matrix.sort_indices()
    return matrix


def _texts(values: np.ndarray) -> np.ndarray:
    return np.asarray(values).astype(object)
