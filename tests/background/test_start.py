"""Runs in a process of their own: to the end, cancelled, killed, refused."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.patient_model import LONG, installed, state_when, waits

from orthoweave.background.state import ENDED_ALONE, RunState, read_state, write_state
from orthoweave.cli.main import main
from orthoweave.errors import LedgerError, LockedError, UnknownNameError, UsageError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.settings import Settings
from orthoweave.storage.faults import VARIABLE
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.manifest import current_build

CANCELLED = "it was cancelled, and nothing of it was recorded"
STARTER = """
import sys
from orthoweave.opening import open_knowledge_base
with open_knowledge_base(sys.argv[1]) as kb:
    run = kb.start_run("patient", {"dataset": "toy_human", "steps": 100000}, yes=True)
    print("started", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module", autouse=True)
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The model that takes as long as it is asked to."""
    with installed(tmp_path_factory.mktemp("patient")):
        yield


@pytest.fixture
def kb(toy_kb: Path, tmp_path: Path) -> Iterator[KnowledgeBase]:
    """A toy world that a test may change."""
    with open_knowledge_base(Path(shutil.copytree(toy_kb, tmp_path / "kb"))) as opened:
        yield opened


def _recorded(layout: Layout) -> tuple[object, ...]:
    """Return what a run could leave behind: entries, names of files but the cache's, the build."""
    folders = [folder for folder in layout.folders if folder != layout.cache]
    files = sorted(str(path) for folder in folders for path in folder.rglob("*"))
    return Ledger(layout.ledger).entries(), files, current_build(layout)


def test_a_run_ends_with_a_build_of_its_facts(
    kb: KnowledgeBase, toy_kb: Path, tmp_path: Path
) -> None:
    """It gives the same source as in this process, and the next build has its predictions."""
    settings = {"dataset": "toy_human", "steps": 3}
    with kb.start_run("patient", settings) as run:
        state = run.wait()
    assert (state.phase, state.said) == ("done", "")
    assert state.settings == {"dataset": "toy_human", "steps": "3"}
    with open_knowledge_base(kb.layout.root) as built:
        assert built.manifest.build != kb.manifest.build
        assert [row["run"] for row in built.runs().rows()] == [state.run]
        assert len(built.predictions(state.run)) == 40
        assert built.started_run() == state
        assert built.start_refusal() == ""
    with open_knowledge_base(Path(shutil.copytree(toy_kb, tmp_path / "other"))) as other:
        entry = other.run("patient", dataset="toy_human", steps=3).entry
    known = Ledger(kb.layout.ledger).find(entry.name)
    assert known is not None
    assert known.tables_digest == entry.tables_digest


def test_one_run_at_a_time_and_cancelling_leaves_nothing(kb: KnowledgeBase) -> None:
    """A second start is refused while one is under way; after the cancel all is as before."""
    before = _recorded(kb.layout)
    settings = {"dataset": "toy_human", "steps": LONG}
    with kb.start_run("patient", settings, yes=True) as run:
        state = state_when(kb.started_run, waits)
        assert state.under_way
        assert state.total == LONG
        assert (state.left(state.since + 10) or 0) > 10
        with pytest.raises(LockedError, match="a run of patient is under way"):
            kb.start_run("patient", settings, yes=True)
        assert "there is one at a time" in kb.start_refusal()
        ended = run.cancel()
        assert (ended.phase, ended.said) == ("cancelled", CANCELLED)
        assert run.cancel() == ended
    assert _recorded(kb.layout) == before
    assert not list(kb.layout.root.rglob(".pending-*"))
    assert kb.start_refusal() == ""


def test_a_run_that_does_not_heed_is_killed(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was writing is cleared, and the state says that it was cancelled."""
    monkeypatch.setattr("orthoweave.background.start.GRACE_S", 0.2)
    before = _recorded(kb.layout)
    settings = {"dataset": "toy_human", "steps": LONG, "polite": False}
    with kb.start_run("patient", settings, yes=True) as run:
        state_when(kb.started_run, waits)
        assert run.cancel().phase == "cancelled"
    assert _recorded(kb.layout) == before


def test_a_killed_run_that_was_recorded_says_so(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger decides, whatever the process had time to say."""
    monkeypatch.setattr("orthoweave.background.start.GRACE_S", 0.2)
    settings = {"dataset": "toy_human", "steps": LONG, "polite": False}
    with kb.start_run("patient", settings, yes=True) as run:
        state_when(kb.started_run, waits)
        kb.run("patient", dataset="toy_human", name="mine")
        assert "the run is recorded as mine@" in run.cancel().said


def test_a_process_that_was_killed_has_failed(kb: KnowledgeBase) -> None:
    """Its state says so, also to others, and another run can be started."""
    with kb.start_run("patient", {"dataset": "toy_human", "steps": LONG}, yes=True) as run:
        state_when(kb.started_run, waits)
        run._process.kill()
        state = run.wait()
        assert (state.phase, state.said) == ("failed", ENDED_ALONE)
        assert read_state(kb.layout) == state
    assert kb.start_refusal() == ""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_ends_with_the_process_that_started_it(
    kb: KnowledgeBase, end: signal.Signals
) -> None:
    """However that ended: nothing of the run is recorded, and no process is left."""
    before = _recorded(kb.layout)
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(kb.layout.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ},
    )
    with starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"started\n"
        state_when(kb.started_run, waits)
        starter.send_signal(end)
    state = state_when(kb.started_run, lambda found: not found.under_way)
    assert (state.phase, state.said) == ("cancelled", CANCELLED)
    assert _recorded(kb.layout) == before


def test_a_knowledge_base_that_has_gone_does_not_matter_at_the_end(kb: KnowledgeBase) -> None:
    """A run whose state was removed with its knowledge base is ended all the same."""
    run = kb.start_run("patient", {"dataset": "toy_human", "steps": LONG}, yes=True)
    shutil.rmtree(kb.layout.cache)
    run.close()
    with pytest.raises(LedgerError, match="has gone"):
        run.wait()


@pytest.mark.parametrize(
    ("fail", "said"),
    [("told", "the cells are not as expected"), ("unforeseen", "orthoweave did not foresee")],
)
def test_a_failure_is_a_sentence(
    kb: KnowledgeBase, fail: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the model says, or that nobody foresaw it, with the report; nothing is recorded."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    before = _recorded(kb.layout)
    with kb.start_run("patient", {"dataset": "toy_human", "fail": fail}) as run:
        state = run.wait()
    assert state.phase == "failed"
    assert said in state.said
    assert "secret" not in state.said
    assert _recorded(kb.layout) == before


def test_a_build_that_is_being_made_is_not_cancelled(kb: KnowledgeBase) -> None:
    """The run is recorded by then: the message says how to take it out."""
    with kb.start_run("patient", {"dataset": "toy_human", "steps": LONG}, yes=True) as run:
        state = state_when(kb.started_run, waits)
        process = run._process.pid
        os.kill(process, signal.SIGSTOP)
        os.waitid(os.P_PID, process, os.WSTOPPED)
        write_state(kb.layout, replace(state, phase="building", run="run:patient-1@2"))
        with pytest.raises(UsageError, match=r"run:patient-1@2.*orthoweave remove"):
            run.cancel()
        os.kill(process, signal.SIGCONT)


def test_a_run_that_was_recorded_without_a_build(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the build fails the message names the run and two commands, and both work."""
    monkeypatch.setenv(VARIABLE, "replace CURRENT:ENOSPC")
    with kb.start_run("patient", {"dataset": "toy_human"}) as run:
        state = run.wait()
    monkeypatch.delenv(VARIABLE)
    assert state.phase == "failed"
    assert "no space left" in state.said
    found = re.search(r"is recorded as (patient-\w+)@", state.said)
    assert found is not None
    folder = ["--kb", str(kb.layout.root)]
    for command, runs in ((["build"], 1), (["remove", found[1]], 1), (["build"], 0)):
        assert f"`orthoweave {' '.join(command)}`" in state.said
        assert main([*command, *folder]) == 0, capsys.readouterr().err
        with open_knowledge_base(kb.layout.root) as built:
            assert len(built.runs()) == runs


def test_what_cannot_be_run_starts_no_process(kb: KnowledgeBase) -> None:
    """Unknown models, options and datasets, wrong values, and costs above the limit."""
    for model, settings, kind in (
        ("nobody", {}, UnknownNameError),
        ("patient", {"dataset": "nowhere"}, UnknownNameError),
        ("patient", {"dataset": "toy_human", "stepps": 1}, UnknownNameError),
        ("patient", {"dataset": "toy_human", "steps": "many"}, UsageError),
        ("patient", {"dataset": "toy_human", "fail": "badly"}, UsageError),
        ("patient", {"dataset": "toy_human", "steps": LONG}, UsageError),
    ):
        with pytest.raises(kind):
            kb.start_run(model, settings)
    assert kb.started_run() is None
    assert not (kb.layout.cache / "started").exists()


def test_the_cost_is_estimated_without_reading_values(toy_kb: Path) -> None:
    """Cells and genes are those of the build; above the limits of the settings is a reason."""
    with open_knowledge_base(toy_kb, Settings(run_minutes=5)) as kb:
        found = kb.run_estimate("patient", dataset="toy_human", steps=6)
        assert (found.n_cells, str(found.cost)) == (40, "about 6 min and 0.1 GB")
        assert found.n_genes == kb.cells("toy_human").counts.shape[1]
        assert "expected at most 5 min" in found.refusal
        assert kb.run_estimate("patient", dataset="toy_human", steps=4).refusal == ""


def test_a_damaged_state_is_none(kb: KnowledgeBase) -> None:
    """A state that cannot be read stops nobody from starting a run."""
    folder = kb.layout.cache / "started"
    folder.mkdir(parents=True)
    for text in ("", "{", "[]", '{"phase": "running"}', '{"x": 1}'):
        (folder / "run.json").write_text(text)
        assert kb.started_run() is None
        assert kb.start_refusal() == ""


def test_the_time_left_needs_steps() -> None:
    """It is that of the work under way, by the steps done so far."""
    state = RunState("running", "m", {}, "", 0.0, "fit", 3, 12, since=100.0)
    assert state.left(130.0) == 90.0
    assert replace(state, done=0).left(130.0) is None
    assert replace(state, total=0).left(130.0) is None
    assert replace(state, done=12).left(130.0) == 0.0
