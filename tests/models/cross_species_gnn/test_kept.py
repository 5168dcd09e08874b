"""A trained network as weights: cells get the types of the fit; damaged arrays are refused."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from orthoweave.errors import InputError
from orthoweave.models.base import RunContext
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.held_out import HEARD
from orthoweave.models.cross_species_gnn.kept import name_cells
from orthoweave.models.cross_species_gnn.model import CrossSpeciesNetwork
from orthoweave.models.cross_species_gnn.results import Named
from orthoweave.models.state import State
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import Views

MODEL = CrossSpeciesNetwork()


@pytest.fixture
def sure(config: CrossSpeciesConfig) -> CrossSpeciesConfig:
    """Settings without held-out donors."""
    return replace(config, threshold=0.5, epochs=20)


@pytest.fixture
def fitted(make_views: Callable[..., Views], sure: CrossSpeciesConfig) -> Named:
    """A fit of the toy species."""
    return MODEL.fit(make_views(), sure, RunContext())


@pytest.fixture
def state(fitted: Named, make_views: Callable[..., Views], sure: CrossSpeciesConfig) -> State:
    """Its state."""
    return MODEL.state(fitted, make_views(), sure)


def test_kept_weights_name_the_target_as_the_fit_did(
    fitted: Named, state: State, make_views: Callable[..., Views], sure: CrossSpeciesConfig
) -> None:
    """Without the source, the network gives the target's cells the probabilities of the fit."""
    found = name_cells(MODEL.restore(state), make_views(), sure)
    np.testing.assert_allclose(found.probability, fitted.probability, atol=1e-5)
    np.testing.assert_allclose(found.vectors, fitted.vectors, atol=1e-4)
    assert (found.predicted == fitted.predicted).all()


@pytest.fixture(scope="module")
def toy(
    make_views: Callable[..., Views], config: CrossSpeciesConfig
) -> tuple[Views, CrossSpeciesConfig]:
    """Views and settings for a fit with held-out donors."""
    return make_views(), replace(config, epochs=20)


@pytest.fixture(scope="module")
def with_donors(toy: tuple[Views, CrossSpeciesConfig]) -> Named:
    """A fit with held-out donors."""
    return MODEL.fit(*toy, RunContext())


def test_calibration_is_kept(toy: tuple[Views, CrossSpeciesConfig], with_donors: Named) -> None:
    """Without the source, cells are named, judged and refused as the fit did."""
    found = name_cells(MODEL.restore(MODEL.state(with_donors, *toy)), *toy)
    assert found.calibrated is not None
    assert with_donors.calibrated is not None
    np.testing.assert_allclose(found.certainty, with_donors.certainty, atol=1e-4)
    assert (found.is_named == with_donors.is_named).mean() > 0.99
    assert (found.calibrated.verdict == with_donors.calibrated.verdict).mean() > 0.99
    assert found.calibrated.choice == with_donors.calibrated.choice
    sure = name_cells(
        MODEL.restore(MODEL.state(with_donors, *toy)), toy[0], replace(toy[1], threshold=0.9)
    )
    assert sure.calibrated is None
    assert sure.threshold == 0.9


@pytest.mark.parametrize(
    "name",
    ["held_out_labels", "held_out_starts", "held_out_compared", "fold_1_columns", "fold_0.genes"],
)
def test_damaged_held_out_donors_are_refused(
    name: str, toy: tuple[Views, CrossSpeciesConfig], with_donors: Named
) -> None:
    """An array that does not fit is named; so is one with numbers out of range."""
    state = MODEL.state(with_donors, *toy)
    cut = {**state.arrays, name: state.arrays[name][:-1]}
    with pytest.raises(InputError, match="weights: array '"):
        MODEL.restore(replace(state, arrays=cut))
    if name == "held_out_labels":
        wrong = {**state.arrays, name: state.arrays[name] + 100}
        with pytest.raises(InputError, match="expected numbers from 0 to 2"):
            MODEL.restore(replace(state, arrays=wrong))


def test_a_round_trip_gives_the_same_bytes(
    state: State, make_views: Callable[..., Views], sure: CrossSpeciesConfig
) -> None:
    """Restored by way of bytes, the network returns the same bytes; no random state moves."""
    torch.manual_seed(3)
    before = torch.get_rng_state()
    copy = replace(
        state,
        arrays={
            name: np.frombuffer(value.tobytes(), value.dtype).reshape(value.shape)
            for name, value in state.arrays.items()
        },
    )
    found = [name_cells(MODEL.restore(one), make_views(), sure) for one in (state, copy)]
    assert found[0].probability.tobytes() == found[1].probability.tobytes()
    assert torch.equal(before, torch.get_rng_state())


def test_genes_that_the_target_lacks_are_reported(
    state: State, mouse: ExpressionView, make_views: Callable[..., Views], sure: CrossSpeciesConfig
) -> None:
    """A source gene is found if the target measured an ortholog of it."""
    kept = MODEL.restore(state)
    assert MODEL.vocabulary_found(kept, make_views(), sure).all()
    gone = str(kept.vocabulary.genes[-1]).replace("H:h_", "M:m_")
    views = make_views(target=mouse.subset(genes=np.flatnonzero(mouse.genes != gone)))
    found = MODEL.vocabulary_found(kept, views, sure)
    assert not found[-1]
    assert found[:-1].all()


@pytest.mark.parametrize("name", ["genes", HEARD, "classify.weight"])
def test_arrays_of_another_shape_are_refused(state: State, name: str) -> None:
    """An array that does not fit the vocabulary, the width or the classes is named."""
    arrays = {**state.arrays, name: state.arrays[name][:-1]}
    with pytest.raises(InputError, match=f"array '{name}'"):
        MODEL.restore(replace(state, arrays=arrays))
