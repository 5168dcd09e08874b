"""Which addresses of a served app answer, and to whom: asked over HTTP and WebSocket alone."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.stream import PATIENCE_S, tab
from tests.ui.conftest import Guarded, Served

INVALID = pytest.importorskip("websockets.exceptions").InvalidStatus
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

# Streamlit's cookie of a person who logged in
NAME = "_streamlit_user"
# Streamlit's own addresses that no screen needs
CLOSED = [
    "/_stcore/metrics",
    "/_stcore/metrics?families=cache_memory_bytes",
    "/_stcore/metrics%0A",
    "/_stcore/%6Detrics",
    "/_stcore/metrics/",
    "/_stcore",
    "/_stcore/",
    "/_stcore/script-health-check",
    "/_stcore/agent/interact",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp",
    "/_stcore/allowed-message-origins",
    "/_stcore/message?hash=0",
    "/_stcore/stream",
    "/_stcorex",
]


@dataclass(frozen=True)
class Reply:
    """An answer of the server."""

    status: int
    text: str
    headers: dict[str, str]


def get(address: str, method: str = "GET", data: bytes | None = None, **headers: str) -> Reply:
    request = urllib.request.Request(
        address,
        data,
        {name.replace("_", "-"): value for name, value in headers.items()},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return Reply(answer.status, answer.read().decode(), dict(answer.headers))
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.read().decode(), dict(error.headers))


@pytest.fixture(scope="module")
def served(serve: Callable[..., Served], toy_kb_with_vectors: Path) -> Served:
    """The app for this machine, without a login."""
    return serve(toy_kb_with_vectors)


def test_what_no_screen_needs_is_not_there(served: Served) -> None:
    """Statistics and the interface for agents are not found, however they are spelled."""
    for path in CLOSED:
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            reply = get(served.address + path, method)
            assert reply.status in {403, 404, 405}, (path, method, reply)
            assert "cache_memory" not in reply.text
    assert get(f"{served.address}/_stcore/health").text == "ok"


def test_every_answer_forbids_what_no_page_does(served: Served) -> None:
    """Pages load nothing from elsewhere, nor lie in the frame of another site."""
    for path in ("/", "/gene", "/_stcore/health", "/_stcore/metrics"):
        headers = {key.lower(): v for key, v in get(served.address + path).headers.items()}
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["referrer-policy"] == "same-origin"
        assert "default-src 'self'" in headers["content-security-policy"]


def test_another_name_of_this_machine_is_refused(served: Served) -> None:
    """A name that somebody else's server gave to this address reaches nothing."""
    reply = get(f"{served.address}/", Host="rebound.example.org")
    assert reply.status == 421
    assert "--allow-remote" in reply.text
    port = served.address.rsplit(":", 1)[1]
    assert get(f"{served.address}/", Host=f"localhost:{port}").status == 200


@pytest.mark.parametrize("origin", ["http://example.org", "http://localhost:3000", "null"])
def test_a_page_of_another_server_opens_no_stream(served: Served, origin: str) -> None:
    """Neither a site nor another server on this machine can speak for a visitor."""
    with pytest.raises(INVALID, match="403"), tab(served.address, origin=origin):
        pass


def test_a_long_address_is_a_sentence(served: Served) -> None:
    """An address of 40 kB is refused with a sentence; one of 300 kB costs nobody else anything."""
    reply = get(f"{served.address}/?q={'x' * 40_000}")
    assert reply.status == 414
    assert "expected at most 32,768" in reply.text
    with pytest.raises((urllib.error.URLError, ConnectionError, AssertionError)):
        assert get(f"{served.address}/?q={'x' * 300_000}").status == 200
    assert get(f"{served.address}/_stcore/health").text == "ok"


def test_damaged_messages_end_their_own_tab(served: Served) -> None:
    """A message that is too long, or none at all, ends the tab that sent it and no other."""
    with tab(served.address) as other:
        for content, code in ((b"\xff" * 100, 1002), (b"\x00" * 2_000_000, 1009)):
            with tab(served.address) as broken:
                broken.send(content)
                assert broken.closing() == code
        assert "Species" in other.open().text


# with a login


def cookie_of(guarded: Guarded, secret: str = "", **changes: object) -> dict[str, str]:
    """The cookie that Streamlit gives to a person who logged in."""
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    user = {"is_logged_in": True, "origin": guarded.address, "provider": "default", "sub": "ann"}
    content = json.dumps(user | changes)
    signed = create_signed_value(secret or guarded.login.cookie_secret, NAME, content)
    return {NAME: signed.decode()}


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def test_a_stranger_gets_the_health_check_and_the_page_to_log_in(guarded: Guarded) -> None:
    """Every page is the page to log in; files, uploads and what Streamlit answers are refused."""
    address = guarded.address
    assert get(f"{address}/_stcore/health").text == "ok"
    pages = {get(f"{address}{path}").text for path in ("/", "/gene?gene=INS", "/cypher", "/x")}
    assert len(pages) == 1
    [page] = pages
    assert "Log in to see this knowledge base" in page
    assert "INS" not in page
    for path in (
        "/_stcore/host-config",
        "/_stcore/bidi-components/a/b.js",
        "/component/a/b.js",
        "/media/0.csv",
        "/static/js/index.js",
        *CLOSED,
    ):
        assert get(address + path).status in {403, 404}, path
    upload = f"{address}/_stcore/upload_file/session/file"
    assert get(upload, "PUT", b"x").status == 403
    assert get(f"{address}/", "POST", b"x").status == 403


def test_a_stranger_opens_no_stream(guarded: Guarded) -> None:
    """Without a cookie, or with one that is forged, old or of another server: no WebSocket."""
    from itsdangerous import TimestampSigner, URLSafeTimedSerializer

    class Past(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time()) - 40 * 86_400

    expired = URLSafeTimedSerializer(guarded.login.cookie_secret, salt=NAME, signer=Past)
    content = json.dumps({"is_logged_in": True, "origin": guarded.address})
    for cookies in (
        {},
        {NAME: "x"},
        {NAME: "ÿ"},
        {NAME: json.dumps({"is_logged_in": True})},
        cookie_of(guarded, "another secret"),
        cookie_of(guarded, is_logged_in=False),
        cookie_of(guarded, is_logged_in="yes"),
        cookie_of(guarded, origin="https://other.example.org"),
        {NAME: cookie_of(guarded)[NAME] + "x"},
        {"_streamlit_user_tokens": cookie_of(guarded)[NAME]},
        {NAME: expired.dumps(content)},
    ):
        with pytest.raises(INVALID, match="403"), tab(guarded.address, cookies):
            pass


def test_whoever_is_known_sees_the_screens(guarded: Guarded) -> None:
    """With the cookie of a login the stream opens, and the script knows the visitor too."""
    cookies = cookie_of(guarded)
    assert get(f"{guarded.address}/", Cookie=_header(cookies)).status == 200
    with tab(guarded.address, cookies) as mine:
        assert "insulin" in mine.open("gene", gene="NCBIGene:3630").text


def test_files_of_a_session_are_for_those_who_logged_in(guarded: Guarded) -> None:
    """A copied address of a download, of an upload or of a session is of no use to a stranger."""
    cookies = cookie_of(guarded)
    with tab(guarded.address, cookies) as mine:
        run = mine.open("cypher", query="ortholog_group", gene="INS")
        url = mine.download(run, "answer_csv")
        assert get(guarded.address + url, Cookie=_header(cookies)).text.startswith("# title")
        for stolen in (url, url.replace(".csv", ""), f"/media/../{url[1:]}"):
            for method in ("GET", "HEAD", "OPTIONS"):
                reply = get(guarded.address + stolen, method)
                assert reply.status in {400, 403}, (stolen, method)
                assert "INS" not in reply.text
        with pytest.raises(INVALID, match="403"), tab(guarded.address, session=mine.session):
            pass
        upload = f"{guarded.address}/_stcore/upload_file/{mine.session}/f"
        assert get(upload, "PUT", b"x").status == 403
        # somebody else who logged in takes over no session, but holds the address of the file
        bob = cookie_of(guarded, sub="bob")
        with tab(guarded.address, bob, session=mine.session) as other:
            other.open("runs")
            assert other.session != mine.session
        assert get(guarded.address + url, Cookie=_header(bob)).status == 200
    assert mine.session


def test_the_way_to_the_provider_is_open(guarded: Guarded) -> None:
    """The button of the page leads to the provider; a wrong name and a wrong code lead back."""
    address = guarded.address
    assert "It is me" in get(f"{address}/auth/login?provider=default").text
    for path in ("auth/login?provider=unknown", "auth/login", "oauth2callback?state=x&code=y"):
        assert "Log in to see" in get(f"{address}/{path}").text


def test_nothing_opens_when_the_secrets_are_gone(guarded: Guarded) -> None:
    """Where the secrets cannot be read any more, strangers stay strangers."""
    folder = guarded.log.parent / ".streamlit"
    kept = folder.rename(folder.with_name("away"))
    try:
        assert "Log in to see" in get(f"{guarded.address}/gene").text
        with pytest.raises(INVALID, match="403"), tab(guarded.address):
            pass
    finally:
        kept.rename(folder)
