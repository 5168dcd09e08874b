"""A tab of the browser without a browser: it speaks with a served app over its WebSocket."""

import re
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect

# longer than any answer on a busy machine takes
PATIENCE_S = 120.0
_HEALTH = "/_stcore/health"


@dataclass(slots=True)
class Run:
    """What one run of a screen's script sent."""

    messages: list[Any] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        """Everything that was sent, in which text can be looked for."""
        return b"".join(message.SerializeToString() for message in self.messages)

    @property
    def text(self) -> str:
        """Everything that was sent, as text without the escapes of Markdown."""
        return self.content.decode("utf-8", "replace").replace("\\", "")

    def widget(self, key: str) -> str:
        """Id of the widget with a key."""
        found = re.search(rf"\$\$ID-[0-9a-f]+-{re.escape(key)}(?![\w-])", self.text)
        assert found is not None, f"no widget {key} in {self.text[-2000:]}"
        return found[0]

    def kinds(self) -> list[str]:
        """Names of the elements that were shown, in order."""
        return [
            message.delta.new_element.WhichOneof("type")
            for message in self.messages
            if message.WhichOneof("type") == "delta" and message.delta.HasField("new_element")
        ]


class Tab:
    """A tab: one session of the app."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.session = ""

    def open(self, screen: str = "", **state: str) -> Run:
        """Open a screen and wait until its script has ended."""
        self.start(screen, **state)
        return self.finish()

    def start(self, screen: str = "", **state: str) -> None:
        """Open a screen and wait for nothing."""
        self._rerun(screen, urlencode(state), {})

    def fill(
        self, run: Run, screen: str, button: str, values: Mapping[str, str], **at: str
    ) -> None:
        """Fill a form of a screen that was shown and send it, and wait for nothing.

        Parameters
        ----------
        button, values
            Keys of the button, and of the fields with what is put into them.
        at
            The address of the screen.
        """
        filled: dict[str, str | bool] = {run.widget(key): text for key, text in values.items()}
        self._rerun(screen, urlencode(at), {**filled, run.widget(button): True})

    def finish(self) -> Run:
        """Wait until the script has ended; reruns that it asked for count to it."""
        run = Run()
        while True:
            message = self._next()
            run.messages.append(message)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.session = message.new_session.initialize.session_id or self.session
            if kind == "script_finished" and message.script_finished == 0:
                return run

    def is_running(self) -> bool:
        """Whether the end of the script has not come yet."""
        try:
            while True:
                if self._next(0).WhichOneof("type") == "script_finished":
                    return False
        except TimeoutError:
            return True

    def _next(self, timeout: float = PATIENCE_S) -> Any:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        message = ForwardMsg()
        message.ParseFromString(self._connection.recv(timeout=timeout))
        return message

    def download(self, run: Run, key: str) -> str:
        """Click a download button; return the address of its file."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        button = next(
            message.delta.new_element.download_button
            for message in run.messages
            if f"-{key}".encode() in message.SerializeToString()
            and message.delta.new_element.WhichOneof("type") == "download_button"
        )
        message = BackMsg()
        message.backend_operation_request.session_id = self.session
        message.backend_operation_request.deferred_file.file_id = button.deferred_file_id
        self.send(message.SerializeToString())
        while (answer := self._next()).WhichOneof("type") != "backend_operation_response":
            pass
        return str(answer.backend_operation_response.deferred_file.url)

    def send(self, content: bytes) -> None:
        """Send bytes of any kind."""
        self._connection.send(content)

    def closing(self) -> int | None:
        """Wait until the server closes the tab; return its code."""
        from websockets.exceptions import ConnectionClosed

        try:
            while True:
                self._connection.recv(timeout=PATIENCE_S)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else None

    def _rerun(self, screen: str, query: str, values: Mapping[str, str | bool]) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = screen
        for key, value in values.items():
            state = message.rerun_script.widget_states.widgets.add(id=key)
            if isinstance(value, bool):
                state.trigger_value = value
            else:
                state.string_value = value
        self.send(message.SerializeToString())


@contextmanager
def tab(
    address: str,
    cookies: Mapping[str, str] | None = None,
    *,
    origin: str | None = None,
    session: str | None = None,
) -> Iterator[Tab]:
    """Open a tab as a browser does; raise `InvalidStatus` if the server refuses.

    Parameters
    ----------
    origin
        Where the page came from; by default from the server itself.
    session
        Id of a session that is taken up again.
    """
    xsrf = _xsrf(address)
    given = {"_streamlit_xsrf": xsrf, **(cookies or {})}
    with connect(
        f"{address.replace('http', 'ws', 1)}/_stcore/stream",
        additional_headers={"Cookie": "; ".join(f"{name}={given[name]}" for name in given)},
        origin=Origin(origin or address),
        subprotocols=[Subprotocol(one) for one in ("streamlit", xsrf, session) if one],
        max_size=None,
        open_timeout=PATIENCE_S,
    ) as connection:
        yield Tab(connection)


def _xsrf(address: str) -> str:
    with urllib.request.urlopen(address + _HEALTH, timeout=PATIENCE_S) as answer:
        cookie = str(answer.headers["Set-Cookie"])
    return cookie.split(";", maxsplit=1)[0].split("=", 1)[1]
