"""Survival by genes: the answers are those of the tests on the files, and doubts are states."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.support.bulk_samples import clinical, logs, named_genes, names, run, tpm

import orthoweave as ow
from orthoweave.builds.build import build
from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.numerics.survival import hazard_ratio, kaplan_meier, log_rank
from orthoweave.progress import Quiet
from orthoweave.questions.survival import FEWEST_EVENTS, Split

MONTHS = clinical()["os_days"].to_numpy() * 12 / 365.25
EVENT = (clinical()["os_status"] == "1:DECEASED").to_numpy()
INS = logs(tpm())["INS"].to_numpy()


@pytest.fixture(scope="module")
def kb(bulk_kb: Path) -> Iterator[KnowledgeBase]:
    """The opened build of bulk samples."""
    with ow.open(bulk_kb) as opened:
        yield opened


@pytest.mark.parametrize("split", ["median", "tertiles"])
def test_a_test_is_that_of_the_files(kb: KnowledgeBase, split: Split) -> None:
    """Hazard ratio and log-rank p of the values, times and events that pandas reads."""
    (row,) = kb.survival(["INS"], dataset="bulk", split=split).rows()
    low, high = np.quantile(INS, [0.5, 0.5] if split == "median" else [1 / 3, 2 / 3])
    upper, lower = high < INS, low >= INS
    both, hazard = upper | lower, hazard_ratio(INS, MONTHS, EVENT)
    assert row["state"] == "tested"
    assert row["hazard_ratio"] == pytest.approx(hazard.ratio, rel=1e-4)
    assert row["p"] == pytest.approx(hazard.p, rel=1e-3)
    assert row["log_rank_p"] == pytest.approx(log_rank(MONTHS[both], EVENT[both], upper[both]))
    assert (row["n"], row["events"]) == (40, EVENT.sum())
    assert (row["n_upper"], row["n_lower"]) == (upper.sum(), lower.sum())
    assert row["months_upper"] == pytest.approx(kaplan_meier(MONTHS[upper], EVENT[upper]).median)
    # the event comes earlier with more INS, as the samples were made
    assert hazard.low > 1


def test_what_is_not_tested_says_why(kb: KnowledgeBase) -> None:
    """No follow-up, few events, and genes that were not measured, each as a state."""
    states = {row["dataset"]: row["state"] for row in kb.survival(["INS"]).rows()}
    assert states == {"bulk": "tested", "scores": "no follow-up"}
    (row,) = kb.survival(["INS"], dataset="bulk", group="duct tumour").rows()
    n_events = int(EVENT[(clinical()["disease"] == "duct tumour").to_numpy()].sum())
    assert n_events < FEWEST_EVENTS
    assert (row["events"], row["n"]) == (n_events, 20)
    assert (row["state"], row["hazard_ratio"]) == ("too few events", None)
    assert {row["state"] for row in kb.survival(["TP53"]).rows()} == {"not measured"}


def test_many_tests_are_noted(kb: KnowledgeBase) -> None:
    """That p values are not corrected stands in a note where there are several."""
    answer = kb.survival(["INS", "GCG", "SST"], dataset="bulk")
    assert "3 tests: p values are not corrected for their number" in answer.notes
    assert not any("corrected" in note for note in kb.survival(["INS"], dataset="bulk").notes)


def test_curves_are_those_of_the_files(kb: KnowledgeBase) -> None:
    """Times, shares, numbers at risk and events of both sides; the test stands in a note."""
    answer = kb.survival_curves("INS", "bulk")
    for side, rows in (("above the median", np.median(INS) < INS), ("up to the median", None)):
        chosen = np.median(INS) >= INS if rows is None else rows
        curve = kaplan_meier(MONTHS[chosen], EVENT[chosen])
        mine = [row for row in answer.rows() if row["side"] == side]
        assert [row["survival"] for row in mine] == pytest.approx(curve.survival.tolist())
        assert [row["months"] for row in mine] == pytest.approx(curve.months.tolist())
        assert [row["at_risk"] for row in mine] == curve.at_risk.tolist()
    assert answer.notes[0].startswith(f"40 patients, {EVENT.sum()} events (death): hazard ratio")
    assert any("its times were in days" in note for note in answer.notes)


def test_groups_of_the_others_are_left_out(kb: KnowledgeBase) -> None:
    """The datasets that have a group are tested; a group that none has is named with those."""
    rows = kb.survival(["INS"], group="islet tumour").rows()
    assert {row["group"] for row in rows} == {"islet tumour"}
    with pytest.raises(UnknownNameError, match="expected one of duct tumour, islet tumour"):
        kb.survival(["INS"], group="glioma")


@pytest.mark.parametrize(
    ("gene", "dataset", "kind", "message"),
    [
        ("TP53", "bulk", InputError, "'bulk' does not measure 'TP53'"),
        ("INS", "scores", InputError, "expected 5 followed patients on each side"),
        ("INS", "elsewhere", UnknownNameError, "no dataset 'elsewhere'"),
        ("NOTAGENE", "bulk", UnknownNameError, "NOTAGENE"),
    ],
)
def test_curves_that_cannot_be_are_refused(
    kb: KnowledgeBase, gene: str, dataset: str, kind: type[Exception], message: str
) -> None:
    """With what was found, and what to take instead."""
    with pytest.raises(kind, match=message):
        kb.survival_curves(gene, dataset)


def test_a_split_of_another_name_is_refused(kb: KnowledgeBase) -> None:
    """The message names those that there are."""
    with pytest.raises(UsageError, match="expected one of median, tertiles"):
        kb.survival(["INS"], split="quartiles")  # type: ignore[arg-type]


def test_patients_with_several_samples_are_refused(tmp_path: Path) -> None:
    """They count once, so that a group with one sample of each has to be named."""
    layout = named_genes(tmp_path)
    facts = clinical().assign(sample=[f"S{at}" for at in range(40)])
    facts["patient_id"] = names()[:20] * 2
    facts["disease"] = ["tumour"] * 20 + ["healthy"] * 20
    facts.to_csv(tmp_path / "facts.tsv", sep="\t", index=False)
    tpm().set_axis(facts["sample"]).to_csv(tmp_path / "twice.csv")
    given = {"clinical": tmp_path / "facts.tsv", "patients": "separate", "scale": "tpm"}
    run(layout, tmp_path / "twice.csv", **given)
    build(layout, Quiet())
    with ow.open(layout.root) as opened:
        with pytest.raises(InputError, match="20 samples are of patients with another sample"):
            opened.survival(["INS"])
        (row,) = opened.survival(["INS"], group="tumour").rows()
        assert row["n"] == 20
