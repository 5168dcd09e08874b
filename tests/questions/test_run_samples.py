"""Samples by a run: the answers are those of its files, and doubts are refused."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.bulk_samples import KEYS, clinical, logs, tpm
from tests.support.restored_samples import CONFIG, PANEL, RUN

import orthoweave as ow
from orthoweave.errors import InputError, UnknownNameError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.numerics.survival import kaplan_meier
from orthoweave.progress import Quiet
from orthoweave.questions.answer import Answer
from orthoweave.runs.kept import run_kept
from orthoweave.runs.train import train_named
from orthoweave.storage.layout import Layout

MONTHS = clinical()["os_days"].to_numpy() * 12 / 365.25
EVENT = (clinical()["os_status"] == "1:DECEASED").to_numpy()


def listed(answer: Answer) -> list[dict[str, Any]]:
    """Return the rows of an answer."""
    return [dict(row) for row in answer.rows()]


@pytest.fixture(scope="module")
def kb(restored_kb: Path) -> Iterator[KnowledgeBase]:
    """The opened build with a run on samples."""
    with ow.open(restored_kb) as opened:
        yield opened


def test_runs_on_samples_are_listed(kb: KnowledgeBase) -> None:
    """With the number of restored genes, and whether there is a risk."""
    assert kb.sample_runs("bulk").rows() == [
        {"run": RUN, "genes": 2, "risk": True, "dataset": "bulk"}
    ]
    assert kb.sample_runs("scores").rows() == []


def test_restored_genes_stand_beside_measured_ones(kb: KnowledgeBase) -> None:
    """Both are those of the run's array and of the file, sample by sample."""
    answer = kb.restored_values(RUN, "bulk", "INS")
    rows, array = listed(answer), kb.array(RUN, "restored")
    assert sorted(array.columns) == sorted([KEYS["INS"], KEYS["LYZ"]])
    own = dict(
        zip(array.rows, array.values[:, list(array.columns).index(KEYS["INS"])], strict=True)
    )
    measured = logs(tpm())["INS"].to_numpy()
    assert len(rows) == 40
    for row in rows:
        number = int(row["sample"].rpartition("-")[2])
        assert row["restored"] == pytest.approx(own[row["sample"]])
        assert row["measured"] == pytest.approx(measured[number], rel=1e-3)
    assert any("Pearson's correlation" in note for note in answer.notes)


def test_curves_are_those_of_restored_values(kb: KnowledgeBase) -> None:
    """Patients are split by the restored gene, or by the risk, and not by the measured gene."""
    rows = listed(kb.restored_values(RUN, "bulk", "INS"))
    at = [int(row["sample"].rpartition("-")[2]) for row in rows]
    given = listed(kb.predictions(RUN))
    risk = {row["cell"]: row["value"] for row in given}
    for gene, values in (
        ("INS", np.array([row["restored"] for row in rows])),
        (None, np.array([risk[row["sample"]] for row in rows])),
    ):
        upper = values > np.median(values)
        curve = kaplan_meier(MONTHS[at][upper], EVENT[at][upper])
        found = [
            row["survival"]
            for row in listed(kb.run_survival_curves(RUN, "bulk", gene))
            if row["side"] == "above the median"
        ]
        np.testing.assert_allclose(found, curve.survival)


def test_what_a_run_does_not_say_is_refused(kb: KnowledgeBase) -> None:
    """A gene of its panel, a dataset that it has not read, a run that does not exist."""
    with pytest.raises(InputError, match="restores no 'GCG' in 'bulk'"):
        kb.restored_values(RUN, "bulk", "GCG")
    with pytest.raises(InputError, match="restores no 'GCG'"):
        kb.run_survival_curves(RUN, "bulk", "GCG")
    with pytest.raises(UnknownNameError, match="scores"):
        kb.run_survival_curves(RUN, "scores", None)
    with pytest.raises(UnknownNameError, match="no run 'other'"):
        kb.restored_values("other", "bulk", "INS")


def test_influences_are_facts_of_the_graph(kb: KnowledgeBase) -> None:
    """They go from genes of the panel to restored ones."""
    [run] = kb.runs().rows()
    found = listed(kb.run_facts(str(run["run"]))["INFLUENCES"])
    assert {row["symbol"] for row in found} <= set(PANEL)
    assert {row["restored"] for row in found} <= {"INS", "LYZ"}
    assert all(row["influence"] >= abs(row["slope"]) - 1e-9 for row in found)
    assert all(0 <= row["q"] <= CONFIG.fdr for row in found)


def test_weights_restore_another_build(restored_kb: Path, tmp_path: Path) -> None:
    """`run` applies what `train` keeps, and its result stands beside the first."""
    layout = Layout(Path(shutil.copytree(restored_kb, tmp_path / "kb")))
    options = {name: getattr(CONFIG, name) for name in ("dataset", "panel", "folds", "hidden")}
    train_named(
        layout, "gexbert", options | {"epochs": 1, "shuffles": 0}, Quiet(), name="small_panel"
    )
    ran = run_kept(layout, "gexbert", "small_panel", {"dataset": "bulk"}, Quiet(), name="applied")
    assert ran.result is not None
    [array] = ran.result.arrays
    assert array.values.shape == (40, 2)
    assert np.isfinite(array.values).all()
    assert not ran.result.scores
