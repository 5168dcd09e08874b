"""The embedded graph store."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orthoweave.errors import (
    BuildError,
    IntegrityError,
    MissingParameterError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    UsageError,
)
from orthoweave.queries.knowledge_base import open_knowledge_base
from orthoweave.schema import EdgeType, NodeType, Property, Schema
from orthoweave.stores.base import Rows
from orthoweave.stores.ladybug import LadybugStore

PERSON = NodeType(
    "Person", "", "", (),
    (Property("tags", "string[]", "t"), Property("weight", "float64", "kg"),
     Property("age", "int64", "years")),
    bulk=True,
)  # fmt: skip
FROM = EdgeType("FROM", "", "", "Person", "Person", (Property("year", "int64", "y"),), bulk=True)
SCHEMA = Schema({"Person": PERSON}, {"FROM": FROM}, {})
PEOPLE: list[dict[str, object]] = [
    {"id": "a", "tags": ["x", "y"], "weight": 1.5, "age": 7, "source": "s"},
    {"id": "b", "tags": [], "weight": None, "age": 8, "source": "s"},
    {"id": "it's", "tags": None, "weight": -2.9999999, "age": None, "source": "s"},
]
EDGES: list[dict[str, object]] = [
    {"from": "a", "to": "b", "year": 1, "source": "s"},
    {"from": "a", "to": "it's", "year": 2, "source": "s"},
]


def write(path: Path, table: str, rows: list[dict[str, object]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA.arrow(table)), path)
    return path


def build(folder: Path) -> Path:
    path = folder / "graph.lbug"
    with LadybugStore.create(path, SCHEMA, buffer_pool_mb=128) as store:
        store.copy("Person", [write(folder / "p.parquet", "Person", PEOPLE)])
        store.copy("FROM", [write(folder / "f.parquet", "FROM", EDGES)])
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LadybugStore]:
    path = build(tmp_path_factory.mktemp("store"))
    with LadybugStore.open_read_only(path, buffer_pool_mb=64) as opened:
        yield opened


def ask(store: LadybugStore, text: str, row_limit: int = 100, **parameters: object) -> Rows:
    return store.query(text, parameters, timeout_s=20, row_limit=row_limit)


def test_a_closed_graph_is_one_file(tmp_path: Path) -> None:
    """After closing nothing but the graph's own file is left, and it is whole."""
    path = build(tmp_path)
    assert sorted(item.name for item in tmp_path.glob("graph*")) == ["graph.lbug"]
    with LadybugStore.open_read_only(path, buffer_pool_mb=64) as store:
        assert store.counts() == {"Person": 3, "FROM": 2}


def test_what_was_copied_comes_back(store: LadybugStore) -> None:
    """Every value, with nulls and lists, is what the Parquet file had."""
    rows = ask(store, "MATCH (p:Person) RETURN p.id AS id, p.tags AS tags, p.weight AS weight, "
               "p.age AS age, p.source AS source ORDER BY id")  # fmt: skip
    assert rows.table.to_pylist() == PEOPLE
    assert not rows.truncated


def test_an_edge_type_may_bear_a_keyword(store: LadybugStore) -> None:
    """The type FROM is asked for in backticks."""
    text = "MATCH (p {id: $id})-[f:`FROM`]->(q) RETURN q.id AS q, f.year AS y ORDER BY y"
    rows = ask(store, text, id="a")
    assert rows.table.to_pylist() == [{"q": "b", "y": 1}, {"q": "it's", "y": 2}]


def test_a_missing_parameter_is_an_error(store: LadybugStore) -> None:
    """The engine would take it for null; the store names it."""
    with pytest.raises(MissingParameterError, match=r"\$other.*given: id"):
        ask(store, "MATCH (p) WHERE p.id IN [$id, $other] RETURN p.id", id="a")


def test_a_quote_in_a_parameter_is_a_value(store: LadybugStore) -> None:
    """A parameter is never read as Cypher."""
    rows = ask(store, "MATCH (p:Person) WHERE p.id = $id RETURN p.id AS id", id="' OR 1=1 //")
    assert rows.table.num_rows == 0


@pytest.mark.parametrize("limit", ["", " LIMIT 50"])
@pytest.mark.parametrize(("row_limit", "expected"), [(2, (2, True)), (3, (3, False))])
def test_rows_beyond_the_limit_are_cut_and_said(
    store: LadybugStore, limit: str, row_limit: int, expected: tuple[int, bool]
) -> None:
    """Exactly at the limit nothing is missing; one more row is truncation."""
    rows = ask(store, f"MATCH (p:Person) RETURN p.id{limit}", row_limit)
    assert (rows.table.num_rows, rows.truncated) == expected


def test_a_union_is_cut_too(store: LadybugStore) -> None:
    """Where no limit can be added to the statement, its rows are cut."""
    text = "MATCH (p:Person) RETURN p.id AS x UNION ALL MATCH (p:Person) RETURN p.id AS x"
    rows = ask(store, text, 4)
    assert (rows.table.num_rows, rows.truncated) == (4, True)


@pytest.mark.parametrize("text", ["RETURN 1 AS a, 'x'", "RETURN 'a;b' AS `l m`", "RETURN 'x';"])
def test_the_last_literal_is_kept(store: LadybugStore, text: str) -> None:
    """A string or name that ends the statement comes back whole."""
    [row] = ask(store, text).table.to_pylist()
    assert {1, "x", "a;b"} & set(row.values())
    assert len(row) == 1 + text.count(",")


def test_lists_without_any_value_are_sound(store: LadybugStore) -> None:
    """Empty and null lists, alone and in whole nodes, are valid Arrow each time."""
    texts = ("MATCH (p:Person) WHERE p.id <> 'a' RETURN p, p.tags AS tags ORDER BY p.id",
             "MATCH (p:Person {id: 'none'}) RETURN p, p.tags AS tags",
             "RETURN [[]] AS x")  # fmt: skip
    for text in texts * 10:
        ask(store, text).table.validate(full=True)
    rows = ask(store, texts[0]).table.to_pylist()
    assert [row["tags"] for row in rows] == [row["p"]["tags"] for row in rows] == [[], None]


def test_a_long_query_is_ended(store: LadybugStore) -> None:
    """A cross product without end stops at its time limit, and the store can be asked again."""
    text = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN sum(a * b) AS s"
    with pytest.raises(QueryTimeoutError, match=r"longer than 0.2 s"):
        store.query(text, timeout_s=0.2, row_limit=10)
    assert ask(store, "RETURN 1 AS one").table.to_pylist() == [{"one": 1}]


def test_sums_and_parameters_are_plain_integers(store: LadybugStore) -> None:
    """The engine's 128-bit sums and 8-bit parameters come out as int64."""
    table = ask(store, "MATCH (p:Person) RETURN sum(p.age) AS s, $k AS k", k=3).table
    assert table.to_pylist() == [{"s": 15, "k": 3}]
    assert table.schema.types == [pa.int64(), pa.int64()]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("MATCH (p:Nobody) RETURN p", QueryError),
        ("MATCH (p:Person RETURN p", QueryError),
        ("RETURN 1 AS a; RETURN 2 AS a", QueryRefusedError),
        ("MATCH (p:Person) RETURN p.id AS a, p.age AS a", QueryRefusedError),
        ("CREATE (:Person {id: 'new'})", QueryError),
    ],
)
def test_what_cannot_be_asked(store: LadybugStore, text: str, error: type[Exception]) -> None:
    """Unknown labels, bad syntax, two statements, two columns of one name and writes are errors."""
    with pytest.raises(error):
        ask(store, text)


def test_many_threads_get_their_own_answers(store: LadybugStore) -> None:
    """Answers of one thread never show up in another."""
    wrong: list[object] = []

    def work(number: int) -> None:
        for _ in range(40):
            found = ask(store, "WITH $n AS n RETURN n", n=number).table["n"][0].as_py()
            if found != number:
                wrong.append((number, found))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_more_statements_than_a_connection_keeps(store: LadybugStore) -> None:
    """Connections are renewed without the caller noticing."""
    assert [ask(store, f"RETURN {n} AS n").table["n"][0].as_py() for n in range(600)] == [
        *range(600)
    ]


def test_a_statement_that_is_asked_again_answers_the_same(toy_kb: Path) -> None:
    """The engine forgets a condition of a statement that one connection prepares twice."""
    text = (
        "MATCH (t:CellType {id: $id}) MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) "
        "WHERE e.fraction >= $least MATCH (g)-[:MEASURED_IN]->(d:Dataset) "
        "WHERE d.id = e.dataset RETURN e.fraction AS fraction"
    )
    given = {"id": "CL:0000169", "least": 0.25}
    with open_knowledge_base(toy_kb, store="") as kb:
        for _ in range(10):
            rows = kb.store.query(text, given, timeout_s=30, row_limit=1000)
            assert rows.table.num_rows == 24
            assert min(rows.table["fraction"].to_pylist()) >= 0.25


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """Asking after closing is an error that says what to do; closing twice is not."""
    store = LadybugStore.open_read_only(build(tmp_path), buffer_pool_mb=64)
    store.close()
    store.close()
    with pytest.raises(UsageError, match="is closed: open it again"):
        ask(store, "RETURN 1 AS x")


def test_a_graph_is_written_once(tmp_path: Path) -> None:
    """An existing file is never written over."""
    with pytest.raises(BuildError, match="written once"):
        LadybugStore.create(build(tmp_path), SCHEMA)


def test_an_edge_without_an_end_is_refused(tmp_path: Path) -> None:
    """COPY fails rather than inventing or dropping something."""
    with LadybugStore.create(tmp_path / "g.lbug", SCHEMA, buffer_pool_mb=128) as store:
        edges = write(tmp_path / "f.parquet", "FROM", EDGES)
        with pytest.raises(BuildError, match=r"refused .COPY"):
            store.copy("FROM", [edges])


def test_a_folder_that_looks_like_a_pattern(tmp_path: Path) -> None:
    """Brackets and quotes in a path are only characters."""
    folder = tmp_path / "o'dd [1]*"
    folder.mkdir()
    with LadybugStore.open_read_only(build(folder), buffer_pool_mb=64) as store:
        assert store.counts() == {"Person": 3, "FROM": 2}


@pytest.mark.parametrize("content", [None, b"", b"not a graph" * 1000])
def test_a_file_that_is_no_graph(tmp_path: Path, content: bytes | None) -> None:
    """A missing, empty or foreign file is an integrity error."""
    path = tmp_path / "graph.lbug"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IntegrityError):
        LadybugStore.open_read_only(path, buffer_pool_mb=64)
