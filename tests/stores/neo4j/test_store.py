"""A graph in a real Neo4j server is read under limits, and never written."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orthoweave.errors import (
    IntegrityError,
    MissingParameterError,
    QueryError,
    QueryTimeoutError,
    StoreUnavailableError,
    UsageError,
)
from orthoweave.schema import read_schema
from orthoweave.stores.base import Rows
from orthoweave.stores.neo4j.access import Access, open_driver
from orthoweave.stores.neo4j.marker import LOAD_LABEL, marker_statement
from orthoweave.stores.neo4j.store import Neo4jStore

_GRAPH = """
CREATE (a:Gene {id: 'a', symbol: 'INS', synonyms: ['x', 'y']}),
       (b:Gene {id: 'b', symbol: 'Ins2'}),
       (s:Species {id: 's'}),
       (a)-[:ORTHOLOGOUS_TO {support_count: 3, weight: 0.5}]->(b),
       (a)-[:IN_TAXON]->(s)
"""


@pytest.fixture
def store(neo4j_empty: Access) -> Iterator[Neo4jStore]:
    """A store on a server with two genes and a species."""
    _write(neo4j_empty, _GRAPH)
    with Neo4jStore.connect(neo4j_empty) as opened:
        yield opened


def _write(access: Access, *statements: str) -> None:
    with open_driver(access) as driver, driver.session() as session:
        for statement in statements:
            session.run(statement).consume()


def _ask(store: Neo4jStore, text: str, row_limit: int = 100, **parameters: object) -> Rows:
    return store.query(text, parameters, timeout_s=20.0, row_limit=row_limit)


def test_values_have_stable_types(store: Neo4jStore) -> None:
    """Whole numbers are int64, and nothing depends on the values that happen to be there."""
    text = "RETURN 1 AS i, 1.0 AS f, 'a' AS s, true AS b, null AS n, [1] AS l, {a: [null]} AS m"
    table = _ask(store, text).table
    assert table.schema.types == [
        pa.int64(),
        pa.float64(),
        pa.string(),
        pa.bool_(),
        pa.null(),
        pa.list_(pa.int64()),
        pa.struct([("a", pa.list_(pa.null()))]),
    ]
    assert table.to_pylist() == [
        {"i": 1, "f": 1.0, "s": "a", "b": True, "n": None, "l": [1], "m": {"a": [None]}}
    ]


_SENT = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=6,
)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(value=_SENT)
def test_a_parameter_comes_back_as_it_was(store: Neo4jStore, value: object) -> None:
    """A parameter that the server returns has the same value and type."""
    found = _ask(store, "RETURN $value AS value", value=value).table["value"].to_pylist()[0]
    assert _typed(found) == _typed(value)


def _typed(value: object) -> object:
    """A value that is equal only to one of the same types throughout."""
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, dict):
        return {name: _typed(item) for name, item in value.items()}
    return (type(value).__name__, value)


def test_graph_values_have_the_common_form(store: Neo4jStore) -> None:
    """Nodes and relationships are structs with _LABEL, paths lists of both."""
    text = "MATCH p = (a:Gene {id: 'a'})-[r:ORTHOLOGOUS_TO]->(b) RETURN a, r, p, [a, b] AS genes"
    (row,) = _ask(store, text).table.to_pylist()
    a = {"_LABEL": "Gene", "id": "a", "symbol": "INS", "synonyms": ["x", "y"]}
    b = {"_LABEL": "Gene", "id": "b", "symbol": "Ins2", "synonyms": None}
    edge = {"_LABEL": "ORTHOLOGOUS_TO", "support_count": 3, "weight": 0.5}
    assert row == {"a": a, "r": edge, "p": {"_NODES": [a, b], "_RELS": [edge]}, "genes": [a, b]}


@pytest.mark.parametrize(("rows", "limit", "truncated"), [(10, 10, False), (11, 10, True)])
def test_rows_beyond_the_limit_are_marked(
    store: Neo4jStore, rows: int, limit: int, truncated: bool
) -> None:
    """An answer says that there is more only where there is more."""
    found = _ask(store, f"UNWIND range(1, {rows}) AS i RETURN i", limit)
    assert found.table["i"].to_pylist() == list(range(1, limit + 1))
    assert found.truncated is truncated


def test_not_more_is_fetched_than_the_limit(store: Neo4jStore) -> None:
    """A hundred thousand million rows cost no more than the few that are wanted."""
    found = _ask(store, "UNWIND range(1, 100000000000) AS i RETURN i", 5)
    assert (found.table.num_rows, found.truncated) == (5, True)


def test_the_byte_limit_holds_while_fetching(neo4j_server: Access) -> None:
    """An endless answer ends at the limit of bytes, whatever the limit of rows."""
    text = "UNWIND range(1, 100000000000) AS i RETURN 'a text of some length ' + i AS text"
    with (
        Neo4jStore.connect(neo4j_server, byte_limit=2**20) as store,
        pytest.raises(QueryError, match="exceeds 1 MiB"),
    ):
        _ask(store, text, 10**12)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE (:Gene {id: 'new'})",
        "MATCH (n) DETACH DELETE n",
        "MATCH (n:Gene) SET n.symbol = 'lost' RETURN n",
        "MERGE (n:Gene {id: 'new'}) RETURN n",
        "CREATE CONSTRAINT FOR (n:Gene) REQUIRE n.id IS UNIQUE",
        "CREATE INDEX FOR (n:Gene) ON (n.symbol)",
        "CREATE USER mallory SET PASSWORD 'longenough'",
        "CALL db.createLabel('Mine')",
        "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS",
    ],
)
def test_nothing_can_be_written(store: Neo4jStore, statement: str) -> None:
    """Even a statement that no guard has looked at changes nothing."""
    everything = "MATCH (n) OPTIONAL MATCH (n)-[r]->(m) RETURN n, r, m.id ORDER BY n.id, m.id"
    before = _ask(store, everything).table
    with pytest.raises(QueryError):
        _ask(store, statement)
    assert _ask(store, everything).table == before


def test_a_long_query_ends_at_the_limit(store: Neo4jStore) -> None:
    """The server ends what takes too long, and the next question is answered."""
    text = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN max(a * b) AS most"
    with pytest.raises(QueryTimeoutError, match=r"longer than 0\.5 s"):
        store.query(text, timeout_s=0.5, row_limit=10)
    assert _ask(store, "RETURN 1 AS one").table["one"].to_pylist() == [1]


def test_a_large_query_ends_at_the_servers_memory(store: Neo4jStore) -> None:
    """A query above the memory limit of a transaction is an error, and the server survives."""
    text = "UNWIND range(1, 20000000) AS i WITH collect([i, i]) AS pairs RETURN size(pairs) AS n"
    with pytest.raises(QueryError, match=r"memory|longer than"):
        _ask(store, text)
    assert _ask(store, "RETURN 1 AS one").table["one"].to_pylist() == [1]


def test_a_missing_parameter_is_named(store: Neo4jStore) -> None:
    """A parameter that is not given is an error; one that is not used is left out."""
    with pytest.raises(MissingParameterError, match=r"\$gene"):
        _ask(store, "MATCH (g:Gene {id: $gene}) RETURN g", other=1)
    assert _ask(store, "RETURN $a AS a", a=1, b=object()).table["a"].to_pylist() == [1]


@pytest.mark.parametrize("value", ["date('2026-01-01')", "point({x: 1, y: 2})", "duration('P1D')"])
def test_dates_and_places_are_refused(store: Neo4jStore, value: str) -> None:
    """The graph has no dates and places; a column of them is named, with the way out."""
    with pytest.raises(QueryError, match=r"column 'x' contains a .* toString"):
        _ask(store, f"RETURN {value} AS x")


def test_a_wrong_statement_has_the_servers_message(store: Neo4jStore) -> None:
    """A statement that is not Cypher is an error with the server's words."""
    with pytest.raises(QueryError, match="Invalid input 'MACHT'"):
        _ask(store, "MACHT (n) RETURN n")


def test_an_unknown_label_logs_nothing(store: Neo4jStore, caplog: pytest.LogCaptureFixture) -> None:
    """The server's remarks on a statement are not logged."""
    with caplog.at_level(logging.DEBUG, "neo4j.notifications"):
        assert _ask(store, "MATCH (n:NoSuchLabel {no: 1}) RETURN n.no AS no").table.num_rows == 0
    assert caplog.records == []


def test_counts_name_every_table(store: Neo4jStore) -> None:
    """Every table of the schema has its number of rows, zero where there are none."""
    schema, counts = read_schema(), store.counts()
    assert counts.keys() == schema.nodes.keys() | schema.edges.keys()
    assert {name: n for name, n in counts.items() if n} == {
        "Gene": 2,
        "Species": 1,
        "ORTHOLOGOUS_TO": 1,
        "IN_TAXON": 1,
    }


def test_many_threads_may_ask(store: Neo4jStore) -> None:
    """Questions of several threads each have their own answer."""
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(
            lambda i: _ask(store, "RETURN $i AS i", i=i).table["i"].to_pylist(), range(64)
        )
        assert list(found) == [[i] for i in range(64)]


def test_a_closed_store_says_so(neo4j_server: Access) -> None:
    """After closing, twice if need be, a question is an error of ours."""
    store = Neo4jStore.connect(neo4j_server)
    store.close()
    store.close()
    with pytest.raises(UsageError, match="closed"):
        _ask(store, "RETURN 1 AS one")


def test_a_missing_server_is_reported() -> None:
    """Opening fails at once where nobody answers."""
    with pytest.raises(StoreUnavailableError, match="no Neo4j server answers"):
        Neo4jStore.connect(Access("bolt://127.0.0.1:1"))


def test_only_the_published_build_is_read(neo4j_empty: Access) -> None:
    """An empty server, one with another build, and one in the middle of a load are refused."""
    with Neo4jStore.connect(neo4j_empty) as store:
        with pytest.raises(IntegrityError, match="have a build: run `orthoweave build --store"):
            store.expect("b2", "00ff")
        _write(neo4j_empty, marker_statement("b1", "aaaa"))
        with pytest.raises(IntegrityError, match="has build 'b1', but 'b2' is published"):
            store.expect("b2", "00ff")
        store.expect("b1", "aaaa")
        # the same content under another name is the same build
        store.expect("b1-2", "aaaa")
        _write(neo4j_empty, f"CREATE (:{LOAD_LABEL})")
        with pytest.raises(IntegrityError, match="running or was interrupted"):
            store.expect("b1", "aaaa")


@pytest.mark.parametrize("change", ["load begins", "another build"])
def test_a_graph_that_changes_is_not_read_on(neo4j_empty: Access, change: str) -> None:
    """Rows read during or after a load are refused rather than returned."""
    _write(neo4j_empty, marker_statement("b1", "aaaa"))
    with Neo4jStore.connect(neo4j_empty) as store:
        store.expect("b1", "aaaa")
        assert _ask(store, "RETURN 1 AS one").table.num_rows == 1
        if change == "load begins":
            _write(neo4j_empty, f"CREATE (:{LOAD_LABEL})")
        else:
            name = "orthoweave_build_b1_aaaa"
            _write(neo4j_empty, f"DROP CONSTRAINT {name}", marker_statement("b2", "bbbb"))
        with pytest.raises(IntegrityError, match="open the knowledge base again"):
            _ask(store, "RETURN 1 AS one")
        with pytest.raises(IntegrityError, match="open the knowledge base again"):
            store.counts()
