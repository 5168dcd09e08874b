"""Vectors, predictions and arrays that a model gives back, and those that it may not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from orthoweave.errors import SchemaError
from orthoweave.models.named_cells import NamedCells, predictions_of
from orthoweave.models.outputs import Array, Predictions, Vectors

CELLS = np.array(["toy:a", "toy:b", "toy:c"], object)
VECTORS = Vectors("cells", "Cell", "toy", CELLS, np.arange(1, 7, dtype=np.float32).reshape(3, 2))
LABELS = np.array(["CL:0000169", "beta", None], object)
PREDICTIONS = Predictions(
    "toy", CELLS, LABELS, np.array([0.9, 1.0, np.nan]), np.array([False, False, True])
)
ARRAY = Array(
    "imputed",
    "Cell",
    "toy",
    CELLS,
    np.array(["NCBIGene:1", "NCBIGene:2"], object),
    np.array([[1, 2], [3, np.nan], [5, 6]], np.float32),
)


def _replaced(**changes: Any) -> Vectors:
    return replace(VECTORS, **changes)


def _with(values: np.ndarray, place: tuple[int, ...], value: object) -> np.ndarray:
    found = values.copy()
    found[place] = value
    return found


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: replace(VECTORS, name="Cells"), "small letters"),
        (lambda: replace(VECTORS, name="a:b"), "small letters"),
        (lambda: replace(VECTORS, name="../x\n"), "small letters"),
        (lambda: _replaced(of="Species"), "expected one of 'Cell', 'Gene'"),
        (lambda: _replaced(metric="euclidean"), "expected one of 'cosine'"),
        (lambda: replace(VECTORS, keys=CELLS[:2]), r"shape \(2, dimension\), found \(3, 2\)"),
        (lambda: replace(VECTORS, keys=CELLS[[0, 1, 1]]), "1 keys repeat, such as 'toy:b'"),
        (lambda: replace(VECTORS, keys=np.array([1, 2, 3])), "keys as a list of texts"),
        (lambda: replace(VECTORS, values=VECTORS.values[:, :0]), "a row for each key"),
        (lambda: replace(VECTORS, values=VECTORS.values.astype(float)), "float32"),
        (
            lambda: replace(VECTORS, values=_with(VECTORS.values, (1, 0), np.nan)),
            "1 rows, such as 'toy:b': leave these keys out",
        ),
        (lambda: replace(VECTORS, values=_with(VECTORS.values, (1, 0), np.inf)), "finite"),
        (lambda: replace(VECTORS, values=_with(VECTORS.values, (2,), 0)), "'toy:c', and have no"),
    ],
)
def test_vectors_that_cannot_be_searched_are_refused(made: Callable[[], object], said: str) -> None:
    """Names, keys, shapes and values are checked, and the sentence says what is wrong."""
    with pytest.raises(SchemaError, match=said):
        made()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: replace(PREDICTIONS, label=LABELS[:2]), r"label has shape \(2,\)"),
        (lambda: replace(PREDICTIONS, label=np.arange(3)), "texts or None"),
        (lambda: replace(PREDICTIONS, cells=CELLS[[0, 0, 1]]), "'toy:a'"),
        (lambda: replace(PREDICTIONS, probability=np.array([0, 1, 1.5])), "from 0 to 1"),
        (lambda: replace(PREDICTIONS, abstained=np.array([0, 1, 0])), "truth values"),
        (lambda: replace(PREDICTIONS, verdict=np.array(["near", "far"], object)), "verdict has"),
        (
            lambda: replace(PREDICTIONS, verdict=np.array(["near", "far", "away"], object)),
            "verdict 'away': expected one of 'near', 'far', 'outside', ''",
        ),
        (lambda: replace(PREDICTIONS, value=np.array([0, 1, np.inf])), "infinite"),
    ],
)
def test_predictions_that_cannot_be_read_are_refused(made: Callable[[], object], said: str) -> None:
    """Each column has one value in its range for each cell."""
    with pytest.raises(SchemaError, match=said):
        made()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: replace(ARRAY, name=""), "small letters"),
        (lambda: replace(ARRAY, columns=ARRAY.columns[:1]), r"\(3, 1\), found \(3, 2\)"),
        (lambda: replace(ARRAY, columns=ARRAY.columns[[0, 0]]), "columns: 1 keys repeat"),
        (lambda: replace(ARRAY, values=_with(ARRAY.values, (0, 0), -np.inf)), "infinite"),
    ],
)
def test_arrays_that_do_not_fit_their_keys_are_refused(
    made: Callable[[], object], said: str
) -> None:
    """Rows and columns have a key each; a missing value is allowed, an infinite one is not."""
    with pytest.raises(SchemaError, match=said):
        made()


def test_predictions_hold_the_cells_without_a_name() -> None:
    """A cell below the threshold keeps its most probable type and is marked as abstained."""
    named = NamedCells(
        np.array(["CL:1", "CL:2"], object), np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]]), 0.7
    )
    found = predictions_of(named, "toy", CELLS, verdict=np.array(["near", "outside", ""], object))
    assert found.label.tolist() == ["CL:1", "CL:2", "CL:2"]
    assert found.probability.tolist() == [0.9, 0.6, 0.8]
    assert found.abstained.tolist() == [False, True, False]
    more = np.array([*CELLS, "toy:d"], object)
    some = predictions_of(named, "toy", more, np.array([True, False, True, True]))
    assert some.label.tolist() == ["CL:1", None, "CL:2", "CL:2"]
    assert some.abstained.tolist() == [False, True, True, False]
