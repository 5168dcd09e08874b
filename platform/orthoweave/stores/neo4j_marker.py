"""What a Neo4j database says it holds: no build, one that is being loaded, or a whole one.

Nothing of ours may stay among people's nodes, since the same questions must have the same answers
in both stores. So the loaded build is named by a constraint on a label that no node has, which no
MATCH sees; and the nodes that a load needs meanwhile vanish in its last transaction. That
transaction is the step from loading to loaded, the first one of a load the step back.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import neo4j

LOAD_LABEL: Final = "_OrthoweaveLoad"
"""Label of the nodes that are there while a load is under way or unfinished."""
_MARKER: Final = re.compile(r"orthoweave_build_(?P<build>[0-9A-Za-z.-]+)_(?P<digest>[0-9a-f]+)")
_PREFIX: Final = "orthoweave_build_"


@dataclass(frozen=True, slots=True)
class Marker:
    """What is in a database."""

    state: Literal["absent", "loading", "loaded"]
    build: str = ""
    """Id of the build that was loaded last."""
    digest: str = ""
    """Its content: ``Manifest.content_digest``."""


def read_marker(session: "neo4j.Session") -> Marker:
    """Tell what the database of a session holds; two small reads."""
    found = Marker("absent")
    names = session.run(
        "SHOW CONSTRAINTS YIELD name WHERE name STARTS WITH $prefix RETURN name", prefix=_PREFIX
    )
    for (name,) in names.values():
        named = _MARKER.fullmatch(name)
        if named:
            found = Marker("loaded", named["build"], named["digest"])
    # read last: a load that begins between the two reads is seen
    [(loading,)] = session.run(f"MATCH (n:{LOAD_LABEL}) RETURN count(n)").values()
    return Marker("loading", found.build, found.digest) if loading else found


def marker_statement(build: str, digest: str) -> str:
    """Statement that says which build is in the database."""
    name = f"{_PREFIX}{build}_{digest}"
    return f"CREATE CONSTRAINT `{name}` FOR (n:_OrthoweaveBuild) REQUIRE n.id IS UNIQUE"


def write_marker(session: "neo4j.Session", build: str, digest: str) -> None:
    """Say which build is in the database, in place of what was said before.

    Do this while nodes of a load are there: between taking the old name away and giving the new
    one, nothing else says what the database holds.
    """
    old = read_marker(session)
    if old.build:
        name = f"{_PREFIX}{old.build}_{old.digest}"
        session.run(f"DROP CONSTRAINT `{name}` IF EXISTS").consume()
    session.run(marker_statement(build, digest)).consume()
