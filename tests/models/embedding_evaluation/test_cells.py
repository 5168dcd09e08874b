"""Cells that are gathered for an evaluation: groups, classes, and columns that lack some."""

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import UsageError
from orthoweave.models.embedding_evaluation.cells import COLUMNS, Cells, gather
from orthoweave.models.embedding_evaluation.config import EvaluationConfig
from orthoweave.views.columns import CellColumnsView
from orthoweave.views.expression import expression_view
from orthoweave.views.requests import Views
from orthoweave.views.vector import VectorView

N = 60
KEYS = np.array([f"d:{number}" for number in range(N)], object)


def _gather(
    donors: np.ndarray | None,
    types: np.ndarray | None = None,
    *,
    known: int = N - 10,
    **options: object,
) -> Cells:
    """Gather cells whose columns are known for the last `known` of them."""
    random = np.random.default_rng(0)
    view = expression_view(
        "d",
        "NCBITaxon:9606",
        KEYS,
        np.array(["g1", "g2", "g3"], object),
        sp.csr_matrix(random.poisson(3, (N, 3)).astype(np.float32)),
        scale="counts",
        cell_types=np.array(["a", "b"], object)[np.arange(N) % 2] if types is None else types,
        donors=donors,
    ).log1p_cp10k()
    places = np.column_stack([np.arange(float(known)), np.zeros(known)])
    nothing = np.empty((known, 0), object)
    columns = CellColumnsView(KEYS[N - known :], (), nothing, ("x", "y"), places)
    vectors = VectorView("X", "m", KEYS[::-1], np.arange(N)[::-1, None].astype(np.float32))
    views = Views({"expression": view, "obsm X": vectors, COLUMNS: columns})
    return gather(views, EvaluationConfig(dataset="d", **options))  # type: ignore[arg-type]


def test_donors_are_groups() -> None:
    """Two donors are two parts, whole, and no note says that cells are held out at random."""
    donors = np.array(["x", "y"], object)[np.arange(N) // 30]
    cells = _gather(donors)
    assert [set(cells.folds[donors == name]) for name in "xy"] in ([{0}, {1}], [{1}, {0}])
    assert cells.notes == ()
    assert cells.embeddings["X"].ravel().tolist() == list(range(N))


@pytest.mark.parametrize("donors", [None, np.full(N, "x", object)])
def test_one_donor_has_a_note(donors: np.ndarray | None) -> None:
    """Cells are held out at random, and the note says what that means."""
    cells = _gather(donors)
    assert set(np.bincount(cells.folds)) == {12}
    assert set(cells.groups) == {None}
    assert "flatters every embedding" in cells.notes[0]


def test_missing_cells_of_a_file_have_no_number() -> None:
    """A file of columns may lack some of the cells."""
    numbers = _gather(None).numbers("x")
    assert np.isnan(numbers[:10]).all()
    assert numbers[10:].tolist() == list(range(N - 10))


def test_classes_that_cannot_be_learnt_are_left_out() -> None:
    """A class of one donor, and one of few cells, each with a note."""
    donors = np.array(["x", "y"], object)[np.arange(N) // 30]
    types = np.array(["a", "b"], object)[np.arange(N) % 2]
    types[:15], types[58:] = "only x", "few"
    cells = _gather(donors, types)
    assert set(cells.classes) == {"a", "b", None}
    assert cells.notes == (
        "few is left out: it has 2 cells.",
        "only x is left out: it has cells of one donor only.",
    )


def test_blocks_of_places_are_groups() -> None:
    """Cells of a block are in one part, and the groups of the intervals are the blocks."""
    cells = _gather(None, coordinates=("x", "y"), known=N)
    assert cells.unit == "blocks"
    assert len(set(cells.groups)) == 4
    for block in set(cells.groups):
        assert len(set(cells.folds[cells.groups == block])) == 1


def test_cells_without_a_place_are_refused() -> None:
    """Blocks cannot keep them apart."""
    with pytest.raises(UsageError, match="10 cells have no place in x and y"):
        _gather(None, coordinates=("x", "y"))
