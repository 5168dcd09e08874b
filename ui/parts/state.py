"""State of a screen in its address, so that it can be shared as a link."""

from collections.abc import Iterable

import streamlit as st

# an address much longer than this is cut by mail programs and proxies
_LONGEST = 6000


def read_list(name: str) -> tuple[str, ...]:
    """Return the values of an address parameter, which are separated by commas."""
    text = str(st.query_params.get(name, ""))
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def write_state(**values: str | Iterable[str]) -> None:
    """Write values to the address; remove empty ones, and keep all other parameters."""
    for name, value in values.items():
        text = value if isinstance(value, str) else ",".join(value)
        if len(text) > _LONGEST:
            st.session_state["too_long"] = True
        if text:
            st.query_params[name] = text
        else:
            st.query_params.pop(name, None)
