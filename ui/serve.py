"""Serve the app with Streamlit, and open the knowledge base while the server starts.

Streamlit runs the app only when the first visitor arrives, who would wait for imports and opening.
Here a thread does both while the server starts and the browser loads.
"""

import contextlib
import sys
import threading

from orthoweave.failures.endings import guarded


def warm_up() -> None:
    """Import what the first screen needs and open the published build; ignore any failure."""
    # a failure here occurs again on the screen, where the visitor can read it
    with contextlib.suppress(Exception):
        # every table needs it, and it is slow to import
        import pandas as pd  # noqa: F401

        from parts.opened import published

        published()


def serve() -> int:
    """Serve the app until it is stopped; return the exit code."""
    import streamlit.web.cli

    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    return int(streamlit.web.cli.main() or 0)


if __name__ == "__main__":
    sys.exit(guarded(serve))
