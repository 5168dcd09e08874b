"""State of a screen in its address, so that it can be shared as a link."""

from collections.abc import Iterable
from typing import Final

import streamlit as st

from orthoweave.errors import InputError

LONGEST_ADDRESS: Final = 32_768
"""Characters after the ``?`` of an address that are read."""


LONGEST_TEXT: Final = 500
"""Characters of a name or a description that are read."""


def check_address() -> None:
    """Refuse an address that is longer than any screen writes.

    Raises
    ------
    InputError
        The message says what to do.
    """
    length = sum(
        len(name) + len(value)
        for name in st.query_params
        for value in st.query_params.get_all(name)
    )
    if length > LONGEST_ADDRESS:
        message = (
            f"the address of this screen holds {length:,} characters, expected at most "
            f"{LONGEST_ADDRESS:,}: ask for fewer genes at a time, or with the Python library"
        )
        raise InputError(message)


def read_text(name: str, longest: int = LONGEST_TEXT) -> str:
    """Return a value of the address; empty if it is absent.

    Raises
    ------
    InputError
        If it has more than `longest` characters.
    """
    text = str(st.query_params.get(name, ""))
    check_text(name, text, longest)
    return text


def check_text(name: str, text: str, longest: int = LONGEST_TEXT) -> None:
    """Raise `InputError` if a text has more than `longest` characters."""
    if len(text) > longest:
        message = f"{name!r} holds {len(text):,} characters, expected at most {longest:,}"
        raise InputError(message)


def read_number(name: str, default: int, least: int, most: int) -> int:
    """Return a whole number of the address within bounds; the default if it is not one."""
    text = str(st.query_params.get(name, "")).strip()
    # more digits than any bound has: Python refuses to read thousands of them
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        return default
    return min(max(int(text), least), most)


def read_list(name: str) -> tuple[str, ...]:
    """Return the values of an address parameter, which are separated by commas."""
    text = str(st.query_params.get(name, ""))
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def write_state(**values: str | Iterable[str]) -> None:
    """Write values to the address; remove empty ones, and keep all other parameters."""
    for name, value in values.items():
        text = value if isinstance(value, str) else ",".join(value)
        if text:
            st.query_params[name] = text
        else:
            st.query_params.pop(name, None)
