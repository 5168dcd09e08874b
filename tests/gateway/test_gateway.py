"""The gateway: limits, refusals and the sandboxed process."""

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from orthoweave.errors import MissingParameterError, QueryError, QueryRefusedError, UsageError
from orthoweave.gateway import gateway as gateway_module
from orthoweave.gateway.gateway import Gateway, Limits
from orthoweave.sandbox.files import can_sandbox
from orthoweave.schema import read_schema
from orthoweave.storage.durable import file_digest
from orthoweave.stores.duckdb.store import DuckdbStore

GENES = [("NCBIGene:1", "A"), ("NCBIGene:2", "B"), ("NCBIGene:3", "C")]
locked = pytest.mark.skipif(not can_sandbox(), reason="this system cannot sandbox a process")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a graph file with three genes, two of which are orthologs."""
    path, schema = tmp_path_factory.mktemp("graph") / "graph.duckdb", read_schema()
    genes = [{"id": key, "symbol": symbol, "synonyms": ["x", "y"]} for key, symbol in GENES]
    pairs = [{"from": "NCBIGene:1", "to": "NCBIGene:2", "assertion": "consensus"}]
    with DuckdbStore.create(path, schema, memory_mb=256) as graph:
        graph.write("Gene", pa.Table.from_pylist(genes, schema=schema.arrow("Gene")))
        graph.write("ORTHOLOGOUS_TO", pa.Table.from_pylist(pairs, schema.arrow("ORTHOLOGOUS_TO")))
    return path


@pytest.fixture(scope="module")
def gateway(graph: Path) -> Iterator[Gateway]:
    """Return a gateway to the graph."""
    with DuckdbStore.open_read_only(graph, memory_mb=128) as store:
        opened = Gateway(store, graph, Limits(timeout_s=3, row_limit=100, byte_limit=1 << 20))
        yield opened
        opened.close()


@locked
def test_free_text_answers_as_our_own_text_does(gateway: Gateway) -> None:
    """A sandboxed process returns the same rows as the store in this process."""
    text = "MATCH (g:Gene) RETURN g.id AS id, g.symbol AS symbol, g.synonyms AS s ORDER BY id"
    free, own = gateway.ask_freely(text), gateway.ask(text)
    assert free.table.equals(own.table)
    assert free.table["id"].to_pylist() == [key for key, _ in GENES]


@locked
def test_rows_beyond_the_limit_are_cut_and_said_so(gateway: Gateway) -> None:
    """With a limit of 2, two of three rows are returned and `truncated` is set; not with 3."""
    text = "MATCH (g:Gene) RETURN g.id AS id"
    for ask in (gateway.ask, gateway.ask_freely):
        cut, whole = ask(text, row_limit=2), ask(text, row_limit=3)
        assert (cut.table.num_rows, cut.truncated) == (2, True)
        assert (whole.table.num_rows, whole.truncated) == (3, False)


def test_a_text_that_ends_in_a_literal_is_asked_whole(gateway: Gateway) -> None:
    """A string or a name in backticks at the end of a statement survives the added limit."""
    assert list(gateway.ask("RETURN 1 AS a, 'x'").table.to_pylist()[0].values()) == [1, "x"]
    assert gateway.ask("RETURN 1 AS `a b`").table.column_names == ["a b"]


@locked
def test_parameters_are_checked_and_are_never_text(gateway: Gateway) -> None:
    """A missing or unknown parameter is an error, and a hostile value matches nothing."""
    text = "MATCH (g:Gene) WHERE g.symbol = $symbol RETURN g.id AS id"
    assert gateway.ask_freely(text, {"symbol": "B"}).table["id"].to_pylist() == ["NCBIGene:2"]
    assert gateway.ask_freely(text, {"symbol": "' OR 1=1 //"}).table.num_rows == 0
    with pytest.raises(MissingParameterError, match=r"\$symbol"):
        gateway.ask_freely(text)
    with pytest.raises(UsageError, match="other"):
        gateway.ask_freely(text, {"symbol": "B", "other": 1})


@pytest.mark.parametrize(
    ("text", "value", "rows"),
    [
        ("MATCH (g:Gene) WHERE any(s IN g.synonyms WHERE s = $x) RETURN g.id AS id", "y", 3),
        ("MATCH (g:Gene) WHERE single(s IN g.synonyms WHERE s = ($x)) RETURN g.id AS id", "z", 0),
        ("RETURN toInteger($x) AS n", "5", 1),
        ("RETURN head([$x]) AS n", 1, 1),
    ],
)
def test_a_parameter_may_stand_anywhere(
    gateway: Gateway, text: str, value: object, rows: int
) -> None:
    """Parameters work in conditions of any(…) and in arguments of functions."""
    assert gateway.ask(text, {"x": value}).table.num_rows == rows


def test_a_parameter_may_be_the_list_of_a_quantifier(gateway: Gateway) -> None:
    """The list of any(…) may be a parameter, and names bound by WITH can be used anywhere."""
    text = "MATCH (g:Gene) WHERE any(s IN $x WHERE s = g.symbol) RETURN g.id AS id"
    assert gateway.ask(text, {"x": ["B"]}).table["id"].to_pylist() == ["NCBIGene:2"]
    bound = "WITH $x AS v MATCH (g:Gene) WHERE any(s IN g.synonyms WHERE s = v) RETURN g.id AS id"
    assert gateway.ask(bound, {"x": "y"}).table.num_rows == 3


@locked
def test_whole_nodes_come_without_row_numbers(gateway: Gateway) -> None:
    """A returned node has its properties, not the engine's internal number."""
    [row] = gateway.ask_freely("MATCH (g:Gene {id: 'NCBIGene:1'}) RETURN g").table.to_pylist()
    assert row["g"]["symbol"] == "A"
    assert "_ID" not in row["g"]


@locked
def test_a_question_without_end_is_ended(gateway: Gateway) -> None:
    """A time bomb ends at a limit, and a new process answers the next question."""
    bomb = (
        "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y "
        "WITH x, y WHERE x * y < 0 RETURN count(*) AS n"
    )
    # on a fast machine the memory ends before the time
    with pytest.raises(QueryError, match="narrow it down"):
        gateway.ask_freely(bomb)
    assert gateway.ask_freely("RETURN 1 AS x").table.to_pylist() == [{"x": 1}]


@locked
@pytest.mark.parametrize(
    "bomb",
    [
        "UNWIND range(1, 300000000) AS x RETURN count(collect(x)) AS n",
        "UNWIND range(1, 300000000) AS x WITH collect(x) AS l RETURN size(l) AS n",
    ],
)
def test_a_memory_bomb_harms_nobody(gateway: Gateway, bomb: str) -> None:
    """A question that needs gigabytes fails, and the next one is answered."""
    with pytest.raises(QueryError):
        gateway.ask_freely(bomb)
    assert gateway.ask_freely("RETURN 1 AS x").table.to_pylist() == [{"x": 1}]


@locked
def test_an_answer_that_is_too_large_is_refused(gateway: Gateway) -> None:
    """An answer with too many bytes is an error, even with few rows; it is never cut."""
    text = "UNWIND range(1, 90) AS x RETURN x, range(1, 3000) AS l"
    for ask in (gateway.ask, gateway.ask_freely):
        with pytest.raises(QueryError, match="the limit is 1 MiB"):
            ask(text)


@locked
def test_an_error_of_a_question_is_an_error_not_a_crash(gateway: Gateway) -> None:
    """A value that a function does not accept is an error, and the process survives."""
    gateway.ask_freely("RETURN 1 AS x")
    before = gateway._sandboxed and gateway._sandboxed.process_ids
    with pytest.raises(QueryError, match="expected a string"):
        gateway.ask_freely("UNWIND ['A', 1] AS x RETURN toLower(x) AS x")
    assert before
    assert (gateway._sandboxed and gateway._sandboxed.process_ids) == before


@locked
def test_a_property_that_no_node_has_is_null(gateway: Gateway) -> None:
    """Unknown properties are null, and unknown labels and types match no rows, as in Neo4j."""
    assert (
        gateway.ask_freely("MATCH (g:Gene) RETURN g.nope AS x").table["x"].to_pylist() == [None] * 3
    )
    assert gateway.ask_freely("MATCH (g:Nope)-[:NO]->() RETURN g").table.num_rows == 0


@locked
def test_integer_sums_stay_integers(gateway: Gateway) -> None:
    """sum() of integers is a 64-bit integer, not the engine's decimal."""
    rows = gateway.ask_freely("MATCH (g:Gene) RETURN sum(size(g.synonyms)) AS n").table
    assert rows.schema.field("n").type == "int64"
    assert rows.to_pylist() == [{"n": 6}]


def test_without_a_sandbox_free_text_is_refused(
    gateway: Gateway, graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a sandbox only saved queries run, unless the user accepts the risk."""
    monkeypatch.setattr(gateway_module, "can_sandbox", lambda: False)
    with pytest.raises(QueryRefusedError, match="allow_unsandboxed=True"):
        gateway.ask_freely("RETURN 1 AS x")
    assert gateway.ask("RETURN 1 AS x").table.to_pylist() == [{"x": 1}]
    risky = Gateway(gateway._store, graph, allow_unsandboxed=True)
    assert risky.ask_freely("RETURN 1 AS x").table.to_pylist() == [{"x": 1}]
    with pytest.raises(QueryRefusedError):
        risky.ask_freely("LOAD FROM '/etc/passwd' RETURN *")


@locked
def test_attacks_change_and_read_nothing(gateway: Gateway, graph: Path) -> None:
    """Attacks through the gateway do not change the file, its folder or this process."""
    canary = graph.with_name("canary.csv")
    canary.write_text("secret,1\n", encoding="utf-8")
    frame = [{"secret": 2}]  # what LOAD FROM finds by name in a caller that lets it
    before = {path.name: file_digest(path) for path in graph.parent.iterdir()}
    for text in (
        f"LOAD FROM '{canary}' RETURN *",
        "LOAD FROM frame RETURN *",
        f"COPY (MATCH (g:Gene) RETURN g.id) TO '{graph.parent}/out.csv'",
        f"EXPORT DATABASE '{graph.parent}/out'",
        "CHECKPOINT",
        "CALL timeout=0",
        "INSTALL httpfs",
        "MATCH (g:Gene) DELETE g",
        "RETURN 1; CHECKPOINT",
    ):
        with pytest.raises(QueryRefusedError):
            gateway.ask_freely(text)
    assert frame == [{"secret": 2}]
    assert {path.name: file_digest(path) for path in graph.parent.iterdir()} == before


def test_each_question_leaves_a_line_without_its_values(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    """The audit line has a digest, the outcome and the time, but neither text nor values."""
    with caplog.at_level(logging.INFO, logger="orthoweave.audit"):
        gateway.ask("RETURN $x AS x", {"x": "private"})
        with pytest.raises(QueryRefusedError):
            gateway.ask("CHECKPOINT")
    assert [record.name for record in caplog.records] == ["orthoweave.audit"] * 2
    assert "1 rows in" in caplog.messages[0]
    assert "refused in" in caplog.messages[1]
    assert "private" not in caplog.text


@locked
def test_a_dead_process_is_replaced(gateway: Gateway) -> None:
    """If the process is killed from outside, the next question gets a new one."""
    gateway.ask_freely("RETURN 1 AS x")
    assert gateway._sandboxed is not None
    before = gateway._sandboxed.process_ids
    for process in before:
        os.kill(process, 9)
    with contextlib.suppress(QueryError):
        gateway.ask_freely("RETURN 1 AS x")
    assert gateway.ask_freely("RETURN 2 AS x").table.to_pylist() == [{"x": 2}]
    assert before
    assert not set(gateway._sandboxed.process_ids) & set(before)
