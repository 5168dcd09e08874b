"""Outputs of a model by cell or gene: vectors, predictions and arrays, all aligned by key.

None of them becomes an edge of the graph. Vectors become a space of the build, which is searched;
predictions and arrays are files of the run, which `KnowledgeBase.anndata` joins to the cells.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from orthoweave.errors import SchemaError

Of = Literal["Cell", "Gene"]
"""Node type of keys."""
Metric = Literal["cosine"]
"""Measure of likeness by which a space is searched."""
Verdict = Literal["near", "far", "outside", ""]
"""Distance of a cell from those that a model learnt from; empty if it was not measured."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of the cells or genes of a dataset: a part of the space ``RUN:name``.

    Vectors of several datasets in one space are several parts of one name.

    Raises
    ------
    SchemaError
        If lengths do not fit, a key occurs twice, a value is not finite, or a vector is zero.
    """

    name: str
    """Name of the space within its run, such as ``cells``: small letters, digits and ``_``."""
    of: Of
    dataset: str
    """Dataset of the cells, or that measured the genes."""
    keys: np.ndarray
    """Keys of the cells or genes, shape ``(n,)``, texts, each once."""
    values: np.ndarray
    """Shape ``(n, dimension)``, float32, of any length but 0."""
    metric: Metric = "cosine"

    def __post_init__(self) -> None:
        what = f"vectors {self.name!r}"
        _check_name(self.name, what)
        _check_choice(self.of, Of, f"{what}: kind of keys")
        _check_choice(self.metric, Metric, f"{what}: metric")
        _check_keys(self.keys, what)
        _check_matrix(self.values, len(self.keys), None, what)
        if not np.isfinite(self.values).all():
            bad = self.keys[~np.isfinite(self.values).all(axis=1)]
            message = (
                f"{what}: expected finite numbers, found others in {len(bad):,} rows, such as "
                f"{bad[0]!r}: leave these keys out"
            )
            raise SchemaError(message)
        zero = self.keys[~self.values.any(axis=1)]
        if len(zero):
            message = (
                f"{what}: {len(zero):,} rows are zero, such as {zero[0]!r}, and have no direction "
                "to compare: leave these keys out"
            )
            raise SchemaError(message)


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predictions of a dataset's cells, one each, also where a model abstains.

    Arrays are by cell. A prediction is a label, or a number in `value`.

    Raises
    ------
    SchemaError
        If lengths do not fit, a cell occurs twice, or a value is out of its range.
    """

    dataset: str
    cells: np.ndarray
    """Keys of the cells, shape ``(n_cells,)``, texts, each once."""
    label: np.ndarray
    """Most probable label, also where the model abstains: key of a CellType, another text or None.
    """
    probability: np.ndarray
    """Probability of the label, from 0 to 1; NaN if the model has none."""
    abstained: np.ndarray
    """Mask of cells that the model does not name."""
    verdict: np.ndarray | None = None
    """One of `Verdict` for each cell; None if no distance was measured."""
    value: np.ndarray | None = None
    """A predicted number, NaN for none; None if the model predicts labels only."""

    def __post_init__(self) -> None:
        what = f"predictions of {self.dataset!r}"
        _check_keys(self.cells, what)
        for name in ("label", "probability", "abstained", "verdict", "value"):
            column = getattr(self, name)
            if column is not None and np.shape(column) != (len(self.cells),):
                message = (
                    f"{what}: {name} has shape {np.shape(column)}, expected one for each of the "
                    f"{len(self.cells)} cells"
                )
                raise SchemaError(message)
        if not all(label is None or (isinstance(label, str) and label) for label in self.label):
            message = f"{what}: label: expected texts or None, found {self.label!r:.100}"
            raise SchemaError(message)
        if self.abstained.dtype != bool:
            message = f"{what}: abstained: expected truth values, found {self.abstained.dtype}"
            raise SchemaError(message)
        given = self.probability[~np.isnan(self.probability)]
        if not ((given >= 0) & (given <= 1)).all():
            message = f"{what}: expected probabilities from 0 to 1, found {given.min()!r} to "
            raise SchemaError(message + f"{given.max()!r}")
        if self.verdict is not None:
            for verdict in sorted(set(self.verdict.tolist())):
                _check_choice(verdict, Verdict, f"{what}: verdict")
        if self.value is not None and np.isinf(self.value).any():
            message = f"{what}: value: expected finite numbers or NaN, found an infinite one"
            raise SchemaError(message)


@dataclass(frozen=True, slots=True)
class Array:
    """A matrix of a dataset that is kept as a file: imputed values, coordinates, an embedding.

    Raises
    ------
    SchemaError
        If the shape does not fit the keys, a key occurs twice, or a value is infinite.
    """

    name: str
    """Name within its run, such as ``imputed``: small letters, digits and ``_``."""
    of: Of
    """Node type of the rows."""
    dataset: str
    rows: np.ndarray
    """Keys of the cells or genes, shape ``(n,)``, texts, each once."""
    columns: np.ndarray
    """Keys of genes, or names of dimensions, shape ``(n_columns,)``, texts, each once."""
    values: np.ndarray
    """Shape ``(n, n_columns)``, float32; NaN where there is no value."""

    def __post_init__(self) -> None:
        what = f"array {self.name!r}"
        _check_name(self.name, what)
        _check_choice(self.of, Of, f"{what}: kind of rows")
        _check_keys(self.rows, f"{what}: rows")
        _check_keys(self.columns, f"{what}: columns")
        _check_matrix(self.values, len(self.rows), len(self.columns), what)
        if np.isinf(self.values).any():
            message = f"{what}: expected finite numbers or NaN, found an infinite one"
            raise SchemaError(message)


def vectors_of_cells(dataset: str, cells: np.ndarray, values: np.ndarray) -> tuple[Vectors, ...]:
    """Return the space ``cells`` of the cells that have a vector other than zero, if any has.

    Parameters
    ----------
    cells
        Keys of the cells, shape ``(n_cells,)``.
    values
        Shape ``(n_cells, dimension)``.
    """
    there = values.any(axis=1)
    if not there.any():
        return ()
    return (Vectors("cells", "Cell", dataset, cells[there], values[there].astype(np.float32)),)


def _check_name(name: str, what: str) -> None:
    if not _NAME.fullmatch(name):
        message = (
            f"{what}: expected a name of up to 40 small letters, digits and '_' that begins with a "
            "letter"
        )
        raise SchemaError(message)


def _check_choice(value: object, choices: object, what: str) -> None:
    known = get_args(choices)
    if value not in known:
        listed = ", ".join(repr(one) for one in known)
        message = f"{what} {value!r}: expected one of {listed}"
        raise SchemaError(message)


def _check_keys(keys: np.ndarray, what: str) -> None:
    if np.ndim(keys) != 1 or not all(isinstance(key, str) and key for key in keys):
        message = f"{what}: expected keys as a list of texts, found {keys!r:.100}"
        raise SchemaError(message)
    kinds, counts = np.unique(np.asarray(keys, str), return_counts=True)
    if len(kinds) < len(keys):
        message = (
            f"{what}: {len(keys) - len(kinds):,} keys repeat, such as "
            f"{str(kinds[counts > 1][0])!r}: expected each key once"
        )
        raise SchemaError(message)


def _check_matrix(values: np.ndarray, n_rows: int, n_columns: int | None, what: str) -> None:
    shape = np.shape(values)
    fits = len(shape) == 2 and shape[0] == n_rows and shape[1] > 0
    if not fits or n_columns not in (None, shape[1]):
        wanted = "dimension" if n_columns is None else n_columns
        message = f"{what}: expected a row for each key, shape ({n_rows}, {wanted}), found {shape}"
        raise SchemaError(message)
    if values.dtype != np.float32:
        message = f"{what}: expected float32, found {values.dtype}"
        raise SchemaError(message)
