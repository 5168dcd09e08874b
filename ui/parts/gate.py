"""Who may look: this machine, people who have logged in, or whoever the operator let in."""

import ipaddress
import os

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError


def check_gate() -> None:
    """Go on for those who may look; stop the page for all others.

    `orthoweave ui` refuses to start where this would stop; here it also holds for an app that was
    started by hand. No address means every address.
    """
    if _login_configured():
        if not st.user.is_logged_in:
            st.title("orthoweave")
            st.write("This knowledge base asks you to log in.")
            st.button("Log in", on_click=st.login, type="primary", key="login")
            st.stop()
        return
    address = str(st.get_option("server.address") or "")
    if not _is_loopback(address) and os.environ.get("ORTHOWEAVE_UI_ALLOW_REMOTE") != "1":
        st.error(
            "This app was started on an address that other machines can reach, without a login. "
            "Start it with `orthoweave ui`, which serves this machine only, or see docs/ui.md."
        )
        st.stop()


def show_logout() -> None:
    """Offer to log out where people log in."""
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
