"""The marker of a database's content."""

import pytest

from orthoweave.stores.neo4j.access import Access, open_driver
from orthoweave.stores.neo4j.marker import LOAD_LABEL, Marker, read_marker, write_marker


def test_marker(neo4j_empty: Access) -> None:
    """Absent, loaded, loading while any node of a load is there; no MATCH sees it otherwise."""
    with open_driver(neo4j_empty) as driver, driver.session() as session:
        assert read_marker(session) == Marker("absent")
        write_marker(session, "0123456789ab-2", "fedcba9876543210")
        loaded = Marker("loaded", "0123456789ab-2", "fedcba9876543210")
        assert read_marker(session) == loaded
        assert session.run("MATCH (n) RETURN count(n)").values() == [[0]]
        session.run(f"CREATE (:{LOAD_LABEL})").consume()
        assert read_marker(session) == Marker("loading", loaded.build, loaded.digest)
        write_marker(session, "ba9876543210", "0000000000000000")
        session.run(f"MATCH (n:{LOAD_LABEL}) DELETE n").consume()
        assert read_marker(session) == Marker("loaded", "ba9876543210", "0000000000000000")


@pytest.mark.parametrize("name", ["orthoweave_build_x", "orthoweave_build_a_xyz", "mine"])
def test_names_of_others(neo4j_empty: Access, name: str) -> None:
    """A constraint that only looks like ours says nothing."""
    with open_driver(neo4j_empty) as driver, driver.session() as session:
        session.run(f"CREATE CONSTRAINT `{name}` FOR (n:Other) REQUIRE n.id IS UNIQUE").consume()
        assert read_marker(session) == Marker("absent")
