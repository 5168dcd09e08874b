"""A small identity provider on this machine, which speaks OpenID Connect.

It keeps to what a client checks: discovery, codes that work once, the client's secret, the nonce,
keys at ``/jwks``. Everybody who logs in is one person.
"""

import base64
import html
import json
import secrets
import time
import urllib.parse
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

CLIENT = ("orthoweave", "secret-of-the-test")


class Provider(ThreadingHTTPServer):
    """An OpenID Connect provider: authorization code flow, RS256 tokens."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        jwk = pytest.importorskip("joserfc.jwk", reason="authlib is not installed: '.[ui]'")
        # where those who logged in are sent; known when the app is started
        self.redirect_uri = ""
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


@dataclass(frozen=True)
class Login:
    """What is needed to log in, and to sign what Streamlit signs."""

    provider: Provider
    cookie_secret: str

    def write_secrets(self, folder: Path) -> None:
        """Write the secrets of an app that is started in a folder."""
        (folder / ".streamlit").mkdir()
        (folder / ".streamlit" / "secrets.toml").write_text(
            f'[auth]\nredirect_uri = "{self.provider.redirect_uri}"\n'
            f'cookie_secret = "{self.cookie_secret}"\n'
            f'client_id = "{CLIENT[0]}"\nclient_secret = "{CLIENT[1]}"\n'
            f'server_metadata_url = "{self.provider.issuer}/.well-known/openid-configuration"\n',
            encoding="utf-8",
        )
