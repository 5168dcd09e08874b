"""Writing tables into a real Neo4j and reading them back, row by row and type by type."""

import itertools
from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orthoweave.errors import BuildError, LockedError
from orthoweave.schema import read_schema
from orthoweave.stores.neo4j.access import Access, open_driver
from orthoweave.stores.neo4j.ledger import LedgerUnit
from orthoweave.stores.neo4j.load import Loader, loading, marker_at, rows_at
from orthoweave.stores.neo4j.marker import LOAD_LABEL

SCHEMA = read_schema()
GENE, CELL, EXPRESSES = SCHEMA.nodes["Gene"], SCHEMA.nodes["Cell"], SCHEMA.edges["EXPRESSES"]
NUMBERS = itertools.count()
Row = dict[str, object]


@pytest.fixture
def loader(neo4j_empty: Access) -> Iterator[Loader]:
    with loading(neo4j_empty, "build") as opened:
        opened.begin([])
        opened.prepare(SCHEMA)
        yield opened


def rows_of(name: str, rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist([{"source": "s", **row} for row in rows], SCHEMA.arrow(name))


def write(loader: Loader, name: str, rows: list[Row]) -> None:
    # each time another content, as far as the ledger knows
    unit = LedgerUnit(name, "s", f"digest {next(NUMBERS)}", len(rows), len(rows), "complete")
    loader.write(SCHEMA.table(name), unit, rows_of(name, rows))


def content(access: Access, name: str) -> list[Row]:
    blocks = list(rows_at(access, SCHEMA.table(name)))
    return pa.concat_tables(blocks).to_pylist() if blocks else []


def in_order(rows: list[Row]) -> list[str]:
    return sorted(map(repr, rows))


TEXT = st.none() | st.text(st.characters(codec="utf-8"), max_size=8)
NUMBER = st.none() | st.floats(allow_nan=False)
GENES = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.text(st.characters(codec="utf-8"), min_size=1, max_size=6),
            "summary": TEXT,
            "synonyms": st.none() | st.lists(st.text(st.characters(codec="utf-8"), max_size=4)),
            "license": TEXT,
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: str(row["id"]),
)
FIGURES = st.lists(
    st.fixed_dictionaries(
        {
            "count": st.none() | st.floats(width=32, allow_nan=False),
            "rank": st.none() | st.integers(-(2**63), 2**63 - 1),
            "source": st.sampled_from("st"),
        }
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(genes=GENES, figures=FIGURES, total=NUMBER)
def test_written_rows_are_read_back(
    loader: Loader, neo4j_server: Access, genes: list[Row], figures: list[Row], total: float | None
) -> None:
    """Any text, list and number, null or not, and edges that are alike come back as they went."""
    loader.delete_edges(EXPRESSES, "s")
    loader.delete_edges(EXPRESSES, "t")
    for node in (GENE, CELL):
        loader.delete_nodes(node, [str(row["id"]) for row in content(neo4j_server, node.name)])
    write(loader, "Gene", genes)
    cells: list[Row] = [{"id": "c", "total_count": total}]
    write(loader, "Cell", cells)
    edges = [{"from": "c", "to": genes[0]["id"], **row} for row in figures]
    write(loader, "EXPRESSES", edges)
    for name, rows in (("Gene", genes), ("Cell", cells), ("EXPRESSES", edges)):
        assert in_order(content(neo4j_server, name)) == in_order(rows_of(name, rows).to_pylist())
    assert loader.size() == len(genes) + 1 + len(edges)
    counts = loader.counts(SCHEMA)
    assert (counts["Gene"], counts["EXPRESSES"], counts["Species"]) == (len(genes), len(edges), 0)


def test_a_node_is_what_is_written_last(loader: Loader, neo4j_server: Access) -> None:
    """A key that is there is not made twice, and properties that are null now are gone."""
    write(loader, "Gene", [{"id": "1", "symbol": "old", "name": "n"}])
    write(loader, "Gene", [{"id": "1", "symbol": "new"}, {"id": "2"}])
    [one, two] = sorted(content(neo4j_server, "Gene"), key=lambda row: str(row["id"]))
    assert (one["symbol"], one["name"], two["symbol"]) == ("new", None, None)


def test_an_edge_without_its_end(loader: Loader, neo4j_server: Access) -> None:
    """It is an error, and neither the batch's other rows nor its entry are written."""
    write(loader, "Cell", [{"id": "c"}])
    write(loader, "Gene", [{"id": "1"}])
    before = loader.ledger()
    with pytest.raises(BuildError, match="1 of 2 rows of EXPRESSES by s"):
        write(loader, "EXPRESSES", [{"from": "c", "to": "1"}, {"from": "c", "to": "2"}])
    assert loader.ledger() == before
    assert content(neo4j_server, "EXPRESSES") == []


def test_deleting_is_by_source(loader: Loader, neo4j_server: Access) -> None:
    """Edges of a source go, those of others stay; keys of nodes are told by source."""
    write(loader, "Cell", [{"id": "c"}])
    write(loader, "Gene", [{"id": "1"}, {"id": "2", "source": "t"}])
    write(
        loader,
        "EXPRESSES",
        [
            {"from": "c", "to": "1"},
            {"from": "c", "to": "1"},
            {"from": "c", "to": "2", "source": "t"},
        ],
    )
    units = {(unit.table, unit.source) for unit in loader.present(SCHEMA)}
    assert units == {
        ("Cell", "s"),
        ("Gene", "s"),
        ("Gene", "t"),
        ("EXPRESSES", "s"),
        ("EXPRESSES", "t"),
    }
    loader.delete_edges(EXPRESSES, "s")
    assert [row["to"] for row in content(neo4j_server, "EXPRESSES")] == ["2"]
    assert list(loader.keys(GENE, "t")) == [["2"]]
    loader.delete_nodes(GENE, ["2", "3"])
    assert [row["id"] for row in content(neo4j_server, "Gene")] == ["1"]
    assert content(neo4j_server, "EXPRESSES") == []


def test_an_overtaken_loader_deletes_nothing(loader: Loader, neo4j_server: Access) -> None:
    """Statements that it sends after another loader has taken over find another token."""
    write(loader, "Cell", [{"id": "c"}])
    write(loader, "Gene", [{"id": "1"}])
    write(loader, "EXPRESSES", [{"from": "c", "to": "1"}])
    with open_driver(neo4j_server) as driver:
        driver.execute_query(f"MATCH (l:{LOAD_LABEL} {{id: 'lease'}}) SET l.token = 'other'")
    loader.delete_edges(EXPRESSES, "s")
    with pytest.raises(LockedError):
        loader.delete_nodes(GENE, ["1"])
    with pytest.raises(LockedError):
        loader.finish("build", "00")
    assert (len(content(neo4j_server, "EXPRESSES")), len(content(neo4j_server, "Gene"))) == (1, 1)
    assert marker_at(neo4j_server).state == "loading"


def test_values_that_the_server_refuses_are_errors(neo4j_empty: Access) -> None:
    """A value that no property can hold is our error with the server's reason."""

    def attempt() -> None:
        with loading(neo4j_empty, "build") as loader:
            loader.begin([])
            write(loader, "Gene", [{"id": "1", "synonyms": ["a", None]}])

    with pytest.raises(BuildError, match="refused the data to be loaded"):
        attempt()
    assert marker_at(neo4j_empty).state == "loading"


def test_nothing_begun_nothing_left(neo4j_empty: Access) -> None:
    """A load that ends before it has begun leaves the database as it was."""
    with loading(neo4j_empty, "build"):
        assert marker_at(neo4j_empty).state == "loading"
    assert marker_at(neo4j_empty).state == "absent"
