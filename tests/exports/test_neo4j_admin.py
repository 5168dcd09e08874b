"""The export for Neo4j's own importer, brought in by the real one and asked on a real server."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from orthoweave.builds.build import build
from orthoweave.builds.content import tables_content
from orthoweave.builds.load import content_at, load
from orthoweave.errors import OfflineError, UsageError
from orthoweave.exports.export import export
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build
from orthoweave.storage.published import open_published
from orthoweave.stores.neo4j.access import Access, open_driver
from orthoweave.stores.neo4j.files import fetch_neo4j, find_java
from orthoweave.stores.neo4j.load import marker_at
from orthoweave.stores.neo4j.local_server import ServerOptions, start_server
from orthoweave.testing.sources import HUMAN, record_source

HOSTILE = 'it\'s "q" "" `b` \\ \\n \n\t\x01 <b> ünï $x // 🧬 ; , | \u2028\r\n end\\'
ROWS: dict[str, list[dict[str, object]]] = {
    "Gene": [
        {
            "id": "NCBIGene:1",
            "name": None,
            "species": HUMAN,
            "synonyms": [],
            "summary": "",
            "xrefs": ["a", HOSTILE, ""],
        },
        {
            "id": "NCBIGene:2",
            "name": "  ",
            "species": HUMAN,
            "synonyms": [""],
            "summary": '"',
            "xrefs": ["a;b", "c,d"],
        },
        {
            "id": "NCBIGene:3",
            "name": HOSTILE,
            "species": HUMAN,
            "synonyms": None,
            "summary": None,
            "xrefs": None,
        },
    ],
    "Cell": [
        {
            "id": f"d:{number}",
            "dataset": "d",
            "barcode": "c",
            "kind": "spot",
            "n_genes": 2**53 + 1,
            "total_count": 0.1,
            "x": x,
            "y": -0.0,
        }
        for number, x in enumerate([None, 1e300, 5e-324, float("inf"), float("-inf")])
    ],
    "EXPRESSES": [
        {"from": "d:0", "to": "NCBIGene:1", "count": 1.0, "value": 0.1, "rank": 1},
        {"from": "d:0", "to": "NCBIGene:1", "count": 1.0, "value": 0.1, "rank": 1},
    ],
}


@pytest.fixture(scope="module")
def libraries(neo4j_server: Access) -> Path:
    """Java archives of the server; where the tests use a server elsewhere they may be absent."""
    try:
        find_java()
        return fetch_neo4j()
    except (UsageError, OfflineError) as error:
        pytest.skip(f"no files of a Neo4j server: {str(error).splitlines()[0]}")


def run_import(folder: Path, libraries: Path, home: Path, programs: Path) -> None:
    """Run the script of an export; `neo4j-admin` is the real one's entry point."""
    programs.mkdir()
    opened = " ".join(
        f"--add-opens=java.base/{name}=ALL-UNNAMED"
        for name in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
    )
    program = programs / "neo4j-admin"
    program.write_text(
        f"#!/bin/sh\nexec {find_java()} -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 {opened} "
        f"-cp '{libraries}/*' org.neo4j.cli.AdminTool \"$@\"\n"
    )
    program.chmod(0o755)
    (home / "conf").mkdir(parents=True)
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "NEO4J_HOME": str(home),
        "NEO4J_CONF": str(home / "conf"),
    }
    done = subprocess.run(
        ["sh", str(folder / "import.sh")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_the_importer_makes_what_a_load_makes(
    toy_kb: Path, tmp_path: Path, libraries: Path
) -> None:
    """Every node, edge and value of the toy world and of hostile rows is there, and says so."""
    kb = Path(shutil.copytree(toy_kb, tmp_path / "kb"))
    record_source(kb, "hostile", ROWS)
    layout = Layout(kb)
    manifest = build(layout, Quiet()).manifest
    export(open_published(layout), "neo4j-admin", tmp_path / "out", Quiet())
    home = tmp_path / "server"
    run_import(tmp_path / "out", libraries, home, tmp_path / "bin")
    with start_server(home, ServerOptions(quick_start=True), libraries=libraries) as server:
        with open_driver(server.access) as driver, driver.session() as session:
            for text in (tmp_path / "out" / "constraints.cypher").read_text().split(";\n")[:-1]:
                session.run(text).consume()
            # each gene is found by an index
            plan = session.run("EXPLAIN MATCH (g:Gene {id: 'x'}) RETURN g").consume().plan
        paths = {name: manifest.table_paths(layout, name) for name in manifest.tables}
        found = content_at(server.access, layout)
        assert found == tables_content(paths, layout.cache)
        assert {name: content.rows for name, content in found.items()} == manifest.counts
        assert "NodeUniqueIndexSeek" in str(plan)
        marker = marker_at(server.access)
        assert (marker.state, marker.build) == ("loaded", current_build(layout))
        assert load(layout, server.access, Quiet()).unchanged
        record_source(kb, "hostile", {"Gene": ROWS["Gene"][1:2]}, version="2")
        after = build(layout, Quiet()).manifest
        assert load(layout, server.access, Quiet()).kept > 1000
        paths = {name: after.table_paths(layout, name) for name in after.tables}
        assert content_at(server.access, layout) == tables_content(paths, layout.cache)
