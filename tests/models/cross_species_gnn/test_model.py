"""The model: facts with probabilities, scores beside baselines, no leak, and what it refuses."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import softmax

from orthoweave.content import folder
from orthoweave.errors import InputError, UsageError
from orthoweave.models.base import RunContext
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.model import CrossSpeciesNetwork
from orthoweave.models.registry import find_model
from orthoweave.schema.read import read_schema
from orthoweave.views.expression import ExpressionView
from orthoweave.views.ontology import OntologyView
from orthoweave.views.requests import Views

MakeViews = Callable[..., Views]
MODEL = CrossSpeciesNetwork()


def test_it_names_cells_of_the_other_species(
    make_views: MakeViews, config: CrossSpeciesConfig
) -> None:
    """Facts name the run; scores stand beside seven baselines and a control far below."""
    views, context = make_views(), RunContext(run="run:7")
    result = MODEL.apply(MODEL.fit(views, config, context), views, config, context)
    table = result.tables["HAS_TYPE"]
    assert set(table["by"].to_pylist()) == {"run:7"}
    assert {score.metric for score in result.scores} == {"accuracy", "macro-F1"}
    for score in result.scores:
        assert score.estimate.value > 0.95
        assert score.control.value < 0.75
        assert len(score.baselines) == 7
        assert set(score.differences) == {*score.baselines, score.control_name}
    measures = result.measures
    (predictions,) = result.predictions
    assert predictions.verdict is not None
    assert set(predictions.verdict.tolist()) <= {"near", "far", "outside"}
    assert table.num_rows == (~predictions.abstained).sum()
    assert not (predictions.verdict[~predictions.abstained] == "outside").any()
    assert measures["verdict"] == "near"
    assert any("mouse is near, compared with human" in note for note in result.notes)
    assert table.num_rows == round(float(measures["coverage"]) * 150)
    assert float(measures["held_out_donor_accuracy"]) > 0.95
    assert min(table["probability"].to_pylist()) >= float(measures["threshold"]) - 1e-6


def test_all_cells_have_predictions_and_vectors(
    make_views: MakeViews, config: CrossSpeciesConfig
) -> None:
    """Cells without a name are there; the network's last layer on the vectors gives the types."""
    views, context = make_views(), RunContext(run="run:7")
    fitted = MODEL.fit(views, replace(config, threshold=0.9), context)
    result = MODEL.apply(fitted, views, replace(config, threshold=0.9), context)
    [found], [vectors] = result.predictions, result.vectors
    named = {row["from"]: row["to"] for row in result.tables["HAS_TYPE"].to_pylist()}
    assert found.cells.tolist() == views.expression("target").cells.tolist()
    labels = dict(zip(found.cells[~found.abstained], found.label[~found.abstained], strict=True))
    assert labels == named
    assert 0 < len(named) < 150
    weight, shift = (fitted.learnt[f"classify.{name}"] for name in ("weight", "bias"))
    probability = softmax(vectors.values @ weight.T + shift, axis=1)
    np.testing.assert_allclose(probability, fitted.probability, atol=1e-5)
    np.testing.assert_allclose(found.probability, probability.max(axis=1), atol=1e-5)


def test_facts_fit_the_schema(make_views: MakeViews, config: CrossSpeciesConfig) -> None:
    """Every column of the table is a property of HAS_TYPE, and no required one is missing."""
    views = make_views()
    sure = replace(config, threshold=0.0)
    table = MODEL.apply(MODEL.fit(views, sure, RunContext()), views, sure, RunContext()).tables[
        "HAS_TYPE"
    ]
    properties = read_schema(folder("graph_schema")).edges["HAS_TYPE"].properties
    assert set(table.column_names) == {"from", "to", *(p.name for p in properties)}
    assert table.num_rows == 150


def test_target_labels_change_nothing_that_is_written(
    make_views: MakeViews, mouse: ExpressionView, config: CrossSpeciesConfig
) -> None:
    """With target labels permuted, or taken away, the same bytes are learnt."""
    shuffled = np.random.default_rng(0).permutation(mouse.cell_types)
    none = np.full(mouse.n_cells, None, object)
    found = [
        MODEL.fit(make_views(target=replace(mouse, cell_types=types)), config, RunContext())
        for types in (mouse.cell_types, shuffled, none)
    ]
    assert len({fitted.probability.tobytes() for fitted in found}) == 1
    assert len({fitted.threshold for fitted in found}) == 1


def test_without_target_labels_there_is_no_score(
    make_views: MakeViews, mouse: ExpressionView, config: CrossSpeciesConfig
) -> None:
    """Cells are named all the same, and no quality is claimed."""
    none = np.full(mouse.n_cells, None, object)
    views = make_views(target=replace(mouse, cell_types=none))
    result = MODEL.apply(MODEL.fit(views, config, RunContext()), views, config, RunContext())
    assert result.scores == ()
    assert "accuracy_of_named" not in result.measures
    assert result.tables["HAS_TYPE"].num_rows > 100


def test_counts_are_brought_to_the_log_scale(
    make_views: MakeViews, counts: ExpressionView, config: CrossSpeciesConfig
) -> None:
    """Counts give the same as the logarithms that they amount to."""
    sure = replace(config, threshold=0.5)
    logs = MODEL.fit(make_views(), sure, RunContext())
    raw = MODEL.fit(make_views(source=counts), sure, RunContext())
    assert raw.probability.tobytes() == logs.probability.tobytes()


def test_types_of_no_source_cell_are_measured(
    make_views: MakeViews, mouse: ExpressionView, config: CrossSpeciesConfig
) -> None:
    """Cells of a type that the source lacks are counted, with the share that was named anyway."""
    types = mouse.cell_types.copy()
    types[:30] = "CL:99"
    views = make_views(target=replace(mouse, cell_types=types))
    sure = replace(config, threshold=0.0)
    measures = MODEL.apply(MODEL.fit(views, sure, RunContext()), views, sure, RunContext()).measures
    assert measures["cells_of_other_types"] == 30
    assert measures["share_of_other_types_named"] == 1.0


def test_donors_of_two_species_may_have_one_name(
    make_views: MakeViews, mouse: ExpressionView, config: CrossSpeciesConfig
) -> None:
    """They are different animals: the network learns the same as with other names."""
    sure = replace(config, threshold=0.0)
    same = make_views(target=replace(mouse, donors=np.full(mouse.n_cells, "human2", object)))
    found, other = (MODEL.fit(views, sure, RunContext()) for views in (same, make_views()))
    np.testing.assert_array_equal(found.probability, other.probability)


def test_one_species_is_refused(
    make_views: MakeViews, human: ExpressionView, config: CrossSpeciesConfig
) -> None:
    """Source and target of one species have no orthology between them."""
    other = replace(human, dataset="other", donors=np.full(human.n_cells, "x", object))
    with pytest.raises(UsageError, match="expected two species"):
        MODEL.fit(make_views(target=other), config, RunContext())


def test_genes_of_another_namespace_are_refused(
    make_views: MakeViews, mouse: ExpressionView, config: CrossSpeciesConfig
) -> None:
    """Datasets whose genes are not in the orthology are refused, with the kinds of keys found."""
    genes = np.array([f"ENSEMBL:{key}" for key in mouse.genes], object)
    with pytest.raises(InputError, match="expected keys of one kind, found ENSEMBL"):
        MODEL.fit(make_views(target=replace(mouse, genes=genes)), config, RunContext())


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": ""},
        {"target": ""},
        {"markers": 0},
        {"min_cells": 0},
        {"width": 0},
        {"epochs": 0},
        {"batch_cells": -1},
        {"neighbors": 0},
        {"neighbors": -2},
        {"precision": 1.5},
        {"threshold": -0.1},
    ],
)
def test_impossible_settings_are_refused(
    wrong: dict[str, object], config: CrossSpeciesConfig
) -> None:
    """Settings out of their range are refused before anything is read."""
    with pytest.raises(
        UsageError, match=str(next(iter(wrong))) if "" not in wrong.values() else "two datasets"
    ):
        MODEL.views(replace(config, **wrong))  # type: ignore[arg-type]


def test_it_is_registered_with_a_whole_card() -> None:
    """It is found by name, with its question, what it reads and writes, and its limits."""
    card = find_model("cross_species_gnn").card
    assert card.writes == ("HAS_TYPE",)
    assert all((card.title, card.paper, card.question, card.reads, card.limits))


def _coarser() -> OntologyView:
    """CL:1 and CL:2 are kinds of CL:12."""
    keys = np.array(["CL:1", "CL:12", "CL:2", "CL:3"], object)
    lower, upper = np.array(["CL:1", "CL:2"], object), np.array(["CL:12", "CL:12"], object)
    return OntologyView(keys, keys, lower, upper)


def test_a_coarser_target_is_scored_at_the_common_level(
    make_views: MakeViews, mouse: ExpressionView, config: CrossSpeciesConfig
) -> None:
    """Cells keep the source's types; truth and baselines meet them as what the target names."""
    coarse = np.where(np.isin(mouse.cell_types, ["CL:1", "CL:2"]), "CL:12", mouse.cell_types)
    target = replace(mouse, cell_types=coarse.astype(object))
    views = make_views(target=target, ontology=_coarser())
    plain = make_views(ontology=_coarser())
    fitted = MODEL.fit(views, config, RunContext())
    result = MODEL.apply(fitted, views, config, RunContext())
    for score in result.scores:
        assert "150 cells of 2 types" in score.context
        assert score.estimate.value > 0.95
        assert score.baselines["logistic on the same markers"].value > 0.95
    assert any("human: pooled into CL:12" in note for note in result.notes)
    # the target's labels have no part in the types that are written
    again = MODEL.apply(MODEL.fit(plain, config, RunContext()), plain, config, RunContext())
    assert result.tables["HAS_TYPE"].equals(again.tables["HAS_TYPE"])


def test_a_given_level_is_what_cells_are_named_by(
    make_views: MakeViews, config: CrossSpeciesConfig
) -> None:
    """The source's types are pooled before training."""
    pooled = replace(config, level=("CL:12", "CL:3"))
    views = make_views(ontology=_coarser())
    fitted = MODEL.fit(views, pooled, RunContext())
    assert fitted.classes.tolist() == ["CL:12", "CL:3"]
    result = MODEL.apply(fitted, views, pooled, RunContext())
    assert "150 cells of 2 types" in result.scores[0].context
