"""The door of the server: which addresses answer, and to whom.

Streamlit answers more addresses than the screens need: statistics, an interface for agents, and the
files and the stream of every session, to everybody. The door stands before it, as ASGI middleware.
Addresses that no screen needs are not found. Where visitors log in, a stranger gets the health
check and the page to log in, and no session.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from orthoweave.hosts import is_loopback
from parts.login import login_page, login_token, providers, visitor_is_known
from parts.messages import Message, Receive, of_screens
from parts.state import LONGEST_ADDRESS

Scope = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_HEALTH: Final = "_stcore/health"
_STREAM: Final = "_stcore/stream"
_LOGIN: Final = ("auth/login", "auth/logout", "oauth2callback")
# of Streamlit's own addresses, those that screens need; those that end in / with all below them
_OF_SCREENS: Final = (
    _HEALTH,
    "_stcore/host-config",
    "_stcore/upload_file/",
    "_stcore/bidi-components/",
)
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    # what was looked at is not told to the sites that a page links to
    (b"referrer-policy", b"same-origin"),
    # Streamlit's pages hold scripts and styles and compile what draws the plots
    (
        b"content-security-policy",
        b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'self'",
    ),
)


@dataclass(frozen=True, slots=True)
class Access:
    """The rules by which visitors are let in."""

    login: bool
    """Whether visitors log in."""
    this_machine: bool
    """Whether only the names of this machine are taken for the server's own."""
    base: str = ""
    """Path of the server below its host, without slashes at its ends."""
    origins: tuple[str, ...] = ()
    """Origins of other servers whose pages may open a stream, such as a reverse proxy's."""


class Door:
    """ASGI middleware that answers in place of the app what it does not let through."""

    def __init__(self, app: ASGIApp, read_access: Callable[[], Access]) -> None:
        self._app = app
        # once, at the start: what is damaged or removed later opens nothing
        self._access = read_access()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        answer = self._refusal(scope)
        if scope["type"] == "websocket":
            receive = of_screens(receive)
        await (self._app if answer is None else answer)(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the answer to a request that is not let through."""
        visit = HTTPConnection(scope)
        if len(scope["query_string"]) > LONGEST_ADDRESS:
            return _plain(
                414,
                f"This address has {len(scope['query_string']):,} characters after the question "
                f"mark, expected at most {LONGEST_ADDRESS:,}: enter long lists on the page.",
            )
        host = visit.headers.get("host", "")
        if self._access.this_machine and not is_loopback(_name(f"//{host}")):
            return _plain(
                421,
                f"This server is for this machine only, expected the host 127.0.0.1 or localhost, "
                f"found {host[:80]!r}. Behind a reverse proxy, start it with --allow-remote.",
            )
        path = self._path(scope)
        if path is None or not _is_open(path, scope["type"]):
            return _plain(404, "There is nothing at this address.")
        if scope["type"] == "websocket" and not self._is_own(visit.headers.get("origin"), host):
            return _plain(403, "A page of another server may not open this stream.")
        return self._login(visit, scope, path)

    def _path(self, scope: Scope) -> str | None:
        """Return the path below the server's own, without slashes before it; None if outside."""
        path = str(scope["path"])
        base = f"/{self._access.base}" if self._access.base else ""
        if path == base or path.startswith(f"{base}/"):
            return path[len(base) :].removeprefix("/")
        return None

    def _is_own(self, origin: str | None, host: str) -> bool:
        """Return whether the page that opens a stream is of this server."""
        if origin is None:  # not a browser: there is no page
            return True
        return urlsplit(origin).netloc == host or origin in self._access.origins

    def _login(self, visit: HTTPConnection, scope: Scope, path: str) -> Response | None:
        """Return the page to log in for those who have to, or the refusal."""
        if not self._access.login:
            return _plain(404, "There is nothing at this address.") if path in _LOGIN else None
        if path in _LOGIN:
            chosen = visit.query_params.get("provider")
            if path == _LOGIN[0] and chosen in providers():
                scope["query_string"] = urlencode({"provider": login_token(chosen)}).encode()
            return None
        if path == _HEALTH or visitor_is_known(visit.cookies):
            return None
        is_page = _is_page(path) and scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        if not is_page:
            return _plain(403, "Log in first.")
        action = "/".join(("", *filter(None, (self._access.base, _LOGIN[0]))))
        return HTMLResponse(login_page(action, providers()), 403, {"cache-control": "no-store"})


def _is_open(path: str, kind: str) -> bool:
    """Return whether screens need an address."""
    if kind == "websocket":
        return path == _STREAM
    if not path.startswith("_stcore"):
        return True
    return any(
        path.startswith(known) if known.endswith("/") else path == known for known in _OF_SCREENS
    )


def _is_page(path: str) -> bool:
    """Return whether an address is of a screen, rather than of a file or of Streamlit."""
    return path.split("/", maxsplit=1)[0] not in {"_stcore", "media", "component", "static"}


def _name(address: str) -> str:
    """Return the name of the host in an address, in lower case; empty if it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _plain(status: int, text: str) -> Response:
    return PlainTextResponse(f"{text}\n", status, {"cache-control": "no-store"})


def _with_headers(send: Send) -> Send:
    """Return `send` with the headers of every answer."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            named = {name.lower() for name, _ in message.get("headers", ())}
            more = [header for header in _HEADERS if header[0] not in named]
            message["headers"] = [*message.get("headers", ()), *more]
        await send(message)

    return sent
