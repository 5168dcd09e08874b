"""Runs through the same door as any source: recorded, built, diffed, removed, refused."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from orthoweave.builds.build import build
from orthoweave.builds.history import diff, remove_source, status
from orthoweave.errors import LockedError, SchemaError, UnknownNameError, UsageError
from orthoweave.models.base import Estimate, Model, ModelCard, ModelResult, RunContext, Score
from orthoweave.models.evaluation import adjusted_rand_index
from orthoweave.models.options import device_option, option, seed_option
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.runs.run import Ran, run_model
from orthoweave.storage.faults import VARIABLE
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import ENTRY_FILE, Ledger
from orthoweave.views.requests import ExpressionRequest, ViewRequest, Views


@dataclass(frozen=True, slots=True)
class SplitConfig:
    """Settings of the model below."""

    dataset: str = option("toy_human", "dataset whose cells are split")
    steps: int = option(3, "steps of the training")
    seed: int = seed_option()
    device: str = device_option()


class SplitAtMarker(Model[SplitConfig, np.ndarray]):
    """Splits the cells of a dataset at the median of its most variable gene: small, but whole."""

    name = "split_at_marker"
    card = ModelCard(
        "Cells above and below the median of one gene",
        "ours",
        "",
        "Which cells have more of it?",
        ("expression",),
        ("CellCluster", "IN_CLUSTER", "HIGH_TRAFFIC"),
        ("two clusters only",),
    )
    config_class = SplitConfig

    def __init__(self, interrupt_at: int = -1) -> None:
        self.interrupt_at = interrupt_at
        self.trained: list[int] = []

    def views(self, config: SplitConfig) -> Mapping[str, ViewRequest]:
        """Expression of the dataset."""
        return {"cells": ExpressionRequest(config.dataset, "log1p_cp10k")}

    def fit(self, views: Views, config: SplitConfig, context: RunContext) -> np.ndarray:
        """Variances, added up in steps that may be interrupted."""
        values = views.expression("cells").values.toarray()
        state = context.checkpoint.load() or {"step": np.array(0), "sum": np.zeros(values.shape[1])}
        for step in range(int(state["step"]), config.steps):
            if step == self.interrupt_at:
                raise KeyboardInterrupt
            self.trained.append(step)
            state = {"step": np.array(step + 1), "sum": state["sum"] + values.var(axis=0)}
            context.checkpoint.save(state)
        return state["sum"]

    def apply(
        self, fitted: np.ndarray, views: Views, config: SplitConfig, context: RunContext
    ) -> ModelResult:
        """Two clusters, their cells, their gene and a score."""
        view = views.expression("cells")
        gene = int(np.argmax(fitted))
        values = view.values[:, [gene]].toarray().ravel()
        high = (values > np.median(values)).astype(int)
        ids = np.array([f"{context.run}/{label}" for label in ("low", "high")], object)
        agreement = adjusted_rand_index(view.labels, high)
        score = Score(
            "ARI",
            f"labels of {config.dataset}",
            Estimate(agreement, agreement, agreement),
            {"one cluster": Estimate(0.0, 0.0, 0.0)},
            Estimate(0.0, -0.1, 0.1),
            "labels permuted",
        )
        tables = {
            "CellCluster": pa.table(
                {
                    "id": ids,
                    "dataset": [config.dataset] * 2,
                    "run": [context.run] * 2,
                    "label": ["low", "high"],
                    "n_cells": np.bincount(high, minlength=2),
                    "stability": pa.array([None, None], pa.float64()),
                    "exponent": pa.array([None, None], pa.float64()),
                }
            ),
            "IN_CLUSTER": pa.table({"from": view.cells, "to": ids[high]}),
            "HIGH_TRAFFIC": pa.table(
                {
                    "from": ids[1:],
                    "to": view.genes[[gene]],
                    "log_ratio": [1.5],
                    "percentile": [0.99],
                }
            ),
        }
        return ModelResult(tables, (score,), {"gene": str(view.symbols[gene])}, ("A toy.",))


@pytest.fixture
def layout(toy_kb: Path, tmp_path: Path) -> Layout:
    """A toy world that the test may change."""
    return _copy(toy_kb, tmp_path / "kb")


def _copy(kb: Path, folder: Path) -> Layout:
    return Layout(Path(shutil.copytree(kb, folder)))


def _run(layout: Layout, model: SplitAtMarker | None = None, name: str | None = None) -> Ran:
    return run_model(layout, model or SplitAtMarker(), SplitConfig(), Quiet(), name=name)


def _content(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != ENTRY_FILE  # it says when
    }


def test_facts_of_a_run_are_in_the_next_build(layout: Layout) -> None:
    """Clusters, their cells and the Run node with settings, scores and wall time can be asked."""
    done = _run(layout)
    build(layout, Quiet())
    with open_knowledge_base(layout.root) as kb:
        clusters = kb.gateway.ask(
            "MATCH (c:Cell)-[e:IN_CLUSTER]->(k:CellCluster) "
            "RETURN k.label AS label, k.run AS run, e.source AS source, count(c) AS n, "
            "k.n_cells AS n_cells ORDER BY label"
        ).table.to_pylist()
        [run] = kb.runs().rows()
        [source] = kb.gateway.ask(
            "MATCH (s:Source {id: $id}) RETURN s.license AS license, s.knowledge_level AS level",
            {"id": done.entry.key},
        ).table.to_pylist()
    assert [row["label"] for row in clusters] == ["high", "low"]
    assert all(row["n"] == row["n_cells"] for row in clusters)
    assert {row["run"] for row in clusters} == {done.run}
    assert {row["source"] for row in clusters} == {done.entry.key}
    assert run["run"] == done.run
    assert float(str(run["seconds"])) >= 0
    assert json.loads(str(run["settings"]))["dataset"] == "toy_human"
    [metric] = json.loads(str(run["metrics"]))
    assert done.result is not None
    assert metric["value"] == done.result.scores[0].estimate.value
    assert metric["baselines"] == {"one cluster": {"value": 0.0, "low": 0.0, "high": 0.0}}
    assert metric["control_name"] == "labels permuted"
    assert json.loads(str(run["measures"]))["gene"]
    assert run["notes"] == ["A toy."]
    assert source["level"] == "prediction"
    assert source["license"] == layout_license(layout)


def layout_license(layout: Layout) -> str:
    """Licence of the dataset that the run read."""
    entry = Ledger(layout.ledger).find("toy_human")
    assert entry is not None
    return entry.license


def test_a_run_is_listed_diffed_and_removed(layout: Layout) -> None:
    """A run is a source in the status, a difference between builds, and gone when removed."""
    before = build(layout, Quiet()).manifest.build
    done = _run(layout)
    with_run = build(layout, Quiet()).manifest
    assert done.entry.name in {item.entry.name for item in status(layout).sources}
    assert [
        item.entry.job for item in status(layout).sources if item.entry.name == done.entry.name
    ] == ["run split_at_marker"]
    found = diff(layout, before, with_run.build)
    assert any(done.entry.name in name for name in found.sources_added)
    assert {"CellCluster": 2, "Run": 1}.items() <= {
        item.table: item.n_added for item in found.tables
    }.items()
    remove_source(layout, done.entry.name)
    without = build(layout, Quiet()).manifest
    assert without.build == before
    assert without.counts.get("CellCluster", 0) == 0
    assert without.counts["HAS_TYPE"] == with_run.counts["HAS_TYPE"]


def test_the_same_run_gives_the_same_bytes(layout: Layout, toy_kb: Path, tmp_path: Path) -> None:
    """The same model, settings and view give the same tables, byte by byte, anywhere."""
    first = _run(layout)
    other = _run(_copy(toy_kb, tmp_path / "other"))
    assert first.entry.tables_digest == other.entry.tables_digest
    assert _content(first.tables.folder) == _content(other.tables.folder)
    assert _run(layout).result is None


def test_another_seed_is_another_version_of_the_source(layout: Layout) -> None:
    """Seeds give versions of one source; other settings give a source of their own."""
    first = _run(layout).entry
    seeded = run_model(layout, SplitAtMarker(), SplitConfig(seed=1), Quiet()).entry
    other = run_model(layout, SplitAtMarker(), SplitConfig(steps=2), Quiet()).entry
    assert first.name == seeded.name != other.name
    assert first.version != seeded.version
    active = {entry.name: entry.version for entry in Ledger(layout.ledger).active()}
    assert active[first.name] == seeded.version


def test_an_interrupted_run_leaves_no_trace_and_goes_on(layout: Layout) -> None:
    """Ctrl-C leaves tables and ledger as they were; the next run takes up the training's state."""
    tables, entries = set(layout.tables.iterdir()), Ledger(layout.ledger).entries()
    with pytest.raises(KeyboardInterrupt):
        _run(layout, SplitAtMarker(interrupt_at=2))
    assert set(layout.tables.iterdir()) == tables
    assert Ledger(layout.ledger).entries() == entries
    resumed = SplitAtMarker()
    done = _run(layout, resumed)
    assert resumed.trained == [2]
    assert list((layout.cache / "runs").iterdir()) == []
    remove_source(layout, done.entry.name)
    whole = _run(layout)
    assert whole.entry.tables_digest == done.entry.tables_digest


def test_a_run_goes_stale_with_its_dataset(layout: Layout) -> None:
    """A run is up to date until the dataset that it read has gone or changed."""
    name = _run(layout).entry.name
    assert {item.entry.name: item.stale for item in status(layout).sources}[name] == ()
    remove_source(layout, "toy_human")
    [stale] = {item.entry.name: item.stale for item in status(layout).sources}[name]
    assert "toy_human" in stale


class Trespasser(SplitAtMarker):
    """Return the result that the test sets."""

    def __init__(self, **tables: pa.Table) -> None:
        super().__init__()
        self._tables = tables

    def apply(
        self, fitted: np.ndarray, views: Views, config: SplitConfig, context: RunContext
    ) -> ModelResult:
        """Tables of the other, with some replaced."""
        result = super().apply(fitted, views, config, context)
        return replace(result, tables={**result.tables, **self._tables})


GENE = pa.table({"id": ["NCBIGene:1"], "symbol": ["mine"]})
TYPED = pa.table(
    {"from": ["toy_human:c1"], "to": ["CL:0000169"], "by": ["run:x"], "probability": [0.9]}
)
FOREIGN = pa.table({"id": ["run:other/low"], "label": ["low"]})
ELSEWHERE = pa.table({"from": ["toy_human:c1"], "to": ["run:x/low"], "by": ["author"]})


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"Gene": GENE}, "returned Gene"),
        ({"HAS_TYPE": TYPED}, "returned HAS_TYPE"),
        ({"Run": GENE}, "returned Run"),
        ({"CellCluster": FOREIGN}, "expected keys that begin with"),
        ({"IN_CLUSTER": ELSEWHERE}, "found another name"),
    ],
)
def test_a_model_writes_only_what_is_its_own(
    layout: Layout, tables: dict[str, pa.Table], message: str
) -> None:
    """Curated tables, tables off its card and names of others are refused, and nothing is left."""
    before = set(layout.tables.iterdir())
    with pytest.raises(SchemaError, match=message):
        _run(layout, Trespasser(**tables))
    assert set(layout.tables.iterdir()) == before


def test_names_that_are_taken_are_refused(layout: Layout) -> None:
    """A run never takes the place of a source that is not a run; an odd name is refused too."""
    with pytest.raises(UsageError, match="is taken by a source of job 'cell_gene'"):
        _run(layout, name="toy_human")
    with pytest.raises(UsageError, match="is not usable"):
        _run(layout, name="../x")


def test_unknown_dataset(layout: Layout) -> None:
    """A dataset that is not there is named, with those that exist."""
    with pytest.raises(UnknownNameError, match=r"no dataset 'pbmc'.*toy_human"):
        run_model(layout, SplitAtMarker(), SplitConfig(dataset="pbmc"), Quiet())


def test_a_failure_while_writing_leaves_no_trace(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at the last moment leaves tables and ledger as they were; then it works."""
    before = set(layout.tables.iterdir())
    monkeypatch.setenv(VARIABLE, "rename folder:ENOSPC")
    with pytest.raises(OSError, match="No space left"):
        _run(layout)
    assert set(layout.tables.iterdir()) == before
    assert all(not entry.job.startswith("run ") for entry in Ledger(layout.ledger).entries())
    monkeypatch.delenv(VARIABLE)
    again = SplitAtMarker()
    assert _run(layout, again).result is not None
    assert again.trained == []


def test_another_writer_is_met_with_the_state_kept(layout: Layout) -> None:
    """A run computes beside a writer; if that still writes at the end, its training is kept."""
    with writing(layout), pytest.raises(LockedError, match="is being written by"):
        _run(layout)
    again = SplitAtMarker()
    _run(layout, again)
    assert again.trained == []
