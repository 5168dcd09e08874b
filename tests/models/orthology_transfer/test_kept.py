"""A source network and its conversions as weights, applied to other cells of the target species."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.models.base import RunContext
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.kept import name_cells
from orthoweave.models.orthology_transfer.model import OrthologyTransfer
from orthoweave.models.state import State
from orthoweave.views.requests import Views

MODEL = OrthologyTransfer()


@pytest.fixture
def state(make_views: Callable[..., Views], config: TransferConfig) -> State:
    """The state of a fit."""
    views = make_views()
    return MODEL.state(MODEL.fit(views, config, RunContext()), views, config)


def test_kept_weights_name_cells(
    state: State, make_views: Callable[..., Views], config: TransferConfig
) -> None:
    """Without source and orthology the cells get their types, the same bytes each time."""
    views = Views({"target": make_views().expression("target")})
    kept = MODEL.restore(state)
    result = MODEL.apply_kept(kept, views, config, RunContext(run="run:7"))
    assert float(result.measures["accuracy_of_named"]) > 0.9
    named = result.tables["HAS_TYPE"].num_rows
    [found] = result.predictions
    assert found.verdict is not None
    assert set(found.verdict) <= {"near", "far", "outside"}
    assert 0 < named == int((~found.abstained).sum()) <= 180
    assert any("held-out donors" in note for note in result.notes)
    target = views.expression("target")
    again = name_cells(MODEL.restore(state), target, config)
    assert again.probability.tobytes() == name_cells(kept, target, config).probability.tobytes()
    np.testing.assert_allclose(again.probability.sum(axis=1), 1, rtol=1e-5)


def test_genes_in_another_order_and_missing_ones(
    state: State, make_views: Callable[..., Views], config: TransferConfig
) -> None:
    """The order of genes changes nothing; a missing gene takes its mean."""
    kept, target = MODEL.restore(state), make_views().expression("target")
    turned = target.subset(genes=np.arange(target.n_genes)[::-1])
    plain = name_cells(kept, target, config).probability
    assert name_cells(kept, turned, config).probability.tobytes() == plain.tobytes()
    fewer = target.subset(genes=np.arange(target.n_genes) % 10 > 0)
    found = MODEL.vocabulary_found(kept, Views({"target": fewer}), config)
    assert 0.8 < found.mean() < 1
    named = name_cells(kept, fewer, config)
    assert np.mean(named.predicted == target.cell_types) > 0.9


def test_a_threshold_takes_the_place_of_held_out_donors(
    state: State, make_views: Callable[..., Views], config: TransferConfig
) -> None:
    """Every cell is named from a probability of 0, and the notes say what was not measured."""
    views = Views({"target": make_views().expression("target")})
    given = replace(config, threshold=0.0)
    result = MODEL.apply_kept(MODEL.restore(state), views, given, RunContext(run="run:7"))
    assert result.tables["HAS_TYPE"].num_rows == 180
    assert any("no donor was held out" in note for note in result.notes)
    with pytest.raises(UsageError, match=r"threshold=1\.5: expected a share"):
        MODEL.views(replace(config, threshold=1.5))


def test_what_does_not_fit_is_refused(
    state: State, make_views: Callable[..., Views], config: TransferConfig
) -> None:
    """A dataset of another species, edges beyond the genes and a spread of nothing are refused."""
    kept = MODEL.restore(state)
    views = Views({"target": make_views().expression("source")})
    with pytest.raises(InputError, match="expected a dataset of NCBITaxon:10090"):
        MODEL.vocabulary_found(kept, views, config)
    for name, value, message in (
        ("conversion.target", state.arrays["conversion.target"] + 10**6, "expected numbers from 0"),
        ("sd", 0 * state.arrays["sd"], "above 0"),
        ("fold_0.conversion.shift", state.arrays["conversion.shift"][:, 1:], "fold_0"),
        ("network.0.weight", state.arrays["network.0.weight"][:, :-1], "array 'network.0.weight'"),
    ):
        with pytest.raises(InputError, match=message):
            MODEL.restore(replace(state, arrays={**state.arrays, name: value}))
