"""The Run node and its scores as they are written."""

import json

import pytest

from orthoweave.models.base import Estimate, ModelResult, Score
from orthoweave.runs.record import metrics_json, run_node
from orthoweave.schema import check_table, read_schema
from orthoweave.storage.provenance import SourceInfo, with_provenance

SCORE = Score(
    "ARI",
    "toy",
    Estimate(0.5, 0.4, 0.6),
    {"PCA": Estimate(0.3, 0.2, 0.4)},
    Estimate(0.0, -0.1, 0.1),
    "genes permuted",
    {"PCA": Estimate(0.2, 0.1, 0.3)},
)


def test_scores_are_written_with_their_comparison() -> None:
    """Each score stands with interval, baselines, control and the control's name."""
    assert json.loads(metrics_json((SCORE,))) == [
        {
            "metric": "ARI",
            "of": "the model",
            "context": "toy",
            "value": 0.5,
            "low": 0.4,
            "high": 0.6,
            "baselines": {"PCA": {"value": 0.3, "low": 0.2, "high": 0.4}},
            "control": {"value": 0.0, "low": -0.1, "high": 0.1},
            "control_name": "genes permuted",
            "differences": {"PCA": {"value": 0.2, "low": 0.1, "high": 0.3}},
        }
    ]
    assert metrics_json(()) == "[]"


@pytest.mark.parametrize("notes", [(), ("One.", "Two.")])
def test_node_fits_the_schema(notes: tuple[str, ...]) -> None:
    """The row has every column that the schema requires, and no wall time."""
    result = ModelResult({}, (SCORE,), {"coverage": 0.9}, notes)
    row = run_node(
        "run:a@1", "a", result, config_text="{}", seed=3, views={"cells": "x"}, view_digest="y"
    )
    schema = read_schema()
    table = schema.table("Run")
    checked = check_table(schema, "Run", with_provenance(row, table, SourceInfo("a")))
    [node] = checked.to_pylist()
    assert node["seconds"] is None
    assert (node["id"], node["seed"], node["notes"]) == ("run:a@1", 3, list(notes))
    assert json.loads(node["measures"]) == {"coverage": 0.9}
    assert json.loads(node["views"]) == {"cells": "x"}
