"""Kept weights: another order of genes, genes that data lack, and values that do not fit."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError
from orthoweave.models.base import RunContext
from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.models.scmamba.model import ScMamba
from orthoweave.models.state import State
from orthoweave.views.requests import Views


@pytest.fixture(scope="module")
def state(make_views: Callable[..., Views], config: ScMambaConfig) -> State:
    """Weights of a classifier of types by the additive encoder."""
    own = replace(config, task="annotate", mixer="set", epochs=20)
    model, views = ScMamba(), make_views()
    return model.state(model.fit(views, own, RunContext()), views, own)


def test_another_order_of_genes_is_refused(state: State) -> None:
    """The same genes in another order are not what the network learnt."""
    turned = replace(
        state, vocabulary=replace(state.vocabulary, genes=state.vocabulary.genes[::-1])
    )
    with pytest.raises(InputError, match="another order"):
        ScMamba().restore(turned)


@pytest.mark.parametrize(
    ("name", "value", "match"),
    [
        ("task", "guess", "expected annotate, doublets, impute"),
        ("width", -3, "a number above 0"),
        ("networks", 9, "expected 1 or 2"),
    ],
)
def test_values_that_do_not_fit_are_refused(
    state: State, name: str, value: str | int, match: str
) -> None:
    """A task, size or number of networks that cannot be is refused by its name."""
    with pytest.raises(InputError, match=match):
        ScMamba().restore(replace(state, values={**state.values, name: value}))


def test_genes_of_data_may_be_fewer_and_in_any_order(
    state: State, make_views: Callable[..., Views], config: ScMambaConfig
) -> None:
    """Cells get the same types with their genes in another order, and most with a gene missing."""
    model, whole = ScMamba(), make_views().expression("cells")
    kept = model.restore(state)

    def named(genes: np.ndarray) -> np.ndarray:
        views = Views({"cells": whole.subset(genes=genes)})
        [found] = model.apply_kept(kept, views, config, RunContext()).predictions
        return found.label

    plain = named(np.arange(whole.n_genes))
    assert np.mean(plain == whole.cell_types) > 0.9
    assert (named(np.arange(whole.n_genes)[::-1]) == plain).all()
    assert np.mean(named(np.arange(2, whole.n_genes)) == plain) > 0.9
