"""Access to the app: from this machine, after a login, or as the operator allows."""

import os
from typing import Final

import streamlit as st

from orthoweave.hosts import is_loopback
from parts.door import Access
from parts.login import login_configured, providers

ALLOW_REMOTE: Final = "ORTHOWEAVE_UI_ALLOW_REMOTE"
THIS_MACHINE: Final = "ORTHOWEAVE_UI_THIS_MACHINE"
"""Variable that `orthoweave ui` sets to 1 for its own process if only this machine is served."""


def read_access() -> Access:
    """Return who may enter, as the options and secrets of the server say."""
    address = str(st.get_option("server.address") or "")
    remote = login_configured() or os.environ.get(ALLOW_REMOTE) == "1"
    origins = [str(one).rstrip("/") for one in st.get_option("server.corsAllowedOrigins") or ()]
    return Access(
        login_configured(),
        this_machine=is_loopback(address) and not remote,
        base=str(st.get_option("server.baseUrlPath") or "").strip("/"),
        origins=tuple(origins),
    )


def remembered_access() -> Access:
    """Return who may enter, and remember for as long as the server runs if it is this machine."""
    access = read_access()
    os.environ[THIS_MACHINE] = "1" if access.this_machine else ""
    return access


def start_refusal() -> str:
    """Return the reason why nobody may start runs from this app; empty if visitors may.

    A run takes the processor and changes the knowledge base, so it is for this machine alone:
    behind the door of `orthoweave ui`, as it was when the server started and as it is now.
    """
    if os.environ.get(THIS_MACHINE) == "1" and read_access().this_machine:
        return ""
    return (
        "Runs are started here only where the app serves this machine alone, by `orthoweave ui` "
        "without a login and without --allow-remote. Use `orthoweave run` on the server."
    )


def check_gate() -> None:
    """Stop the page for visitors without access.

    The door of `orthoweave ui` keeps strangers from the screens before this; the gate also covers
    an app that was started by hand. An empty address means all addresses.
    """
    if login_configured():
        if not st.user.is_logged_in:
            st.title("orthoweave")
            st.write("Log in to see this knowledge base.")
            for name in providers():
                label = "Log in" if name == "default" else f"Log in with {name}"
                st.button(label, on_click=st.login, args=(name,), type="primary", key=name)
            st.stop()
        return
    address = str(st.get_option("server.address") or "")
    if not is_loopback(address) and os.environ.get(ALLOW_REMOTE) != "1":
        st.error(
            "This app can be reached from other machines, but no login is configured. "
            "Start it with `orthoweave ui`, which serves this machine only, or see docs/ui.md."
        )
        st.stop()


def show_logout() -> None:
    """Show a button to log out if visitors log in."""
    if login_configured() and st.user.is_logged_in:
        st.sidebar.button("Log out", on_click=st.logout, key="logout")
