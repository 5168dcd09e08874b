"""The embedded graph store: what was written comes back, within limits, and nothing else does."""

import multiprocessing
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from orthoweave.errors import BuildError, IntegrityError, QueryError, QueryTimeoutError, UsageError
from orthoweave.schema import EdgeType, NodeType, Property, Schema
from orthoweave.stores.base import Column, Function, Rows
from orthoweave.stores.duckdb.store import DuckdbStore
from orthoweave.stores.duckdb.tables import rows_query
from orthoweave.stores.duckdb.write import GraphWriter

PERSON = NodeType(
    "Person",
    "",
    "",
    (),
    (
        Property("tags", "string[]", "t"),
        Property("weight", "float64", "kg"),
        Property("age", "int64", "years"),
    ),
    bulk=True,
)
PLACE = NodeType("Place", "", "", (), (Property("ok", "bool", "b"),), bulk=True)
FROM = EdgeType("FROM", "", "", "Person", "Person", (Property("year", "int64", "y"),), bulk=True)
IN = EdgeType("IN", "", "", "Person", "Place", (Property("share", "float32", "s"),), bulk=True)
SCHEMA = Schema({"Person": PERSON, "Place": PLACE}, {"FROM": FROM, "IN": IN}, {})
PEOPLE: list[dict[str, object]] = [
    {"id": "it's", "tags": None, "weight": -2.9999999, "age": None, "source": "s"},
    {"id": "b", "tags": [], "weight": None, "age": 8, "source": "s"},
    {"id": "a", "tags": ["x", "y"], "weight": 1.5, "age": 7, "source": "s"},
]
EDGES: list[dict[str, object]] = [
    {"from": "it's", "to": "a", "year": 3, "source": "s"},
    {"from": "a", "to": "it's", "year": 2, "source": "s"},
    {"from": "a", "to": "b", "year": 1, "source": "s"},
    {"from": "a", "to": "b", "year": None, "source": "s"},
]
ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b"


def rows_of(table: str, rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=SCHEMA.arrow(table))


def write(folder: Path, people: list[dict[str, object]], edges: list[dict[str, object]]) -> Path:
    path = folder / "graph.duckdb"
    with DuckdbStore.create(path, SCHEMA, memory_mb=256) as graph:
        graph.write("Person", rows_of("Person", people))
        graph.write("FROM", rows_of("FROM", edges))
    return path


def opened(path: Path, memory_mb: int = 128, spill: Path | None = None) -> DuckdbStore:
    return DuckdbStore.open_read_only(path, memory_mb=memory_mb, threads=2, spill=spill)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("store"), PEOPLE, EDGES)


@pytest.fixture(scope="module")
def store(path: Path) -> Iterator[DuckdbStore]:
    with opened(path) as found:
        yield found


def ask(store: DuckdbStore, text: str, row_limit: int = 100, **parameters: object) -> Rows:
    return store.sql(text, parameters, timeout_s=60, row_limit=row_limit)


def values(store: DuckdbStore, text: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in ask(store, text).table.to_pylist()]


def test_a_closed_graph_is_one_file(path: Path) -> None:
    """After closing nothing but the graph's own file is left."""
    assert [item.name for item in path.parent.iterdir()] == ["graph.duckdb"]


def test_written_rows_come_back(store: DuckdbStore) -> None:
    """Every value, with nulls and lists, is what the table had."""
    found = ask(store, f"{rows_query(PERSON)} ORDER BY id").table
    assert found.to_pylist() == sorted(PEOPLE, key=lambda row: str(row["id"]))
    ends = f'{rows_query(FROM)} ORDER BY "from", "to", year NULLS LAST'
    assert ask(store, ends).table.to_pylist() == [EDGES[2], EDGES[3], EDGES[1], EDGES[0]]


def test_nodes_are_numbered_by_key(store: DuckdbStore) -> None:
    """The number of the label stands above the running number in the order of the keys."""
    first = store.catalogue.nodes["Person"].number << 40
    assert values(store, 'SELECT "#nid", id FROM "Person" ORDER BY id') == [
        (first, "a"),
        (first + 1, "b"),
        (first + 2, "it's"),
    ]


def test_edges_lie_in_both_orders(store: DuckdbStore) -> None:
    """The same rows with the same numbers are there by their start and by their end."""
    columns = 'SELECT "#eid", "#src", "#dst", year FROM'
    forward, backward = values(store, f'{columns} "FROM"'), values(store, f'{columns} "FROM<"')
    assert sorted(map(repr, forward)) == sorted(map(repr, backward))
    assert [row[1:3] for row in forward] == sorted(row[1:3] for row in forward)
    assert [row[2:0:-1] for row in backward] == sorted(row[2:0:-1] for row in backward)
    assert {int(str(row[0])) >> 40 for row in forward} == {store.catalogue.edges["FROM"].number}
    assert len({row[0] for row in forward}) == len(EDGES)


def test_tables_without_rows_are_there(store: DuckdbStore) -> None:
    """Every table of the schema can be asked."""
    assert values(store, 'SELECT ok FROM "Place"') == values(store, 'FROM "IN<"') == []
    assert store.counts() == {"Person": 3, "Place": 0, "FROM": 4, "IN": 0}


def test_the_catalogue_tells_facts(store: DuckdbStore) -> None:
    """It has the kinds, and whether nulls, NaN and loops occur."""
    person, edge = store.catalogue.nodes["Person"], store.catalogue.edges["FROM"]
    assert list(person.columns) == ["id", "tags", "weight", "age", "source"]
    assert person.columns["id"] == Column("string", has_null=False, has_nan=False)
    assert person.columns["weight"] == Column("float64", has_null=True, has_nan=False)
    assert list(edge.columns) == ["year", "source"]
    assert (edge.start, edge.end, edge.has_loops, edge.rows) == ("Person", "Person", False, 4)
    assert store.catalogue.table("FROM") is edge
    assert store.catalogue.table("Nobody") is None
    assert not store.catalogue.mixed_planes


def test_the_catalogue_of_odd_values(tmp_path: Path) -> None:
    """NaN, infinity, loops, and texts that Neo4j sorts in its own way are noticed."""
    odd: list[dict[str, object]] = [
        {"id": "\ue001", "weight": float("nan"), "source": "s"},
        {"id": "b", "tags": ["x", "\U0001f600"], "weight": None, "source": "s"},
    ]
    loop: list[dict[str, object]] = [{"from": "b", "to": "b", "source": "s"}]
    with opened(write(tmp_path, odd, loop)) as store:
        assert store.catalogue.nodes["Person"].columns["weight"].has_nan
        assert store.catalogue.edges["FROM"].has_loops
        assert store.catalogue.mixed_planes


def test_a_quote_in_a_parameter_is_a_value(store: DuckdbStore) -> None:
    """A parameter is never read as SQL; lists and maps are values too."""
    assert values(store, "SELECT count(*) FROM \"Person\" WHERE id = 'it''s'") == [(1,)]
    text = 'SELECT count(*) AS n FROM "Person" WHERE id = $p0 OR id IN (FROM unnest($p1))'
    assert ask(store, text, p0="' OR 1=1 --", p1=["a", "it's"]).table.to_pylist() == [{"n": 2}]


@pytest.mark.parametrize(("row_limit", "expected"), [(2, (2, True)), (3, (3, False))])
def test_rows_beyond_the_limit_are_cut_and_said(
    store: DuckdbStore, row_limit: int, expected: tuple[int, bool]
) -> None:
    """Exactly at the limit nothing is missing; one more row is truncation."""
    rows = ask(store, 'FROM "Person"', row_limit)
    assert (rows.table.num_rows, rows.truncated) == expected
    assert ask(store, "FROM range(3000000)", row_limit).truncated


def test_a_long_question_is_ended(store: DuckdbStore) -> None:
    """A cross product without end stops at its time limit, and the store can be asked again."""
    with pytest.raises(QueryTimeoutError, match=r"longer than 0.2 s.*ORTHOWEAVE_QUERY_TIMEOUT_S"):
        store.sql(ENDLESS, timeout_s=0.2, row_limit=10)
    assert values(store, "SELECT 1") == [(1,)]


def test_a_question_that_is_interrupted(store: DuckdbStore) -> None:
    """It fails, others go on."""
    stop = threading.Timer(0.2, store.interrupt)
    stop.start()
    with pytest.raises(QueryError, match="INTERRUPT"):
        store.sql(ENDLESS, timeout_s=20, row_limit=10)
    assert values(store, "SELECT 1") == [(1,)]


def test_a_question_that_needs_too_much_memory(path: Path) -> None:
    """The message names the limit in force and its setting; the store can be asked again."""
    with opened(path, memory_mb=64) as store:
        with pytest.raises(QueryError, match=r"than the 64 MiB .*ORTHOWEAVE_MEMORY_MB"):
            ask(store, "SELECT list(range) FROM range(100000000)")
        assert values(store, "SELECT 1") == [(1,)]


def test_queries_beyond_memory_are_spilled(path: Path, tmp_path: Path) -> None:
    """With a folder to spill to the same question has an answer; nothing is left there."""
    ordered = "SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY hash(range)) AS n FROM "
    with opened(path, memory_mb=64, spill=tmp_path) as store:
        assert values(store, f"{ordered} range(4000000))") == [(4_000_000,)]
    assert list(tmp_path.iterdir()) == []
    with opened(path, memory_mb=64) as store, pytest.raises(QueryError, match="ORTHOWEAVE_SPILL"):
        ask(store, f"{ordered} range(4000000))")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM nothing",
        "SELEC 1",
        "SELECT error('mine')",
        "SELECT $missing",
        "SET threads = 64",
        "SET lock_configuration = false",
        "SET enable_external_access = true",
        "CREATE TABLE graph.main.t (i INT)",
        'DELETE FROM graph."Person"',
        "ATTACH '{folder}/other.duckdb' AS other",
        "SELECT * FROM read_text('{folder}/canary')",
        "SELECT * FROM read_csv('{folder}/canary')",
        "SELECT * FROM '{folder}/canary'",
        "COPY (SELECT 1) TO '{folder}/out'",
        "EXPORT DATABASE graph TO '{folder}/out'",
        "INSTALL httpfs",
        "LOAD '{folder}/x.duckdb_extension'",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM people",
    ],
)
def test_impossible_queries_are_errors(store: DuckdbStore, path: Path, text: str) -> None:
    """Errors, writes, files, settings and variables of Python; the store can be asked again."""
    people = pa.table({"secret": [1]})
    (path.parent / "canary").write_text("secret", encoding="utf-8")
    before = path.read_bytes()
    try:
        with pytest.raises(QueryError) as caught:
            ask(store, text.replace("{folder}", str(path.parent)))
        assert "secret" not in str(caught.value)
        assert values(store, "SELECT 1") == [(1,)]
        assert path.read_bytes() == before
        assert sorted(item.name for item in path.parent.iterdir()) == ["canary", "graph.duckdb"]
    finally:
        (path.parent / "canary").unlink()
    assert people.num_rows == 1


def test_a_function_of_ours(store: DuckdbStore) -> None:
    """It is called by the engine, and may come along again."""
    ours = {
        "twice": Function(lambda text: None if text is None else text * 2, ("VARCHAR",), "VARCHAR")
    }
    for _ in range(2):
        rows = store.sql(
            'SELECT twice(id) AS x FROM "Person" ORDER BY 1',
            functions=ours,
            timeout_s=20,
            row_limit=10,
        )
        assert rows.table["x"].to_pylist() == ["aa", "bb", "it'sit's"]


def test_many_threads_get_their_own_answers(store: DuckdbStore) -> None:
    """Answers of one thread never show up in another, failures among them or not."""
    wrong: list[object] = []

    def work(number: int) -> None:
        for turn in range(40):
            try:
                found = ask(store, "SELECT $n + 0 AS n", n=number).table["n"][0].as_py()
                if turn % 10 == number:
                    ask(store, "SELECT error('mine')")
            except QueryError:
                continue
            if found != number:
                wrong.append((number, found))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_stores_of_one_file_have_limits_of_their_own(path: Path) -> None:
    """Two in one process, with other memory and threads, do not disturb each other."""
    with opened(path, memory_mb=64) as one, opened(path, memory_mb=200) as other:
        limit = "SELECT current_setting('memory_limit') AS x"
        assert values(one, limit) == [("64.0 MiB",)]
        assert values(other, limit) == [("200.0 MiB",)]


def count(path: Path, answers: "multiprocessing.Queue[int]") -> None:
    with opened(path) as store:
        answers.put(store.counts()["Person"])


def test_several_processes_read_one_file(path: Path, store: DuckdbStore) -> None:
    """Opened for reading it is open to any number of processes."""
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[int] = context.Queue()
    processes = [context.Process(target=count, args=(path, answers)) for _ in range(2)]
    for process in processes:
        process.start()
    assert [answers.get(timeout=60) for _ in processes] == [3, 3]
    for process in processes:
        process.join()
    assert store.counts()["Person"] == 3


def test_an_engine_that_gave_itself_up_is_started_again(path: Path) -> None:
    """The question fails, the next one has an answer."""
    with opened(path) as store:
        store._engine.close()
        for connection in store._idle:
            connection.close()
        with pytest.raises(QueryError):
            ask(store, "SELECT 1")
        assert values(store, 'SELECT count(*) FROM "Person"') == [(3,)]


def test_a_closed_store_says_so(path: Path) -> None:
    """Asking after closing is an error that says what to do; closing twice is not."""
    store = opened(path)
    store.close()
    store.close()
    with pytest.raises(UsageError, match="is closed: open it again"):
        ask(store, "SELECT 1")
    with pytest.raises(UsageError, match="is closed"):
        store.counts()


def test_a_graph_is_written_once(path: Path) -> None:
    """An existing file is never written over."""
    with pytest.raises(BuildError, match="written only once"):
        DuckdbStore.create(path, SCHEMA)


@pytest.mark.parametrize(
    ("people", "edges", "problem"),
    [
        (PEOPLE[:2], EDGES, r"4 rows of FROM .*from 'a' is not among the Person.*to 'a' is not"),
        ([*PEOPLE, PEOPLE[0]], EDGES, r"Person has 1 rows with a repeated or missing key"),
        (
            [*PEOPLE, {**PEOPLE[0], "id": None}],
            [],
            r"Person has 1 rows with a repeated or missing key",
        ),
        (PEOPLE, [{**EDGES[0], "to": None}], r"to None is not among the Person nodes"),
    ],
)
def test_rows_that_make_no_graph(
    tmp_path: Path, people: list[dict[str, object]], edges: list[dict[str, object]], problem: str
) -> None:
    """A key twice, no key, and an edge without its end are refused, not dropped."""
    with pytest.raises(BuildError, match=problem):
        write(tmp_path, people, edges)


def test_a_table_is_filled_once(tmp_path: Path) -> None:
    """Its numbers run over all of its files."""
    with GraphWriter(tmp_path / "g", SCHEMA) as graph:
        graph.write("Person", rows_of("Person", PEOPLE[:1]))
        with pytest.raises(BuildError, match="filled already"):
            graph.write("Person", rows_of("Person", PEOPLE[1:]))


@pytest.mark.parametrize("small", [False, True])
def test_a_folder_that_looks_like_a_pattern(tmp_path: Path, *, small: bool) -> None:
    """Brackets and quotes in a path are only characters, whatever the size of blocks."""
    folder = tmp_path / "o'dd [1]*"
    folder.mkdir()
    with GraphWriter(folder / "graph.duckdb", SCHEMA, small=small) as graph:
        graph.write("Person", rows_of("Person", PEOPLE))
    with opened(folder / "graph.duckdb") as store:
        assert store.counts()["Person"] == 3


@pytest.mark.parametrize("content", [None, b"", b"not a graph" * 1000])
def test_a_file_that_is_not_a_graph(tmp_path: Path, content: bytes | None) -> None:
    """A missing, empty or foreign file is an integrity error."""
    path = tmp_path / "graph.duckdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IntegrityError, match="orthoweave repair"):
        opened(path)


def test_a_file_of_another_application(tmp_path: Path) -> None:
    """A sound file of the engine that no build has written is none either."""
    import duckdb

    with duckdb.connect(str(tmp_path / "graph.duckdb")) as other:
        other.execute("CREATE TABLE t AS SELECT 1 AS i")
    with pytest.raises(IntegrityError, match="cannot be opened as a graph"):
        opened(tmp_path / "graph.duckdb")


def test_a_damaged_file_never_answers(path: Path, tmp_path: Path) -> None:
    """Wherever 2,000 bytes are lost, there is an error or the right answer."""
    whole, copy = path.read_bytes(), tmp_path / "graph.duckdb"
    with opened(path) as store:
        expected = values(store, 'FROM "Person" ORDER BY id')
    outcomes = set()
    for start in range(0, len(whole), max(2000, len(whole) // 40)):
        copy.write_bytes(whole[:start] + bytes(2000) + whole[start + 2000 :])
        try:
            with opened(copy) as store:
                outcomes.add(values(store, 'FROM "Person" ORDER BY id') == expected)
        except IntegrityError:
            continue
    assert outcomes <= {True}
