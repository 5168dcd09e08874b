"""Progress of a started run, asked for every second, and what became of it."""

import time
from typing import Final

import streamlit as st

from orthoweave.errors import OrthoweaveError
from parts import started
from parts.base import base
from parts.gate import start_refusal
from parts.pages import link
from parts.state import write_state
from parts.text import md

_EVERY_S: Final = 1.0
_TOLD_S: Final = 86_400.0


def progress_section() -> bool:
    """Show the run under way, or what became of the last one; return whether one is under way."""
    state = base().started_run()
    if state is None or start_refusal():
        return False
    if state.under_way:
        _under_way()
        return True
    # of one that was killed nobody knows when it ended
    ended = max(state.started, state.ended)
    if time.time() - ended < _TOLD_S and st.session_state.get("told") != state.started:
        _ended()
    return False


@st.fragment(run_every=_EVERY_S)
def _under_way() -> None:
    state = base().started_run()
    if state is None or not state.under_way:
        if state is not None and state.phase == "done":
            write_state(run=state.run, show="", model="")
        st.rerun()
    with st.container(border=True, key="started"):
        st.markdown(f"**{md(state.model)}** is running: {md(_settings(state.settings))}")
        share = min(state.done / state.total, 1.0) if state.total else 0.0
        now = time.time()
        left = state.left(now)
        steps = f", {state.done:,} of {state.total:,}" if state.total else ""
        rest = f"; this step takes about {_duration(left)} more" if left is not None else ""
        text = f"{md(state.label)}{steps}, {_duration(now - state.started)} in all{rest}"
        st.progress(share, text)
        if state.said:
            st.caption(md(state.said, 300))
        if state.phase == "building":
            st.caption("The run is recorded, and its build is being made.")
        elif st.button("Cancel the run", key="cancel_run", icon=":material/cancel:"):
            _cancel()


def _cancel() -> None:
    # asked again: what was shown may have changed since
    if start_refusal():
        return
    try:
        with st.spinner("The run clears up …"):
            started.cancel()
    except OrthoweaveError as error:
        st.warning(md(error, 1000), icon=":material/info:")
        return
    st.rerun()


def _ended() -> None:
    state = base().started_run()
    if state is None:
        return
    with st.container(border=True, key="ended"):
        if state.phase == "done":
            st.success(f"The run of {md(state.model)} is done.", icon=":material/check:")
            link("runs", md(f"Show {state.run}"), run=state.run)
        else:
            kind = st.info if state.phase == "cancelled" else st.warning
            said = f"The run of {state.model}: {state.said}"
            kind(md(said, 1500), icon=":material/info:")
        if st.button("Dismiss", key="dismiss_run"):
            st.session_state["told"] = state.started
            st.rerun()


def _settings(settings: dict[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in settings.items()) or "default options"


def _duration(seconds: float) -> str:
    """Return a time in words."""
    if seconds < 90:
        return f"{max(seconds, 0):.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
