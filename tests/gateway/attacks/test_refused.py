"""Statements that must be refused before an engine sees them, and the defences behind that."""

import contextlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.attacks import Target

from orthoweave.errors import MissingParameterError, OrthoweaveError, QueryRefusedError
from orthoweave.gateway.limits import Question
from orthoweave.gateway.reader import SandboxedReader
from orthoweave.sandbox.limits import SandboxLimits
from orthoweave.stores.duckdb.store import DuckdbStore

ATTACKS = tomllib.loads(Path(__file__).with_name("refused.toml").read_text(encoding="utf-8"))
WALLED = [name for name, attack in ATTACKS.items() if attack.get("wall")]
# what a server has to refuse by itself, were the gateway's check not there
SERVER = [
    "create_node",
    "merge_node",
    "set_property",
    "remove_property",
    "delete",
    "detach_delete",
    "foreach",
    "write_in_call",
    "create_constraint",
    "create_index",
    "load_csv",
    "load_csv_from_address",
    "load_csv_in_call",
    "procedure_set_config",
    "procedure_create_label",
    "procedure_backticks_whole",
    "apoc_load",
    "apoc_cypher",
    "apoc_export",
    "apoc_function",
    "stacked",
]
# Neo4j puts characters in place of such escapes before it reads anything else, so that one would
# end the text; here they stay what they are in the embedded engine too: text
ESCAPED = {
    r"RETURN 'a\u0027 AS x //' AS y": {"y": "a' AS x //"},
    r"RETURN 'a\u0027; MATCH (n) DETACH DELETE n //' AS x": {
        "x": "a'; MATCH (n) DETACH DELETE n //"
    },
    r'RETURN "a\u0022 AS x //" AS y': {"y": 'a" AS x //'},
    r"RETURN 'a\u005c' AS x, '; DETACH //' AS y": {"x": "a\\", "y": "; DETACH //"},
    r"RETURN 'a\u000aDETACH' AS x": {"x": "a\nDETACH"},
    r"RETURN '\ud83d\ude00' AS x": {"x": "😀"},
    r"RETURN 1 AS x // \u000a DETACH DELETE x": {"x": 1},
    r"OPTIONAL MATCH (n {id: 'a\u0027}) RETURN 1 AS x //'}) RETURN n.id AS id": {"id": None},
}
# a target is made once, and may take long on a busy machine
pytestmark = pytest.mark.timeout(60, func_only=True)


@pytest.fixture(scope="module")
def reader(target: Target) -> Iterator[SandboxedReader]:
    """Return a sandboxed process of the embedded engine, without the check of statements."""
    if target.graph is None:
        pytest.skip("a server has walls of its own")
    opened = SandboxedReader(target.graph, SandboxLimits(memory_mb=512))
    yield opened
    opened.close()


def test_there_are_enough() -> None:
    """The corpus has more than a hundred statements, each once."""
    texts = [attack["text"] for attack in ATTACKS.values()]
    assert len(texts) == len(set(texts)) > 100


@pytest.mark.parametrize("name", ATTACKS)
def test_the_check_refuses_it(target: Target, name: str) -> None:
    """An attack is refused by name without revealing a secret; `target` checks for changes."""
    with pytest.raises((QueryRefusedError, MissingParameterError)) as caught:
        target.gateway.ask_freely(target.fill(ATTACKS[name]["text"]))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ESCAPED)
def test_escapes_stay_text(target: Target, text: str) -> None:
    """A quote, backslash or newline as a numeric escape does not end a string or comment."""
    assert target.gateway.ask_freely(text).table.to_pylist() == [ESCAPED[text]]


@pytest.mark.parametrize("name", WALLED)
def test_the_kernel_stops_it(target: Target, reader: SandboxedReader, name: str) -> None:
    """Without the check, no file is read, and the process survives."""
    question = Question(target.fill(ATTACKS[name]["text"]), {}, 5, 10, 1 << 20)
    try:
        answered = repr(reader.ask(question).table.to_pylist())
    except OrthoweaveError as error:
        answered = str(error)
    assert "secret" not in answered
    assert "root:" not in answered
    assert reader.ask(Question("RETURN 1 AS x", {}, 5, 10, 1 << 20)).table.num_rows == 1


def test_the_graph_can_still_be_opened(target: Target, reader: SandboxedReader) -> None:
    """Without the check, a CHECKPOINT does not keep later readers out."""
    for text in ("CHECKPOINT", "RETURN 1 AS x"):
        with contextlib.suppress(OrthoweaveError):
            reader.ask(Question(text, {}, 5, 10, 1 << 20))
    if target.graph is not None:
        DuckdbStore.open_read_only(target.graph, memory_mb=64).close()


@pytest.mark.parametrize("name", SERVER)
def test_the_server_stops_it(target: Target, name: str) -> None:
    """Without the check, a server in read mode with few procedures refuses by itself."""
    if target.store.language == "sql":
        pytest.skip("the embedded engine has the kernel behind it")
    with pytest.raises(OrthoweaveError) as caught:
        target.store.query(target.fill(ATTACKS[name]["text"]), timeout_s=5, row_limit=10)
    assert "root:" not in str(caught.value)
