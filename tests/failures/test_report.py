"""The reports of failures."""

from pathlib import Path

import pytest

from orthoweave.failures import report


def test_only_the_newest_reports_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder does not grow without end, and the newest report is always there."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    for number in range(report.KEPT):
        written = report.write_report(f"trace {number}", [])
        assert written is not None
        written.rename(written.with_name(f"2001-01-01-{number:02}.txt"))
    last = report.write_report("the last", ["orthoweave", "status"])
    assert last is not None
    assert len(list(last.parent.iterdir())) == report.KEPT
    assert not (last.parent / "2001-01-01-00.txt").exists()
    assert last.read_text(encoding="utf-8").endswith("the last\n")


def test_secrets_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords of settings and logins in addresses stay out of the report."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("ORTHOWEAVE_NEO4J_PASSWORD", "hidden")
    monkeypatch.setenv("ORTHOWEAVE_STORE", "bolt://me:hidden@host:7687")
    written = report.write_report("at bolt://me:hidden@host", ["--store", "bolt://me:hidden@host"])
    assert written is not None
    text = written.read_text(encoding="utf-8")
    assert "hidden" not in text
    assert "ORTHOWEAVE_STORE: bolt://…@host:7687" in text
