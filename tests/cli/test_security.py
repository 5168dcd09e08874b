"""`orthoweave status --security`: the guarantees that hold here, and those that do not."""

import json

import pytest

from orthoweave.cli.main import main
from orthoweave.sandbox import guarantees
from orthoweave.sandbox.landlock import landlock_version
from orthoweave.sandbox.seccomp import seccomp_available


def test_every_guarantee_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each guarantee has a row that says yes or no; no knowledge base is needed."""
    assert main(["status", "--security", "--kb", "/nowhere", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert len(rows) == len(guarantees._GUARANTEES)
    if landlock_version() and seccomp_available():
        assert {row["holds"] for row in rows} == {"yes"}


def test_what_is_not_enforced_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A guarantee that was broken says no, and a note names it and a remedy."""
    tried = dict.fromkeys(guarantees._GUARANTEES, True) | {"network": False}
    monkeypatch.setattr(guarantees, "_tried", lambda: tried)
    assert main(["status", "--security", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    wrong = [row["guarantee"] for row in answer["rows"] if row["holds"] == "no"]
    assert wrong == ["it connects to nothing, on this machine or another"]
    assert any("not enforced on this system: it connects" in note for note in answer["notes"])
