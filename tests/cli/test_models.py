"""The commands about models, from listing to removal, on the bundled demo's cells."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from orthoweave.cli.main import main
from orthoweave.models.base import Estimate, Model, ModelCard, ModelResult, RunContext, Score
from orthoweave.models.cost import Cost
from orthoweave.models.options import device_option, seed_option
from orthoweave.models.registry import model_names
from orthoweave.questions.runs import score_rows
from orthoweave.runs.record import metrics
from orthoweave.views.requests import ViewRequest, Views

Run = Callable[..., tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class CostlyConfig:
    """Options of a costly model."""

    seed: int = seed_option()
    device: str = device_option()


class Costly(Model[CostlyConfig, None]):
    """A model that says it takes long, and does not."""

    name = "toy_costs"
    card = ModelCard("Costly", "none", "", "How long?", reads=(), writes=(), limits=())
    config_class = CostlyConfig

    def views(self, config: CostlyConfig) -> Mapping[str, ViewRequest]:
        """Request nothing."""
        return {}

    def fit(self, views: Views, config: CostlyConfig, context: RunContext) -> None:
        """Do nothing."""

    def apply(
        self, fitted: None, views: Views, config: CostlyConfig, context: RunContext
    ) -> ModelResult:
        """Return nothing."""
        return ModelResult({})

    def cost(self, n_cells: int, n_genes: int, config: CostlyConfig) -> Cost:
        """Return 100 minutes and 3 GB."""
        return Cost(100, 3)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line; return exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def _rows(text: str) -> list[dict[str, object]]:
    return list(json.loads(text)["rows"])


def test_models_are_listed_with_their_cards(run: Run) -> None:
    """Every model has a row with its question, paper and what it writes."""
    code, out, _ = run("models", "--format", "json")
    rows = {str(row["model"]): row for row in _rows(out)}
    assert code == 0
    assert sorted(rows) == list(model_names())
    assert "CellCluster" in str(rows["hypergraph_clusters"]["writes"])


def test_settings_of_a_model_are_listed(run: Run) -> None:
    """With a name the settings come with kind, default and choices."""
    code, out, _ = run("models", "hypergraph_clusters", "--format", "json")
    rows = {str(row["setting"]): row for row in _rows(out)}
    assert code == 0
    assert rows["device"]["choices"] == ["auto", "cpu", "cuda"]
    assert rows["seed"]["default"] == "0"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "magic"), "no model 'magic'"),
        (("run", "hypergraph_clusters", "--set", "walk=jump"), "walk='jump': expected one of"),
        (("run", "hypergraph_clusters", "--set", "speed=1"), "no option 'speed'"),
        (("run", "hypergraph_clusters"), "expected a dataset"),
        (("run", "hypergraph_clusters", "--set", "dataset=x"), "no dataset 'x'"),
        (("clusters", "x"), "expected one of toy_human, toy_mouse"),
    ],
)
def test_wrong_commands_are_refused(
    run: Run, toy_kb: Path, arguments: tuple[str, ...], message: str
) -> None:
    """Unknown models, settings and datasets are usage errors (exit code 2) and change nothing."""
    code, out, error = run("-q", *arguments, "--kb", toy_kb)
    assert (code, out) == (2, "")
    assert message in error


def test_too_few_cells_are_an_input_error(run: Run, toy_kb: Path, tmp_path: Path) -> None:
    """Input that a model cannot work on is reported as such, and nothing is recorded."""
    kb = Path(shutil.copytree(toy_kb, tmp_path / "kb"))
    before = sorted(path.name for path in (kb / "tables").iterdir())
    given = ("--set", "dataset=toy_human", "--kb", kb)
    code, _, error = run("-q", "run", "hypergraph_clusters", *given)
    assert code == 1
    assert "40" in error
    assert sorted(path.name for path in (kb / "tables").iterdir()) == before
    code, out, _ = run("runs", "--kb", kb, "--format", "json")
    assert (code, _rows(out)) == (0, [])
    code, out, _ = run("clusters", "--kb", kb, "--format", "json")
    assert (code, _rows(out)) == (0, [])


@pytest.mark.slow
def test_from_a_run_to_its_facts_and_out_again(run: Run, demo_kb: Path, tmp_path: Path) -> None:
    """Clusters, genes and scores are in the graph after a run, and gone when it is removed."""
    kb = Path(shutil.copytree(demo_kb, tmp_path / "kb"))
    given = ("--set", "dataset=baron_human", "--set", "seeds=3", "--name", "walks", "--kb", kb)
    code, out, error = run("-q", "run", "hypergraph_clusters", *given, "--format", "json")
    assert code == 0, error
    scores = _rows(out)
    assert {row["role"] for row in scores} == {"model", "baseline", "control"}
    code, out, _ = run("runs", "--kb", kb, "--format", "json")
    stored = _rows(out)
    assert [row["value"] for row in stored] == [row["value"] for row in scores]
    code, out, _ = run("clusters", "baron_human", "--kb", kb, "--format", "json")
    found = _rows(out)
    beta = next(row for row in found if row["cell_type"] == "type B pancreatic cell")
    assert float(str(beta["share"])) > 0.8
    assert {"INS", "IAPP"} & set(beta["genes"])  # type: ignore[call-overload]
    assert run("-q", "run", "hypergraph_clusters", *given)[2].startswith("walks")
    assert run("-q", "remove", "walks", "--kb", kb)[0] == 0
    assert run("-q", "build", "--kb", kb)[0] == 0
    code, out, _ = run("clusters", "--kb", kb, "--format", "json")
    assert _rows(out) == []


def test_scores_never_stand_alone() -> None:
    """A score's rows are its own, each baseline's and the control's, each with its interval."""
    score = Score(
        "ARI",
        "toy",
        Estimate(0.5, 0.4, 0.6),
        {"PCA": Estimate(0.3, 0.2, 0.4)},
        Estimate(0.0, -0.1, 0.1),
        "genes permuted",
        {"PCA": Estimate(0.2, 0.1, 0.3)},
    )
    rows = [
        (row["of"], row["role"], row["value"], row["difference"], row["difference_low"])
        for row in score_rows(metrics((score,)))
    ]
    assert rows == [
        ("the model", "model", 0.5, None, None),
        ("PCA", "baseline", 0.3, 0.2, 0.1),
        ("genes permuted", "control", 0.0, None, None),
    ]


def test_scores_of_older_runs_have_no_differences() -> None:
    """A run that was recorded before differences were has empty columns in their place."""
    half = {"value": 0.5, "low": 0.4, "high": 0.6}
    old = {"metric": "ARI", "context": "toy", **half, "baselines": {"PCA": half}}
    rows = score_rows([old | {"control": half, "control_name": "permuted"}])
    assert [row["of"] for row in rows] == ["the model", "PCA", "permuted"]
    assert {row["difference"] for row in rows} == {None}


def test_a_run_that_costs_too_much_needs_a_yes(
    run: Run, scaled_kb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the limit a run is refused with its cost; each remedy of the message starts it."""
    kb = Path(shutil.copytree(scaled_kb, tmp_path / "kb"))
    given = ("run", "toy_costs", "--no-build", "--kb", kb)
    monkeypatch.setattr("orthoweave.models.registry.declared", lambda _: {"toy_costs": None})
    monkeypatch.setattr("orthoweave.models.registry.load", lambda *_: Costly)
    code, _, error = run(*given)
    assert code == 2
    assert "estimated cost: about 1.7 h and 3 GB" in error
    assert "ORTHOWEAVE_RUN_MINUTES" in error
    assert "--yes" in error
    assert run(*given, "--yes", "--name", "one")[0] == 0
    monkeypatch.setenv("ORTHOWEAVE_RUN_MINUTES", "101")
    assert run(*given, "--name", "other")[0] == 0
    monkeypatch.setenv("ORTHOWEAVE_RUN_GB", "2")
    assert run(*given, "--name", "third")[0] == 2


def test_a_run_is_shown_whole_or_in_parts(run: Run, predicted_kb: Path) -> None:
    """By its name or its beginning: details by default, and each part with its own columns."""
    code, out, _ = run("runs", "poo", "--kb", predicted_kb, "--format", "json")
    parts = {str(row["part"]) for row in _rows(out)}
    assert code == 0
    assert {"run", "state", "setting", "read", "view", "wrote"} <= parts
    for part, column, n_rows in (
        ("predictions", "author_name", 40),
        ("confusion", "predicted_name", 6),
        ("reliability", "mean_probability", 4),
        ("verdicts", "verdict", 3),
        ("scores", "metric", 1),
        ("clusters", "genes", 0),
    ):
        code, out, error = run(
            "runs", "pooled", "--show", part, "--kb", predicted_kb, "--format", "json"
        )
        answer = json.loads(out)
        assert (code, len(answer["rows"])) == (0, n_rows), error
        assert column in [one["name"] for one in answer["columns"]]


def test_a_level_pools_the_types_of_a_run(run: Run, predicted_kb: Path) -> None:
    """By key or name, and a note on standard error says what was pooled."""
    level = ("--level", "CL:0008024", "--format", "json")
    code, out, error = run("runs", "pooled", "--show", "confusion", *level, "--kb", predicted_kb)
    assert code == 0
    assert {row["author"] for row in _rows(out)} >= {"CL:0008024"}
    assert "pooled into pancreatic endocrine cell" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--show", "confusion"), "about one run: expected RUN"),
        (("--level", "CL:0008024"), "about one run: expected RUN"),
        (("pooled", "--level", "CL:0008024"), "expected --show confusion, reliability, verdicts"),
        (("pooled", "--show", "everything"), "everything"),
        (("nobody",), "no run 'nobody'"),
        (("run:",), "the beginning of 3 runs: expected one of numbers, pooled, texts"),
        (("numbers", "--show", "verdicts"), "only numbers"),
    ],
)
def test_wrong_questions_on_a_run_are_refused(
    run: Run, predicted_kb: Path, arguments: tuple[str, ...], message: str
) -> None:
    """The exit code is 2, and the message says what is expected."""
    code, out, error = run("runs", *arguments, "--kb", predicted_kb)
    assert (code, out) == (2, "")
    assert message in error
