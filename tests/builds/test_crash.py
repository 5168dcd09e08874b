"""A writer that is killed or runs out of disk leaves what was there, whole."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.crash import check, kill_repeatedly, toy_steps, work

from orthoweave.builds.build import build
from orthoweave.progress import Quiet
from orthoweave.storage import faults
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build, read_manifest, verify_files
from orthoweave.testing.sources import HCOP, record_source


@pytest.fixture(autouse=True)
def unarmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No fault is armed before or after a test."""
    monkeypatch.delenv(faults.VARIABLE, raising=False)
    faults.passed_points()


def test_twenty_kills_do_no_damage(tmp_path: Path) -> None:
    """Nothing acknowledged is lost, nothing is half-visible, nothing is unreadable."""
    damage = kill_repeatedly(tmp_path, toy_steps(tmp_path / "raw"), kills=20, longest_s=2.0, seed=7)
    assert damage.problems == ()
    assert damage.ingests >= 6
    assert damage.builds >= 2
    assert (damage.kills, damage.lost, damage.half_visible, damage.unreadable) == (20, 0, 0, 0)


def test_the_check_sees_damage(tmp_path: Path) -> None:
    """A lost ingest, a build without manifest and a flipped byte are each found."""
    kb, log = tmp_path / "kb", tmp_path / "log"
    work(kb, log, toy_steps(tmp_path / "raw")[:2], 1)
    assert check(kb, log) == {"lost": [], "half_visible": [], "unreadable": []}
    with log.open("a", encoding="utf-8") as stream:
        stream.write('{"ingested": "never", "digest": "x"}\n{"cut sho')
    (kb / "builds" / "half").mkdir()
    found = check(kb, log)
    assert found["lost"] == ["ingest of never"]
    assert "half has no MANIFEST.json" in found["half_visible"][0]
    graph = kb / "builds" / current_build(Layout(kb)) / "graph.duckdb"
    content = bytearray(graph.read_bytes())
    content[len(content) // 2] ^= 1
    graph.write_bytes(content)
    assert "another SHA-256" in check(kb, log)["unreadable"][0]


def test_an_unacknowledged_ingest_is_not_a_loss(tmp_path: Path) -> None:
    """An entry newer than the acknowledged one is fine; an older one is a loss."""
    kb, log = tmp_path / "kb", tmp_path / "log"
    steps = toy_steps(tmp_path / "raw")[:1]
    work(kb, log, steps, 1)
    ledger = Layout(kb).ledger
    before = ledger.read_bytes()
    work(kb, log, steps, 1)
    after, acknowledged = ledger.read_bytes(), log.read_text(encoding="utf-8")
    ledger.write_bytes(before)
    assert check(kb, log)["lost"] == ["ingest of genes_human"]
    ledger.write_bytes(after)
    work(kb, log, steps, 1)
    log.write_text(acknowledged, encoding="utf-8")
    assert check(kb, log) == {"lost": [], "half_visible": [], "unreadable": []}


def passed(monkeypatch: pytest.MonkeyPatch, kb: Path) -> int:
    """Count the points at which an ingest and a build may fail."""
    monkeypatch.setenv(faults.VARIABLE, "-1:EIO")
    faults.passed_points()
    change(kb)
    return faults.passed_points()


def change(kb: Path) -> None:
    record_source(kb, "hcop", {"ORTHOLOGOUS_TO": HCOP["ORTHOLOGOUS_TO"][:1]}, version="2")
    build(Layout(kb), Quiet())


@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.slow)])
def test_failing_at_every_durable_operation(
    tmp_path: Path, insulin: Path, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    """Whichever write, sync or rename fails, the published build stays whole; once more is well."""
    before = current_build(Layout(insulin))
    total = passed(monkeypatch, Path(shutil.copytree(insulin, tmp_path / "count")))
    assert total > 10
    for number in range(1, total + 1, every):
        kb = Path(shutil.copytree(insulin, tmp_path / f"kb{number}"))
        layout = Layout(kb)
        monkeypatch.setenv(faults.VARIABLE, f"{number}:{'ENOSPC' if number % 2 else 'EIO'}")
        faults.passed_points()
        with pytest.raises(OSError, match="asked for by a test") as caught:
            change(kb)
        assert caught.value.errno in (errno.ENOSPC, errno.EIO)
        monkeypatch.delenv(faults.VARIABLE)
        now = read_manifest(layout, current_build(layout))
        # the very last points lie behind the moment at which the new build has become visible
        assert now.build == before or {s.version for s in now.sources} == {"1", "2"}
        verify_files(layout, now, content=True)
        change(kb)
        assert current_build(layout) != before
        assert list(kb.rglob(".pending-*")) == []
        shutil.rmtree(kb)


@pytest.mark.parametrize(
    ("point", "visible", "made"),
    [
        ("rename segment", False, False),
        ("rename kept", False, False),
        ("renamed kept", False, False),
        ("rename folder", False, False),
        ("renamed folder", False, True),
        ("replace CURRENT", False, True),
        ("replaced CURRENT", True, True),
    ],
)
def test_killed_at_a_moment_of_publishing(
    insulin: Path, monkeypatch: pytest.MonkeyPatch, point: str, *, visible: bool, made: bool
) -> None:
    """Death right before and after each rename leaves the old build or the new, whole."""
    kb, layout = insulin, Layout(insulin)
    before = current_build(layout)
    record_source(kb, "more", {"Species": [{"id": "NCBITaxon:7955", "scientific_name": "fish"}]})
    monkeypatch.setenv(faults.VARIABLE, f"{point}:SIGKILL")
    environment = {**os.environ, "PYTHONPATH": str(Path(faults.__file__).parents[2])}
    child = subprocess.run([sys.executable, "-c", _BUILD, str(kb)], env=environment, check=False)
    assert child.returncode == -signal.SIGKILL
    monkeypatch.delenv(faults.VARIABLE)
    assert (current_build(layout) != before) is visible
    verify_files(layout, read_manifest(layout, current_build(layout)), content=True)
    built = build(layout, Quiet())
    assert built.unchanged is made
    assert current_build(layout) == built.manifest.build != before


_BUILD = """
import sys
from pathlib import Path
from orthoweave.builds.build import build
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
build(Layout(Path(sys.argv[1])), Quiet())
"""
