"""Messages of a tab to the server: those that no screen sends are dropped.

Some of Streamlit's messages act beyond the tab that sends them: one empties the caches of all
visitors, one asks for the files of the repository that the app lies in.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

LONGEST: Final = 2**20
"""Bytes of a message; Streamlit closes a tab that sends more."""
# run the script and stop it, the addresses for uploads, a sign of life, and work beside the script
_OF_SCREENS: Final = frozenset(
    {
        "rerun_script",
        "stop_script",
        "file_urls_request",
        "app_heartbeat",
        "backend_operation_request",
    }
)
# of the work beside the script: a download that is made when it is clicked, and rows of a table
_BESIDE: Final = frozenset({"deferred_file", "dataframe_chunk"})


def of_screens(receive: Receive) -> Receive:
    """Return `receive` of a WebSocket without the messages that no screen sends."""

    async def received() -> Message:
        while True:
            message = await receive()
            content = message.get("bytes") if message["type"] == "websocket.receive" else None
            if content is None or len(content) > LONGEST or _is_of_screens(content):
                return message

    return received


def _is_of_screens(content: bytes) -> bool:
    """Return whether a screen sends such a message; one that cannot be read is Streamlit's."""
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return True
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in _BESIDE
    return kind in _OF_SCREENS
