"""The last line of defence: a failure that no code foresaw becomes a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from orthoweave.failures.report import write_report
from orthoweave.failures.sentences import explain
from parts.text import md


@contextmanager
def defended(part: str = "screen") -> Iterator[None]:
    """Show a sentence in place of a part of the app that fails; details stay on the server."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - any failure
        sentence = explain(error)
        if sentence is None:
            path = write_report(error)
            sentence = (
                f"This {part} failed in a way that orthoweave did not foresee. The report "
                f"{path.name if path else ''} is on the server: tell those who run it."
            )
        st.error(md(sentence, 1000), icon=":material/error:")
