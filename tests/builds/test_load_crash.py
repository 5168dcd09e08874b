"""Loads that are killed at random moments."""

from pathlib import Path

import pytest
from tests.support import load_crash
from tests.support.load_crash import kill_loads, two_builds

from orthoweave.builds.build import build
from orthoweave.builds.load import load
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.stores.neo4j.access import Access, open_driver
from orthoweave.testing.sources import record_insulin


@pytest.mark.slow
def test_eight_kills_do_no_damage(tmp_path: Path, neo4j_empty: Access) -> None:
    """Whatever was killed, what is taken up ends as if it had never been disturbed."""
    kb = record_insulin(tmp_path)
    build(Layout(kb), Quiet())
    damage = kill_loads(kb, two_builds(kb, "mgi"), neo4j_empty, kills=8, seed=3)
    assert damage.problems == ()
    assert (damage.kills, damage.equal) == (8, 8)
    assert damage.half_done > 0


@pytest.mark.slow
def test_damage_is_seen(
    tmp_path: Path, neo4j_empty: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A load that leaves one node too many is a problem."""

    def careless(layout: Layout, access: Access, progress: Quiet) -> None:
        load(layout, access, progress)
        with open_driver(access) as driver:
            driver.execute_query("MERGE (:Gene {id: 'NCBIGene:0', source: 'me'})")

    monkeypatch.setattr(load_crash, "load", careless)
    kb = record_insulin(tmp_path)
    build(Layout(kb), Quiet())
    damage = kill_loads(kb, two_builds(kb, "mgi"), neo4j_empty, kills=1)
    assert damage.equal == 0
    assert "other content in Gene" in damage.problems[0]
