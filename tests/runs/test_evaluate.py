"""Embeddings of the toy world are evaluated, recorded, built and shown; and what is refused."""

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from orthoweave.builds.build import build
from orthoweave.cli.main import main
from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.questions.answer import Answer
from orthoweave.storage.layout import Layout
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import ExpressionRequest

QUICK = {"draws": 2, "resamplings": 20}
COLUMNS = ("age", "days", "event", "x", "y", "lab", "own")


@dataclass(frozen=True, slots=True)
class World:
    """A knowledge base that may be changed, and a file of embeddings of its human cells."""

    kb: Path
    file: Path

    def evaluate(self, **options: object) -> Answer:
        """Evaluate with few draws."""
        with open_knowledge_base(self.kb) as opened:
            return opened.evaluate("toy_human", **(QUICK | options))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def world(toy_kb_with_vectors: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The toy world; X_types tells the types apart, X_noise nothing, X_depth counts only."""
    folder = tmp_path_factory.mktemp("evaluate")
    kb = Path(shutil.copytree(toy_kb_with_vectors, folder / "kb"))
    with open_knowledge_base(kb) as opened:
        view = opened.view(ExpressionRequest("toy_human"))
    assert isinstance(view, ExpressionView)
    random = np.random.default_rng(0)
    _, types = np.unique(view.cell_types.astype(str), return_inverse=True)
    depth = np.log10(view.totals)
    noise: np.ndarray = random.normal(0, 0.1, (view.n_cells, 4))
    signal: np.ndarray = np.eye(types.max() + 1)[types] + noise
    obs = pd.DataFrame(
        {
            "age": signal[:, 0] * 10,
            "days": np.ceil(random.exponential(np.exp(-3 * signal[:, 1])) * 100),
            "event": random.integers(0, 2, view.n_cells),
            "x": random.random(view.n_cells),
            "y": random.random(view.n_cells),
            "lab": np.array(["p", "q"])[np.arange(view.n_cells) % 2],
            "own": np.array(["k", "l", "m", "n"])[types],
        },
        index=[str(key).partition(":")[2] for key in view.cells],
    )
    table = anndata.AnnData(np.zeros((view.n_cells, 1), np.float32), obs=obs)
    table.obsm["X_types"] = signal
    table.obsm["X_noise"] = random.normal(size=(view.n_cells, 4))
    table.obsm["X_depth"] = np.column_stack([depth, depth])
    # the file may have the cells in another order
    table[::-1].copy().write_h5ad(folder / "own.h5ad")
    return World(kb, folder / "own.h5ad")


@pytest.fixture(scope="module")
def answer(world: World) -> Answer:
    """Three embeddings in one table, with targets and survival."""
    return world.evaluate(
        spaces=("cell_text",),
        file=world.file,
        obsm=("X_types", "X_noise", "X_depth"),
        targets=("age",),
        survival=("days", "event"),
        name="three",
    )


def _value(answer: Answer, metric: str, of: str, column: str = "value") -> float:
    [row] = [row for row in answer.rows() if row["metric"] == metric and row["of"] == of]
    return float(str(row[column]))


def test_each_metric_knows_signal_from_noise(answer: Answer) -> None:
    """Vectors of the types do well, noise does not, and counts alone are found out."""
    for metric in ("linear probe macro-F1, 5 labels a class", "kNN macro-F1, all labels"):
        assert _value(answer, metric, "X_types") > 0.95
        assert _value(answer, metric, "X_noise") < 0.6
        assert _value(answer, metric, "X_types", "over_pca_high") >= 0
    for metric in ("k-means ARI", "k-means NMI"):
        assert _value(answer, metric, "X_types") > 0.9 > _value(answer, metric, "X_noise") + 0.3
    assert _value(answer, "1 - R2 of log counts", "X_depth") < 0.01
    assert _value(answer, "1 - R2 of log counts", "X_noise") > 0.8
    assert _value(answer, "R2 of age", "X_types") > 0.9 > _value(answer, "R2 of age", "X_noise")
    assert _value(answer, "C-index", "X_types") > 0.6


def test_plain_rows_stand_beside_each_metric_once(answer: Answer) -> None:
    """PCA-50, a random projection of each dimension, depth, and one control an embedding."""
    rows = [row for row in answer.rows() if row["metric"] == "k-means ARI"]
    names = [(row["role"], row["of"]) for row in rows]
    assert len(set(names)) == len(names)
    embeddings = {"cell_text", "X_types", "X_noise", "X_depth"}
    assert {of for role, of in names if role == "embedding"} == embeddings
    assert {of for role, of in names if role == "control"} == {
        f"{name}, permuted over the cells" for name in embeddings
    }
    baselines = {str(of) for role, of in names if role == "baseline"}
    assert {"PCA-50", "depth alone"} < baselines
    assert "random projection, 4 dimensions" in baselines
    for row in answer.rows():
        assert float(str(row["low"])) <= float(str(row["value"])) <= float(str(row["high"]))
        assert "2 donors" in str(row["context"])


def test_notes_count_what_was_beaten(answer: Answer) -> None:
    """One sentence an embedding, not one a metric."""
    counts = [note for note in answer.notes if "above PCA-50" in note]
    assert [note.partition(":")[0] for note in counts] == [
        "cell_text",
        "X_types",
        "X_noise",
        "X_depth",
    ]


def test_the_run_is_in_the_next_build(
    world: World, answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    """`orthoweave runs KEY --show scores` has them; asked again it gives the same without work."""
    again = world.evaluate(
        spaces=("cell_text",),
        file=world.file,
        obsm=("X_types", "X_noise", "X_depth"),
        targets=("age",),
        survival=("days", "event"),
        name="three",
    )
    assert again.table.equals(answer.table)
    assert again.notes == answer.notes
    build(Layout(world.kb), Quiet())
    for key in (answer.provenance["run"], "three"):
        assert (
            main(["runs", key, "--show", "scores", "--kb", str(world.kb), "--format", "json"]) == 0
        )
        rows = json.loads(capsys.readouterr().out)["rows"]
        own = [row for row in rows if row["role"] == "model" and row["metric"] == "k-means ARI"]
        assert {row["of"] for row in own} == {"cell_text", "X_types", "X_noise", "X_depth"}
    assert main(["runs", "four", "--kb", str(world.kb)]) == 2
    assert "no run 'four'" in capsys.readouterr().err


def test_the_command_writes_csv_and_json(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The suffix of the output decides, and both hold the same rows."""
    given = ["evaluate", "--dataset", "toy_human", "--file", str(world.file), "--obsm", "X_types"]
    given += ["--set", "draws=2", "--set", "resamplings=20", "--set", "labels=own"]
    given += ["--set", "batch=lab", "--no-build", "--kb", str(world.kb)]
    for name in ("table.csv", "table.json"):
        assert main(["-q", *given, "--output", str(tmp_path / name)]) == 0
    assert "next: `orthoweave build`" in capsys.readouterr().err
    rows = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))["rows"]
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert [row["metric"] for row in read] == [row["metric"] for row in rows]
    assert [float(row["value"]) for row in read] == [row["value"] for row in rows]
    assert any(row["metric"] == "batch mixing" for row in rows)


def test_destroyed_labels_give_chance(world: World, answer: Answer, tmp_path: Path) -> None:
    """With the classes permuted over the cells the same vectors are at chance."""
    table = anndata.read_h5ad(world.file)
    order = np.random.default_rng(0).permutation(table.n_obs)
    table.obs["own"] = table.obs["own"].to_numpy()[order]
    table.write_h5ad(tmp_path / "permuted.h5ad")
    found = world.evaluate(file=tmp_path / "permuted.h5ad", obsm=("X_types",), labels="own")
    metric = "linear probe macro-F1, all labels"
    assert _value(found, metric, "X_types") < 0.6 < _value(answer, metric, "X_types")


def test_types_are_pooled_into_a_level(world: World) -> None:
    """Endocrine cells are one class, told from ductal ones, and the notes say what was pooled."""
    found = world.evaluate(spaces=("cell_text",), level=("CL:0008024", "CL:0002079"))
    assert any("pooled into pancreatic endocrine cell" in note for note in found.notes)
    assert "30 cells of 2 classes" in str(found.rows()[0]["context"])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({}, UsageError, "expected an embedding"),
        ({"obsm": ("X_types",)}, UsageError, "expected a --file that holds it"),
        ({"spaces": ("gene_text",)}, InputError, "gene_text has vectors of 0 cells"),
        ({"spaces": ("none",)}, InputError, "no vectors 'none'"),
        ({"spaces": ("cell_text",), "labels": "own"}, UsageError, "or a --file with that column"),
        ({"spaces": ("cell_text",), "draws": 1}, UsageError, "draws=1"),
        (
            {"spaces": ("cell_text",), "level": ("CL:0008024",), "labels": "label"},
            UsageError,
            "a level pools cell types",
        ),
        ({"spaces": ("cell_text",), "survival": ("days",)}, UsageError, "expected two columns"),
    ],
)
def test_wrong_requests_are_refused(
    world: World, options: dict[str, object], error: type[Exception], message: str
) -> None:
    """The message says what was expected."""
    with pytest.raises(error, match=message):
        world.evaluate(**options)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"targets": ("height",)}, UnknownNameError, "'height' is not there"),
        ({"targets": ("lab",)}, UnknownNameError, "'lab' is of texts"),
        ({"coordinates": ("x", "y")}, UsageError, "several donors"),
    ],
)
def test_wrong_columns_are_refused(
    world: World, options: dict[str, object], error: type[Exception], message: str
) -> None:
    """A column that is not there or of another kind, and blocks where donors are apart already."""
    with pytest.raises(error, match=message):
        world.evaluate(file=world.file, obsm=("X_types",), **options)


def test_foreign_cells_are_refused(world: World, tmp_path: Path) -> None:
    """A file of other cells has none of the dataset's, and the message shows both keys."""
    table = anndata.read_h5ad(world.file)
    table.obs_names = [f"other{number}" for number in range(table.n_obs)]
    table.write_h5ad(tmp_path / "other.h5ad")
    with pytest.raises(InputError, match=r"X_types has vectors of 0 cells.*'toy_human:other"):
        world.evaluate(file=tmp_path / "other.h5ad", obsm=("X_types",))


@pytest.fixture
def message(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command that is refused and return its message."""

    def call(*arguments: str) -> str:
        assert main(list(arguments)) == 2
        return capsys.readouterr().err

    return call


def test_the_command_needs_a_dataset(message: Callable[..., str]) -> None:
    """The message names an example and what brings a dataset in."""
    assert "--dataset baron_human" in message("evaluate", "--space", "cell_text")
