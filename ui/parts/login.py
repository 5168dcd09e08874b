"""Logging in with Streamlit's OIDC: who is configured, who is known, and the page to log in."""

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st
from streamlit.auth_util import (
    encode_provider_token,
    get_cookie_with_chunks,
    get_origin_from_redirect_uri,
)
from streamlit.errors import StreamlitSecretNotFoundError
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

# Streamlit's cookie of those who logged in, signed with the `cookie_secret` of the secrets
_COOKIE: Final = "_streamlit_user"
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>orthoweave</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
body {{ font-family: sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1rem; }}
button {{ font: inherit; padding: .5rem 1rem; margin: 0 .5rem .5rem 0; }}
</style></head><body>
<h1>orthoweave</h1>
<p>Log in to see this knowledge base.</p>
<form action="{action}">{buttons}</form>
</body></html>
"""


def login_configured() -> bool:
    """Return whether the secrets have a section for the login."""
    try:
        return bool(st.secrets.get("auth"))
    except StreamlitSecretNotFoundError:
        return False


def providers() -> tuple[str, ...]:
    """Return the names of the identity providers; Streamlit calls one without name `default`."""
    try:
        auth: Mapping[str, Any] = st.secrets.get("auth") or {}
    except StreamlitSecretNotFoundError:
        return ()
    named = [
        name for name, one in auth.items() if isinstance(one, Mapping) and one.get("client_id")
    ]
    return ("default", *named) if auth.get("client_id") else tuple(named)


def login_token(provider: str) -> str:
    """Return what Streamlit's address to log in takes for a provider; it holds for two minutes."""
    return encode_provider_token(provider)


def login_page(action: str, names: Sequence[str]) -> str:
    """Return the page on which a visitor logs in, with a button for each provider.

    Parameters
    ----------
    action
        Address that the buttons lead to, with the name as ``provider``.
    """
    buttons = "".join(
        f'<button name="provider" value="{html.escape(name)}">'
        f"Log in{'' if name == 'default' else f' with {html.escape(name)}'}</button>"
        for name in names
    )
    return _PAGE.format(action=html.escape(action), buttons=buttons)


def visitor_is_known(cookies: Mapping[str, str]) -> bool:
    """Return whether cookies are those of somebody who logged in here.

    Streamlit's cookie is signed, holds for 30 days, and names the origin that it was given for.
    """

    def signed(name: str) -> bytes | None:
        value = cookies.get(name, "")
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1", "replace"))

    content = get_cookie_with_chunks(signed, _COOKIE)
    if content is None:
        return False
    try:
        user = json.loads(content)
    except (ValueError, RecursionError):
        return False
    origin = get_origin_from_redirect_uri()
    return (
        isinstance(user, dict)
        and user.get("is_logged_in") is True
        and origin is not None
        and user.get("origin") == origin
    )
