"""Orthology transfer as a model: edges, scores, resumption, and when it declines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.models.base import RunContext
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.fitting import METHODS
from orthoweave.models.orthology_transfer.importance import (
    group_sums,
    null_percentile,
    sign_stability,
    tied_edges,
)
from orthoweave.models.orthology_transfer.inputs import Wiring
from orthoweave.models.orthology_transfer.model import OrthologyTransfer
from orthoweave.views.ontology import OntologyView
from orthoweave.views.requests import Views

MakeViews = Callable[..., Views]


@dataclass
class Memory:
    """A checkpoint in memory that interrupts after some saves."""

    interrupt_after: int = 10**9
    saves: int = 0
    state: dict[str, np.ndarray] | None = field(default=None)

    def load(self) -> dict[str, np.ndarray] | None:
        """State that was saved last."""
        return self.state

    def save(self, state: Mapping[str, np.ndarray]) -> None:
        """Keep the state."""
        self.state = dict(state)
        self.saves += 1
        if self.saves == self.interrupt_after:
            raise KeyboardInterrupt


def test_it_reads_types_through_orthology(make_views: MakeViews, config: TransferConfig) -> None:
    """On separable data it finds the cell types of unseen animals, far above the control."""
    model = OrthologyTransfer()
    views = make_views()
    fitted = model.fit(views, config, RunContext())
    result = model.apply(fitted, views, config, RunContext())
    [score] = result.scores
    assert score.estimate.value > 0.9
    assert score.control.value < score.estimate.value
    assert set(score.baselines) == set(METHODS) - {"transfer", "rewired"}
    assert set(score.differences) == {*score.baselines, score.control_name}
    assert result.measures["edges"] == fitted.prepared.wiring.n_edges
    assert float(result.measures["coverage"]) == pytest.approx(1)
    [found] = result.predictions
    target = views.expression("target")
    assert found.cells.tolist() == target.cells.tolist()
    test = np.isin(target.donors, ["mouse3"])
    assert np.mean(found.label[test] == target.cell_types[test]) > 0.9


def test_few_null_fits_publish_nothing(make_views: MakeViews, config: TransferConfig) -> None:
    """Three label-permuted fits cannot show the 99th percentile."""
    model, views = OrthologyTransfer(), make_views()
    result = model.apply(model.fit(views, config, RunContext()), views, config, RunContext())
    table = result.tables["FUNCTIONAL_ORTHOLOG_OF"]
    assert table.num_rows == 0
    assert any("0 of" in note for note in result.notes)


def test_published_edges_run_from_target_to_source(
    make_views: MakeViews, config: TransferConfig
) -> None:
    """Edges that pass both thresholds are written with the keys of both genes."""
    model, views = OrthologyTransfer(), make_views()
    fitted = model.fit(views, config, RunContext())
    n_edges = fitted.prepared.wiring.n_edges
    strong = replace(
        fitted,
        null=np.zeros((200, n_edges)),
        weights=np.abs(fitted.weights),
        importance=np.ones_like(fitted.importance),
    )
    table = model.apply(strong, views, config, RunContext()).tables["FUNCTIONAL_ORTHOLOG_OF"]
    assert table.num_rows == n_edges
    assert all(key.startswith("M:") for key in table["from"].to_pylist())
    assert all(key.startswith("H:") for key in table["to"].to_pylist())
    assert set(table["n_target"].to_pylist()) == {30}


def test_an_interrupted_fit_goes_on(make_views: MakeViews, config: TransferConfig) -> None:
    """After Ctrl-C the next run gives the same as an undisturbed one."""
    model, views = OrthologyTransfer(), make_views()
    whole = model.fit(views, config, RunContext())
    memory = Memory(interrupt_after=3)
    with pytest.raises(KeyboardInterrupt):
        model.fit(views, config, RunContext(checkpoint=memory))
    again = model.fit(views, config, RunContext(checkpoint=Memory(state=memory.state)))
    np.testing.assert_array_equal(again.weights, whole.weights)
    np.testing.assert_array_equal(again.null, whole.null)
    for method, classes in whole.predicted.items():
        np.testing.assert_array_equal(again.predicted[method], classes)


def test_a_checkpoint_of_an_earlier_form_is_not_read(
    make_views: MakeViews, config: TransferConfig
) -> None:
    """State with other arrays is left, and the fit begins anew."""
    old = Memory(state={"weights": np.zeros((2, 1)), "scores": np.zeros((2, 6))})
    found = OrthologyTransfer().fit(make_views(), config, RunContext(checkpoint=old))
    assert len(found.weights) == config.n_seeds


def test_a_network_that_looks_elsewhere(make_views: MakeViews, config: TransferConfig) -> None:
    """Under 60 % of its attribution on genes with an ortholog is refused."""
    plain = make_views().orthology("orthology")
    few = np.arange(plain.n_edges) % 4 == 0
    thin = replace(
        plain,
        left=plain.left[few],
        right=plain.right[few],
        cardinality=plain.cardinality[few],
        support=plain.support[few],
        covering=plain.covering[few],
    )
    with pytest.raises(InputError, match="attribution is on genes with an ortholog"):
        OrthologyTransfer().fit(make_views(orthology=thin), config, RunContext())


def test_tied_edges_are_ranked_together() -> None:
    """Two inputs that go together are one group, whose importance is their sum."""
    wiring = Wiring(
        np.arange(3), np.arange(3), np.arange(3), np.arange(3), np.full(3, "1:1", object)
    )
    random = np.random.default_rng(0)
    cells = random.normal(size=(100, 3))
    cells[:, 1] = -cells[:, 0] + 0.1 * cells[:, 1]
    groups = tied_edges(wiring, cells)
    assert groups[0] == groups[1] != groups[2]
    np.testing.assert_allclose(group_sums(np.array([1.0, 2.0, 4.0]), groups), [3, 3, 4])
    np.testing.assert_allclose(group_sums(np.ones((2, 3)), groups), [[2, 2, 1]] * 2)


def test_percentile_and_stability_by_hand() -> None:
    """Shares of fits, worked out."""
    null = np.array([[1.0, 5.0], [2.0, 6.0], [3.0, 7.0]])
    np.testing.assert_allclose(null_percentile(np.array([2.5, 9.0]), null), [2 / 4, 3 / 4])
    weights = np.array([[1.0, -1.0], [2.0, 1.0], [3.0, 0.0], [-1.0, -2.0]])
    np.testing.assert_allclose(sign_stability(weights), [0.75, 0.5])


def test_datasets_must_be_named(config: TransferConfig) -> None:
    """Without them the message shows how."""
    with pytest.raises(UsageError, match="--set source=baron_human"):
        OrthologyTransfer().views(replace(config, target=""))


def test_datasets_of_different_depths_meet_at_their_common_level(
    make_views: MakeViews, config: TransferConfig
) -> None:
    """Source types are pooled where the target names them more coarsely, and the notes say so."""
    plain = make_views()
    target = plain.expression("target")
    coarse = np.where(np.isin(target.cell_types, ["CL:1", "CL:2"]), "CL:12", target.cell_types)
    keys = np.array(["CL:1", "CL:12", "CL:2", "CL:3"], object)
    edges = np.array(["CL:1", "CL:2"], object), np.array(["CL:12", "CL:12"], object)
    views = make_views(
        target=replace(target, cell_types=coarse.astype(object)),
        ontology=OntologyView(keys, keys, *edges),
    )
    fitted = OrthologyTransfer().fit(views, config, RunContext())
    assert fitted.prepared.classes.tolist() == ["CL:12", "CL:3"]
    assert "human: pooled into CL:12" in fitted.prepared.notes[0]
