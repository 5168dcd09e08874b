"""The marker of a Neo4j database: no build, one that is being loaded, or a loaded one.

The graph must not contain extra nodes, since both stores must answer alike. So a constraint on a
label without nodes, which no MATCH sees, has the name of the loaded build, and the nodes that a
load needs are deleted in its last transaction. That transaction is the step from loading to loaded;
the first transaction of a load is the step back.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import neo4j

LOAD_LABEL: Final = "_OrthoweaveLoad"
"""Label of the nodes that exist while a load is running or unfinished."""
_MARKER: Final = re.compile(r"orthoweave_build_(?P<build>[0-9A-Za-z.-]+)_(?P<digest>[0-9a-f]+)")
_PREFIX: Final = "orthoweave_build_"


@dataclass(frozen=True, slots=True)
class Marker:
    """The contents of a database."""

    state: Literal["absent", "loading", "loaded"]
    build: str = ""
    """Id of the build that was loaded last."""
    digest: str = ""
    """Digest of its content, ``Manifest.content_digest``."""


def read_marker(session: "neo4j.Session") -> Marker:
    """Return the marker of a session's database, with two small reads."""
    marker = Marker("absent")
    names = session.run(
        "SHOW CONSTRAINTS YIELD name WHERE name STARTS WITH $prefix RETURN name", prefix=_PREFIX
    )
    for (name,) in names.values():
        named = _MARKER.fullmatch(name)
        if named:
            marker = Marker("loaded", named["build"], named["digest"])
    # read last, so that a load that begins between the two reads is noticed
    [(loading,)] = session.run(f"MATCH (n:{LOAD_LABEL}) RETURN count(n)").values()
    return Marker("loading", marker.build, marker.digest) if loading else marker


def marker_statement(build: str, digest: str) -> str:
    """Return the statement that names the loaded build."""
    name = f"{_PREFIX}{build}_{digest}"
    return f"CREATE CONSTRAINT `{name}` FOR (n:_OrthoweaveBuild) REQUIRE n.id IS UNIQUE"


def write_marker(session: "neo4j.Session", build: str, digest: str) -> None:
    """Write the name of the loaded build, in place of the former one.

    Call this while nodes of a load exist: between dropping the old name and writing the new one
    only these nodes show the state of the database.
    """
    old = read_marker(session)
    if old.build:
        name = f"{_PREFIX}{old.build}_{old.digest}"
        session.run(f"DROP CONSTRAINT `{name}` IF EXISTS").consume()
    session.run(marker_statement(build, digest)).consume()
