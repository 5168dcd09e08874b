"""Scores and facts of a run."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from orthoweave.builds.build import build
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.testing.sources import record_source

RUN = "run:split@v1"
METRICS = [
    {
        "metric": "ARI",
        "context": "toy",
        "value": 0.8,
        "low": 0.7,
        "high": 0.9,
        "baselines": {
            "PCA": {"value": 0.6, "low": 0.5, "high": 0.7},
            "one cluster": {"value": 0.0, "low": 0.0, "high": 0.0},
        },
        "control": {"value": 0.01, "low": -0.1, "high": 0.1},
        "control_name": "labels permuted",
    }
]


@pytest.fixture(scope="module")
def kb(toy_kb: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The toy world with one run, whose source is called as the run is."""
    folder = Path(shutil.copytree(toy_kb, tmp_path_factory.mktemp("run") / "kb"))
    node = {
        "id": RUN,
        "model": "split",
        "settings": "{}",
        "seed": 0,
        "view_digest": "0" * 64,
        "code_version": "1",
        "metrics": json.dumps(METRICS),
        "measures": "{}",
        "views": "{}",
        "notes": ["A toy."],
    }
    cluster = {
        "id": f"{RUN}/high",
        "dataset": "toy_human",
        "run": RUN,
        "label": "high",
        "n_cells": 2,
        "stability": 0.5,
        "exponent": None,
    }
    traffic = {"from": f"{RUN}/high", "to": "NCBIGene:3630", "log_ratio": 1.5, "percentile": 0.9}
    points = {
        "from": "NCBIGene:3630",
        "to": "CL:0000169",
        "dataset": "toy_human",
        "contribution": 0.4,
        "rank": 1,
        "percentile": 1.0,
    }
    typed = [
        {
            "from": f"toy_human:human-00{n}",
            "to": "CL:0000169",
            "by": RUN,
            "probability": 0.5 + n / 4,
        }
        for n in range(2)
    ]
    rows = {
        "Run": [node],
        "CellCluster": [cluster],
        "HIGH_TRAFFIC": [traffic],
        "CONTRIBUTES_TO": [points],
        "HAS_TYPE": typed,
    }
    record_source(folder, "split", rows, version="v1")
    build(Layout(folder), Quiet())
    with open_knowledge_base(folder) as opened:
        yield opened


def test_every_score_stands_beside_each_baseline_and_the_control(kb: KnowledgeBase) -> None:
    """A score has a row for each baseline, and all rows have its interval and its control."""
    rows = kb.run_scores(RUN).rows()
    assert [(row["baseline"], row["baseline_value"]) for row in rows] == [
        ("PCA", 0.6),
        ("one cluster", 0.0),
    ]
    for row in rows:
        assert (row["value"], row["low"], row["high"]) == (0.8, 0.7, 0.9)
        assert (row["control"], row["control_value"]) == ("labels permuted", 0.01)


def test_facts_are_those_of_the_run(kb: KnowledgeBase) -> None:
    """Clusters, genes and types of the run come by table, and nothing that authors said."""
    found = kb.run_facts(RUN)
    assert set(found) == {"CellCluster", "HIGH_TRAFFIC", "CONTRIBUTES_TO", "HAS_TYPE"}
    assert [row["symbol"] for row in found["HIGH_TRAFFIC"].rows()] == ["INS"]
    [typed] = found["HAS_TYPE"].rows()
    assert (typed["n_cells"], typed["mean_probability"]) == (2, pytest.approx(0.625))
    assert found["CellCluster"].provenance["build"] == kb.manifest.build


def test_another_run_has_no_facts(kb: KnowledgeBase) -> None:
    """The name decides: a run that is not there has nothing."""
    assert kb.run_facts("run:other@v1") == {}
