"""Several visitors of one served app: what one does costs the others nothing."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.stream import Tab, tab
from tests.ui.conftest import Served

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

# runs until its time is up
ENDLESS = """
UNWIND range(1, 3000) AS a UNWIND range(1, 3000) AS b UNWIND range(1, 300) AS c
WITH a, b, c WHERE a * b * c % 7 = 3 RETURN count(*) AS n
"""


@pytest.fixture(scope="module")
def address(serve: Callable[..., Served], toy_kb_with_vectors: Path) -> str:
    """Where the app is served."""
    return serve(toy_kb_with_vectors).address


def _own(visitor: Tab, text: str) -> None:
    """Send a statement, and wait for nothing."""
    shown = visitor.open("cypher", by="own")
    fields = {"own_text": text, "own_parameters": ""}
    visitor.fill(shown, "cypher", "own_go", fields, by="own")


def test_slow_statements_delay_nobody(address: str) -> None:
    """While two tabs of a visitor wait for statements without an end, all others are answered."""
    with tab(address) as first, tab(address) as second, tab(address) as other:
        for slow in (first, second):
            _own(slow, ENDLESS)
        assert "insulin" in other.open("gene", gene="NCBIGene:3630").text
        assert "Ins1" in other.open("cypher", query="ortholog_group", gene="INS").text
        _own(other, "RETURN 41 + 1 AS total")
        assert "total" in other.finish().text
        with tab(address) as third:
            assert "Species" in third.open().text
        assert first.is_running()
        assert second.is_running()


def test_what_is_too_large_costs_its_own_tab_a_sentence(address: str) -> None:
    """An address of 300 kB, 600 genes in a field, and then the same two tabs go on."""
    with tab(address) as one, tab(address) as two:
        for screen, name in (("cells", "text"), ("across", "genes"), ("", "q"), ("gene", "gene")):
            shown = one.open(screen, **{name: "x" * 300_000})
            assert "expected at most 32,768" in shown.text
            assert "exception" not in shown.kinds()
        form = one.open("across")
        genes = "\n".join(["INS", *(f"G{n}" for n in range(599))])
        one.fill(form, "across", "across_go", {"across_genes": genes})
        assert "You entered 600 genes" in one.finish().text
        for visitor in (one, two):
            assert "Ins1" in visitor.open("gene", gene="NCBIGene:3630").text


def test_tabs_of_a_visitor_are_sessions_of_their_own(address: str) -> None:
    """What is typed in one tab is not in the other, and closing one leaves the other open."""
    with tab(address) as two:
        with tab(address) as one:
            _own(one, "RETURN 'only here' AS x")
            assert "only here" in one.finish().text
            assert "only here" not in two.open("cypher", by="own").text
            assert one.session != two.session
        assert "Runs" in two.open("runs").text


def test_no_message_of_a_tab_acts_on_the_others(address: str) -> None:
    """The caches of all and the repository of the app are not a tab's: its messages are dropped."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    with tab(address) as one:
        one.open("runs")
        for message in (
            BackMsg(clear_cache=True),
            BackMsg(load_git_info=True),
            BackMsg(debug_shutdown_runtime=True),
        ):
            one.send(message.SerializeToString())
        kinds = {sent.WhichOneof("type") for sent in one.open("runs").messages}
        assert "script_finished" in kinds
        assert "git_info_changed" not in kinds


def test_messages_of_screens_are_let_through(app_folder: Path) -> None:
    """Of all messages that Streamlit knows, those of screens arrive, and what cannot be read."""
    from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg

    assert app_folder.is_dir()
    from parts.messages import LONGEST, of_screens

    sent: list[bytes] = [b"", b"\xff\xff", b"\x00" * (LONGEST + 1)]
    for field in BackMsg.DESCRIPTOR.fields:
        message = BackMsg()
        if field.message_type is None:
            setattr(message, field.name, True)
        else:
            getattr(message, field.name).SetInParent()
        sent.append(message.SerializeToString())
    for field in BackendOperationRequest.DESCRIPTOR.fields:
        if field.message_type is not None:
            message = BackMsg()
            getattr(message.backend_operation_request, field.name).SetInParent()
            sent.append(message.SerializeToString())

    async def receive() -> Any:
        content = sent.pop(0)
        return {"type": "websocket.receive", "bytes": content}

    async def arrived() -> list[bytes]:
        received, found = of_screens(receive), []
        with contextlib.suppress(IndexError):  # nothing more was sent
            while True:
                found.append((await received())["bytes"])
        return found

    kinds = []
    for content in asyncio.run(arrived()):
        if content in {b"\xff\xff", b"\x00" * (LONGEST + 1)}:
            kinds.append("unreadable")
            continue
        message = BackMsg.FromString(content)
        kind = str(message.WhichOneof("type"))
        beside = message.backend_operation_request.WhichOneof("payload")
        kinds.append(f"{kind}.{beside}" if beside else kind)
    assert set(kinds) == {
        "unreadable",
        "rerun_script",
        "stop_script",
        "file_urls_request",
        "app_heartbeat",
        "backend_operation_request.deferred_file",
        "backend_operation_request.dataframe_chunk",
    }
