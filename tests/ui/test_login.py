"""Logging in with OpenID Connect, in Chromium, against a small provider on this machine.

The provider keeps to what a client checks: discovery, codes that work once, the client's secret,
the nonce, keys at ``/jwks``. Everybody who logs in is one person.
"""

import base64
import html
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CLIENT = ("orthoweave", "secret-of-the-test")
BUILD = "text=/^Build [0-9a-f]{12}$/"
Page = Any


class Provider(ThreadingHTTPServer):
    """An OpenID Connect provider: authorization code flow, RS256 tokens."""

    def __init__(self, redirect_uri: str) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        jwk = pytest.importorskip("joserfc.jwk", reason="authlib is not installed: '.[ui]'")
        self.redirect_uri = redirect_uri
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "one"})
        # what signs; with another key than the published one, tokens are forged
        self.signing_key = self.key
        self.nonces: dict[str, str] = {}
        Thread(target=self.serve_forever, daemon=True).start()

    def metadata(self) -> dict[str, Any]:
        """The provider's description of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def consent(self, given: dict[str, str]) -> bytes:
        """The page on which somebody says who they are."""
        code = secrets.token_urlsafe(16)
        self.nonces[code] = given.get("nonce", "")
        back = urllib.parse.urlencode({"code": code, "state": given.get("state", "")})
        return f"<a href='{html.escape(f'{self.redirect_uri}?{back}')}'>It is me</a>".encode()

    def tokens(self, given: dict[str, str]) -> dict[str, Any] | None:
        """Tokens for a code that was given out and not used yet."""
        from joserfc import jwt

        nonce = self.nonces.pop(given.get("code", ""), None)
        if nonce is None or given.get("redirect_uri") != self.redirect_uri:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "reader",
            "aud": CLIENT[0],
            "iat": now,
            "exp": now + 600,
            "nonce": nonce,
            "name": "A Reader",
        }
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signing_key)
        return {"access_token": "a", "token_type": "Bearer", "id_token": token}


class Asked(BaseHTTPRequestHandler):
    """One request to the provider."""

    server: Provider

    def do_GET(self) -> None:
        """Answer discovery, keys, and the way to the consent page."""
        path, _, query = self.path.partition("?")
        given = dict(urllib.parse.parse_qsl(query))
        if path == "/.well-known/openid-configuration":
            self._send(200, self.server.metadata())
        elif path == "/jwks":
            self._send(200, {"keys": [self.server.key.as_dict(private=False)]})
        elif path == "/authorize" and given.get("redirect_uri") == self.server.redirect_uri:
            self._send(200, self.server.consent(given))
        else:
            self._send(400, {"error": "invalid_request"})

    def do_POST(self) -> None:
        """Send tokens to the client that proves who it is."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = dict(urllib.parse.parse_qsl(body))
        basic = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic "))
        client = (given.get("client_id"), given.get("client_secret"))
        known = CLIENT in (client, tuple(basic.decode().split(":", 1)))
        tokens = self.server.tokens(given) if known and self.path == "/token" else None
        self._send(400 if tokens is None else 200, tokens or {"error": "invalid_grant"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""

    def _send(self, status: int, content: dict[str, Any] | bytes) -> None:
        page = isinstance(content, bytes)
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if page else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def served(
    toy_kb_with_vectors: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Provider]]:
    """The app on every address of this machine, with a login; its address and the provider."""
    pytest.importorskip("streamlit", reason="Streamlit is not installed: pip install '.[ui]'")
    folder = tmp_path_factory.mktemp("login")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    address = f"http://127.0.0.1:{port}"
    with Provider(f"{address}/oauth2callback") as provider:
        (folder / ".streamlit").mkdir()
        (folder / ".streamlit" / "secrets.toml").write_text(
            f'[auth]\nredirect_uri = "{provider.redirect_uri}"\n'
            f'cookie_secret = "{secrets.token_urlsafe(32)}"\n'
            f'client_id = "{CLIENT[0]}"\nclient_secret = "{CLIENT[1]}"\n'
            f'server_metadata_url = "{provider.issuer}/.well-known/openid-configuration"\n',
            encoding="utf-8",
        )
        command = [
            sys.executable,
            "-m",
            "orthoweave",
            "ui",
            "--kb",
            str(toy_kb_with_vectors),
            "--host",
            "0.0.0.0",
            "--port",
            str(port),
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(address, process, folder / "log")
            yield address, provider
        finally:
            process.terminate()
            process.wait(timeout=30)
            provider.shutdown()


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    pytest.fail(f"the app did not start: {log.read_text()}")


@pytest.fixture
def visit(chromium: str, served: tuple[str, Provider]) -> Iterator[Callable[[str], Page]]:
    """A function that opens an address of the app for a visitor of their own."""
    api = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: pip install '.[dev]'"
    )
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])

        def open_page(path: str) -> Page:
            page = browser.new_context().new_page()
            page.set_default_timeout(120_000)
            page.goto(served[0] + path)
            return page

        yield open_page
        browser.close()


def _log_in(page: Page) -> None:
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="It is me").click()


def test_nothing_is_seen_before_the_login(visit: Callable[[str], Page]) -> None:
    """A stranger sees the way in and no gene, whatever the address asks for."""
    page = visit("/gene?gene=NCBIGene:3630")
    page.get_by_role("button", name="Log in").wait_for()
    assert "insulin" not in page.locator("body").inner_text().lower()
    assert page.locator(BUILD).count() == 0


def test_whoever_logs_in_sees_the_screens_until_they_log_out(visit: Callable[[str], Page]) -> None:
    """The provider's word opens the app for this visitor, and logging out shuts it again."""
    page = visit("/")
    _log_in(page)
    page.wait_for_selector(BUILD)
    page.get_by_text("Genes", exact=True).first.wait_for()
    stranger = visit("/")
    stranger.get_by_role("button", name="Log in").wait_for()
    assert stranger.locator(BUILD).count() == 0
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Log in").wait_for()
    assert page.locator(BUILD).count() == 0


def test_a_forged_token_opens_nothing(
    visit: Callable[[str], Page], served: tuple[str, Provider], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that another key signed does not log anybody in."""
    other = type(served[1].key).generate_key(2048, {"kid": "one"})
    monkeypatch.setattr(served[1], "signing_key", other)
    page = visit("/")
    _log_in(page)
    page.wait_for_load_state("networkidle")
    assert page.locator(BUILD).count() == 0
    page.goto(served[0] + "/")
    page.get_by_role("button", name="Log in").wait_for()
    assert page.locator(BUILD).count() == 0
