"""Clusters of a run, counted by hand on the toy world."""

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from orthoweave.builds.build import build
from orthoweave.errors import UnknownNameError
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.schema import read_schema
from orthoweave.storage.durable import pending_folder, publish_folder
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.published import open_published
from orthoweave.storage.tableset import TableWriter, read_tableset
from orthoweave.views.reading.expression import read_expression
from orthoweave.views.requests import ExpressionRequest

RUN = "run:mine@1"


@pytest.fixture(scope="module")
def layout(toy_kb: Path, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The toy world with a run that puts the first eleven cells into one cluster."""
    layout = Layout(Path(shutil.copytree(toy_kb, tmp_path_factory.mktemp("clusters") / "kb")))
    view = read_expression(open_published(layout), ExpressionRequest("toy_human"))
    key = f"{RUN}/all"
    genes = dict(zip(view.symbols, view.genes, strict=True))
    tables = {
        "Run": {
            "id": [RUN],
            "model": ["mine"],
            "settings": ["{}"],
            "seed": [0],
            "view_digest": ["x"],
            "code_version": ["0"],
            "metrics": ["[]"],
            "measures": ["{}"],
            "views": ["{}"],
        },
        "CellCluster": {
            "id": [key],
            "dataset": ["toy_human"],
            "run": [RUN],
            "label": ["all"],
            "n_cells": [11],
            "stability": [0.5],
        },
        "IN_CLUSTER": {"from": view.cells[:11], "to": [key] * 11},
        "HIGH_TRAFFIC": {
            "from": [key] * 2,
            "to": [genes["GCG"], genes["INS"]],
            "log_ratio": [0.5, 2.0],
            "percentile": [0.9, 1.0],
        },
    }
    source = SourceInfo("mine", version="1")
    with writing(layout):
        with pending_folder(layout.tables, "mine") as folder:
            with TableWriter(folder, read_schema(), source) as out:
                for name, rows in tables.items():
                    out.write(name, pa.table(rows))
                digest = out.finish()
            publish_folder(folder, layout.tables / digest)
        counts = read_tableset(layout.tables / digest).counts
        entry = Entry(
            "mine", "1", "run mine", "x", {}, {}, [{"seconds": 2.5}], digest, counts, "CC0"
        )
        Ledger(layout.ledger).record(entry)
    build(layout, Quiet())
    return layout


def test_commonest_type_and_leading_genes(layout: Layout) -> None:
    """The share is that of the commonest author type; genes come by falling traffic."""
    view = read_expression(open_published(layout), ExpressionRequest("toy_human"))
    types = list(view.cell_types[:11])
    largest = max(types.count(key) for key in types)
    with open_knowledge_base(layout.root) as kb:
        [row] = kb.clusters("toy_human").rows()
        assert kb.clusters("toy_mouse").rows() == []
        assert len(kb.clusters()) == 1
        assert kb.clusters(run="mine").rows() == kb.clusters().rows()
    assert row["share"] == pytest.approx(largest / 11)
    assert row["cell_type"] == "type B pancreatic cell"
    assert row["genes"] == ["INS", "GCG"]
    assert (row["run"], row["cluster"], row["n_cells"]) == (RUN, "all", 11)


def test_a_run_without_score_claims_none(layout: Layout) -> None:
    """A run that was given no score has one row without metric, and its wall time in its node."""
    with open_knowledge_base(layout.root) as kb:
        [row] = kb.scores().rows()
        [run] = kb.gateway.ask("MATCH (r:Run) RETURN r.seconds AS seconds").table.to_pylist()
    assert (row["run"], row["metric"], row["value"]) == (RUN, None, None)
    assert run["seconds"] == 2.5


def test_unknown_datasets_are_refused(layout: Layout) -> None:
    """The error on an unknown dataset lists the known ones."""
    with open_knowledge_base(layout.root) as kb, pytest.raises(UnknownNameError, match="toy_human"):
        kb.clusters("pbmc")
    with open_knowledge_base(layout.root) as kb, pytest.raises(UnknownNameError, match="mine"):
        kb.clusters(run="yours")
