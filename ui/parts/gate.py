"""Access to the app: from this machine, after a login, or as the operator allows."""

import ipaddress
import os

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError


def check_gate() -> None:
    """Stop the page for visitors without access.

    `orthoweave ui` makes the same check before it starts; this one also covers an app that was
    started by hand. An empty address means all addresses.
    """
    if _login_configured():
        if not st.user.is_logged_in:
            st.title("orthoweave")
            st.write("Log in to see this knowledge base.")
            st.button("Log in", on_click=st.login, type="primary", key="login")
            st.stop()
        return
    address = str(st.get_option("server.address") or "")
    if not _is_loopback(address) and os.environ.get("ORTHOWEAVE_UI_ALLOW_REMOTE") != "1":
        st.error(
            "This app can be reached from other machines, but no login is configured. "
            "Start it with `orthoweave ui`, which serves this machine only, or see docs/ui.md."
        )
        st.stop()


def show_logout() -> None:
    """Show a button to log out if visitors log in."""
    if _login_configured() and st.user.is_logged_in:
        st.sidebar.button("Log out", on_click=st.logout, key="logout")


def _login_configured() -> bool:
    try:
        return bool(st.secrets.get("auth"))
    except StreamlitSecretNotFoundError:
        return False


def _is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
