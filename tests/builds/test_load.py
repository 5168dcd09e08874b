"""Loads into a real Neo4j: what is in the tables is there, once, however often it was cut short."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from orthoweave.builds import load as load_module
from orthoweave.builds.build import build
from orthoweave.builds.content import graph_content, tables_content
from orthoweave.builds.history import remove_source, rollback
from orthoweave.builds.load import Loaded, content_at, load
from orthoweave.errors import BuildError, LockedError, StoreUnavailableError
from orthoweave.progress import Quiet
from orthoweave.schema import read_schema
from orthoweave.storage import faults
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build, read_manifest
from orthoweave.stores.duckdb.store import DuckdbStore
from orthoweave.stores.neo4j.access import Access, open_driver
from orthoweave.stores.neo4j.load import loading, marker_at
from orthoweave.testing.sources import GENES, HCOP, HUMAN, record_insulin, record_source

Rows = list[dict[str, object]]


@pytest.fixture(autouse=True)
def unarmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No fault is armed before or after a test."""
    monkeypatch.delenv(faults.VARIABLE, raising=False)


def ask(access: Access, text: str, **parameters: object) -> Rows:
    with open_driver(access) as driver:
        return [dict(row) for row in driver.execute_query(text, parameters).records]


def tell(access: Access, text: str) -> None:
    ask(access, text)


def put(kb: Path, access: Access, *, force: bool = False) -> Loaded:
    """Build and load."""
    build(Layout(kb), Quiet())
    return load(Layout(kb), access, Quiet(), force=force)


def agrees(kb: Path, access: Access) -> bool:
    """Whether the database has exactly the published build and says so."""
    layout = Layout(kb)
    manifest = read_manifest(layout, current_build(layout))
    paths = {name: manifest.table_paths(layout, name) for name in manifest.tables}
    marker = marker_at(access)
    assert (marker.state, marker.digest) == ("loaded", manifest.content_digest)
    [size] = ask(access, "MATCH (n) RETURN count(n) + COUNT { ()-->() } AS n")
    assert size == {"n": sum(manifest.counts.values())}
    return content_at(access, layout) == tables_content(paths, layout.cache)


def test_both_stores_hold_the_same(toy_kb: Path, tmp_path: Path, neo4j_empty: Access) -> None:
    """After a load the toy world has the same content in Neo4j as in its embedded graph."""
    kb = Path(shutil.copytree(toy_kb, tmp_path / "kb"))
    layout = Layout(kb)
    manifest = read_manifest(layout, current_build(layout))
    done = load(layout, neo4j_empty, Quiet())
    assert done == Loaded(manifest.build, unchanged=False, written=sum(manifest.counts.values()))
    assert agrees(kb, neo4j_empty)
    with DuckdbStore.open_read_only(
        manifest.folder(layout) / "graph.duckdb", memory_mb=256
    ) as store:
        assert graph_content(store, read_schema(), tmp_path) == content_at(neo4j_empty, layout)
    again = load(layout, neo4j_empty, Quiet())
    assert again == Loaded(manifest.build, unchanged=True, kept=sum(manifest.counts.values()))


def test_values_keep_their_types(tmp_path: Path, neo4j_empty: Access) -> None:
    """Null is absent, an empty list is one, and text, numbers and truth are what they were."""
    hostile = 'it\'s "q" `b` \\ \n\t\x01 <b> ünï $x // 🧬'
    record_source(
        tmp_path,
        "s",
        {
            "Species": [{"id": HUMAN, "scientific_name": hostile}],
            "Gene": [
                {
                    "id": "NCBIGene:1",
                    "species": HUMAN,
                    "synonyms": [],
                    "xrefs": ["a", hostile, ""],
                    "summary": "",
                }
            ],
            "CellType": [{"id": "CL:1", "deprecated": False}],
            "Dataset": [
                {
                    "id": "d",
                    "species": HUMAN,
                    "n_cells": 2**53 + 1,
                    "n_genes": 1,
                    "matrix": "m",
                    "matrix_digest": "0",
                    "scale": "counts",
                    "normalised": "no",
                }
            ],
            "Cell": [
                {
                    "id": "d:c",
                    "dataset": "d",
                    "barcode": "c",
                    "kind": "spot",
                    "n_genes": 1,
                    "total_count": 0.1,
                    "x": float("inf"),
                    "y": -0.0,
                }
            ],
            "EXPRESSES": [
                {"from": "d:c", "to": "NCBIGene:1", "count": 1.0, "value": 0.1, "rank": 1}
            ],
        },
    )
    put(tmp_path, neo4j_empty)
    assert agrees(tmp_path, neo4j_empty)
    [gene] = ask(neo4j_empty, "MATCH (g:Gene) RETURN properties(g) AS g")
    assert gene["g"] == {
        "id": "NCBIGene:1",
        "species": HUMAN,
        "synonyms": [],
        "xrefs": ["a", hostile, ""],
        "summary": "",
        "source": "source:s@unversioned",
        "source_version": "unversioned",
        "license": "licence of s",
        "knowledge_level": "not_provided",
        "agent_type": "not_provided",
        "primary_knowledge_source": "infores:orthoweave",
    }
    [found] = ask(
        neo4j_empty,
        "MATCH (c:Cell)-[e:EXPRESSES]->(), (d:Dataset), (t:CellType), (s:Species) "
        "RETURN c.x AS x, c.total_count AS total, properties(e) AS e, d.n_cells AS n, "
        "t.deprecated AS deprecated, s.scientific_name AS name",
    )
    # 0.1 in 32 bits
    assert found == {
        "x": float("inf"),
        "total": 0.1,
        "n": 2**53 + 1,
        "deprecated": False,
        "name": hostile,
        "e": {
            "count": 1.0,
            "value": 0.10000000149011612,
            "rank": 1,
            "source": "source:s@unversioned",
        },
    }


def test_only_what_differs_is_written(tmp_path: Path, neo4j_empty: Access) -> None:
    """A changed source is exchanged; the rows of all others are left alone."""
    put(record_insulin(tmp_path), neo4j_empty)
    before = ask(neo4j_empty, "MATCH ()-[r:IN_TAXON]->() RETURN elementId(r) AS id")
    one = {
        "ORTHOLOGOUS_TO": [
            {**HCOP["ORTHOLOGOUS_TO"][0], "resources": ["OMA", "NCBI"], "support_count": 2}
        ]
    }
    record_source(tmp_path, "hcop", one, version="2", depends={"genes": "none"})
    done = put(tmp_path, neo4j_empty)
    assert agrees(tmp_path, neo4j_empty)
    # hcop's edge and Source node, and what follows: consensus, its groups, its Source
    assert 0 < done.written < done.kept + done.written
    assert ask(neo4j_empty, "MATCH ()-[r:IN_TAXON]->() RETURN elementId(r) AS id") == before
    rows = ask(neo4j_empty, "MATCH (s:Source {name: 'hcop'}) RETURN s.id AS id")
    assert rows == [{"id": "source:hcop@2"}]


def test_removing_a_source_removes_all_and_only_its_facts(
    tmp_path: Path, neo4j_empty: Access
) -> None:
    """Values that it gave to a node that others name too are taken back."""
    kb = record_insulin(tmp_path)
    put(kb, neo4j_empty)
    name = "MATCH (g:Gene {id: 'NCBIGene:3630'}) RETURN g.name AS name, g.synonyms AS synonyms"
    assert ask(neo4j_empty, name) == [{"name": "insulin", "synonyms": ["IDDM2", "ILPR"]}]
    remove_source(Layout(kb), "mgi")
    done = put(kb, neo4j_empty)
    assert agrees(kb, neo4j_empty)
    assert done.kept > 0
    assert ask(neo4j_empty, name) == [{"name": None, "synonyms": ["IDDM2"]}]
    says = "MATCH (n) WHERE n.source = 'source:mgi@1' RETURN n.id AS id"
    assert ask(neo4j_empty, says) == []


def test_a_fact_that_passes_to_another_source(tmp_path: Path, neo4j_empty: Access) -> None:
    """Nodes and edges that a removed source asserted first are the next one's, and stay."""
    kb = record_insulin(tmp_path)
    record_source(kb, "a_genes", {**GENES, "Gene": GENES["Gene"][:2]})
    put(kb, neo4j_empty)
    by = "MATCH (g:Gene) RETURN g.id AS id, g.source AS source ORDER BY id"
    assert ask(neo4j_empty, by)[0]["source"] == "source:a_genes@unversioned"
    remove_source(Layout(kb), "a_genes")
    put(kb, neo4j_empty)
    assert agrees(kb, neo4j_empty)
    assert {row["source"] for row in ask(neo4j_empty, by)} == {"source:ncbi@1"}
    record_source(kb, "a_genes", {**GENES, "Gene": GENES["Gene"][:2]})
    put(kb, neo4j_empty)
    assert agrees(kb, neo4j_empty)


def fail_at(monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    monkeypatch.setenv(faults.VARIABLE, point)
    faults.passed_points()


def exchanged(kb: Path) -> str:
    """Publish a build in which a source is gone, one is new and one has changed; its id."""
    remove_source(Layout(kb), "mgi")
    record_source(
        kb,
        "hcop",
        {"ORTHOLOGOUS_TO": HCOP["ORTHOLOGOUS_TO"][:1]},
        version="2",
        depends={"genes": "none"},
    )
    more = [{"id": f"NCBIGene:{n}", "species": HUMAN} for n in range(90, 95)]
    record_source(
        kb, "more", {"Gene": more, "IN_TAXON": [{"from": gene["id"], "to": HUMAN} for gene in more]}
    )
    return build(Layout(kb), Quiet()).manifest.build


@pytest.mark.parametrize("every", [23, pytest.param(4, marks=pytest.mark.slow)])
def test_failing_at_every_write(
    tmp_path: Path, neo4j_empty: Access, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    """Wherever a load fails, before or after a commit, the next one goes on: none twice or lost."""
    monkeypatch.setattr(load_module, "BATCH_ROWS", 2)
    kb = record_insulin(tmp_path)
    layout = Layout(kb)
    first = build(layout, Quiet()).manifest.build
    second = exchanged(kb)
    for target in (first, second, first):
        rollback(layout, target)
        for point in itertools.count(every, every):
            fail_at(monkeypatch, f"{point}:EIO")
            with suppress(OSError):
                load(layout, neo4j_empty, Quiet())
                break
            assert marker_at(neo4j_empty).state == "loading"
        monkeypatch.delenv(faults.VARIABLE)  # a point that the load did not reach
        assert point > every
        assert agrees(kb, neo4j_empty)


@pytest.mark.parametrize("back", [False, True])
def test_another_build_after_half_a_load(
    tmp_path: Path, neo4j_empty: Access, monkeypatch: pytest.MonkeyPatch, *, back: bool
) -> None:
    """A load cut short may be followed by that of any build: the one before, or a third."""
    monkeypatch.setattr(load_module, "BATCH_ROWS", 2)
    kb = record_insulin(tmp_path)
    layout = Layout(kb)
    first = build(layout, Quiet()).manifest.build
    load(layout, neo4j_empty, Quiet())
    exchanged(kb)
    third = Path(shutil.copytree(kb, tmp_path / "third"))
    record_source(third, "more", {"Gene": [{"id": "NCBIGene:92", "species": HUMAN}]}, version="2")
    build(Layout(third), Quiet())
    for point in (8, 17):
        fail_at(monkeypatch, f"{point}:EIO")
        with pytest.raises(OSError, match="asked for by a test"):
            load(layout, neo4j_empty, Quiet())
    monkeypatch.delenv(faults.VARIABLE)
    chosen = kb if back else third
    if back:
        rollback(layout, first)
    load(Layout(chosen), neo4j_empty, Quiet())
    assert agrees(chosen, neo4j_empty)


@pytest.mark.parametrize("point", ["load before commit", "load after commit"])
def test_killed(tmp_path: Path, neo4j_empty: Access, point: str) -> None:
    """After a SIGKILL readers are told that it is loading; the next load goes on at once."""
    kb = record_insulin(tmp_path)
    build(Layout(kb), Quiet())
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(faults.__file__).parents[2]),
        faults.VARIABLE: f"{point}:SIGKILL",
        "LOADED_URI": neo4j_empty.uri,
        "LOADED_USER": neo4j_empty.user,
        "LOADED_PASSWORD": neo4j_empty.password,
    }
    child = subprocess.run([sys.executable, "-c", _LOAD, str(kb)], env=environment, check=False)
    assert child.returncode == -signal.SIGKILL
    assert marker_at(neo4j_empty).state == "loading"
    load(Layout(kb), neo4j_empty, Quiet())
    assert agrees(kb, neo4j_empty)


_LOAD = """
import os, sys
from pathlib import Path
from orthoweave.builds.load import load
from orthoweave.progress import Quiet
from orthoweave.stores.neo4j.access import Access
from orthoweave.storage.layout import Layout
access = Access(*(os.environ[f"LOADED_{name}"] for name in ("URI", "USER", "PASSWORD")))
load(Layout(Path(sys.argv[1])), access, Quiet())
"""


def test_one_load_at_a_time(tmp_path: Path, neo4j_empty: Access) -> None:
    """While somebody loads into a database, a second load is refused and changes nothing."""
    kb = record_insulin(tmp_path)
    build(Layout(kb), Quiet())
    with loading(neo4j_empty, "other"), pytest.raises(LockedError, match="is being loaded by proc"):
        load(Layout(kb), neo4j_empty, Quiet())
    assert marker_at(neo4j_empty).state == "absent"
    assert load(Layout(kb), neo4j_empty, Quiet()).written > 0


@pytest.mark.parametrize(
    "what", ["CREATE (:Gene {id: 'NCBIGene:3630'})", "CREATE (:Mine)-[:X]->()"]
)
def test_a_foreign_database_is_left_alone(tmp_path: Path, neo4j_empty: Access, what: str) -> None:
    """A database with content that no load has written is refused, and stays as it is."""
    tell(neo4j_empty, what)
    kb = record_insulin(tmp_path)
    with pytest.raises(BuildError, match="no load of ours has written"):
        put(kb, neo4j_empty)
    assert marker_at(neo4j_empty).state == "absent"
    assert ask(neo4j_empty, "MATCH (n) RETURN count(n) AS n") == [{"n": 1 + ("Mine" in what)}]


class Meddler(Quiet):
    """Changes the database in the middle of a load."""

    def __init__(self, access: Access, during: str, what: str) -> None:
        self._access, self._during, self._what = access, during, what

    @contextmanager
    def task(self, label: str, total: int | None = None) -> Iterator[Quiet]:
        """Return a task that shows nothing, and meddle if it is the one."""
        if label == f"Neo4j: {self._during}":
            tell(self._access, self._what)
        yield self


@pytest.mark.parametrize(
    ("during", "what", "complaint"),
    [
        ("verification", "MATCH ()-[r:MEMBER_OF]->() DELETE r", "MEMBER_OF has 0 rows, not 3"),
        ("verification", "MATCH (a:Gene), (b:Species) CREATE (a)-[:IN_TAXON]->(b)", "IN_TAXON has"),
        ("verification", "MATCH (g:Gene {symbol: 'INS'}) SET g.synonyms = []", "Gene has other"),
        ("edges", "MATCH (g:Gene {symbol: 'INS'}) DETACH DELETE g", "not in Neo4j"),
    ],
)
def test_foreign_changes_are_noticed_and_repaired(
    tmp_path: Path, neo4j_empty: Access, during: str, what: str, complaint: str
) -> None:
    """Rows that somebody else changes, removes or adds are found; loading again mends them."""
    kb = record_insulin(tmp_path)
    build(Layout(kb), Quiet())
    with pytest.raises(BuildError, match=complaint):
        load(Layout(kb), neo4j_empty, Meddler(neo4j_empty, during, what))
    assert marker_at(neo4j_empty).state == "loading"
    force = during == "edges"
    load(Layout(kb), neo4j_empty, Quiet(), force=force)
    assert agrees(kb, neo4j_empty)


def test_forcing_repairs_later_changes(tmp_path: Path, neo4j_empty: Access) -> None:
    """With `force` everything is written again, and rows of unknown sources go."""
    kb = record_insulin(tmp_path)
    put(kb, neo4j_empty)
    tell(
        neo4j_empty,
        "MATCH (g:Gene {symbol: 'INS'}) SET g.symbol = 'INZ', g.source = 'me' "
        "CREATE (g)-[:IN_TAXON {source: 'me'}]->(:Species {id: 'NCBITaxon:1', source: 'me'})",
    )
    put(kb, neo4j_empty, force=True)
    assert agrees(kb, neo4j_empty)


def test_a_knowledge_base_without_the_old_build(tmp_path: Path, neo4j_empty: Access) -> None:
    """If the content of the database is no longer known, all of it is exchanged."""
    kb = record_insulin(tmp_path / "kb")
    put(kb, neo4j_empty)
    other = tmp_path / "other"
    record_source(other, "fish", {"Species": [{"id": "NCBITaxon:7955", "scientific_name": "fish"}]})
    put(other, neo4j_empty)
    assert agrees(other, neo4j_empty)


def test_no_server(tmp_path: Path) -> None:
    """The error says what to do; the build is published all the same."""
    kb = record_insulin(tmp_path)
    with pytest.raises(StoreUnavailableError, match="neo4j start"):
        put(kb, Access("bolt://127.0.0.1:9"))
    assert current_build(Layout(kb))
