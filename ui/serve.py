"""Serves the app: Streamlit's own server, with the knowledge base opened beside its start.

Streamlit runs the app when the first visitor comes, and would import and open everything only
then. Here a thread does it while the server starts and the browser loads.
"""

import contextlib
import sys
import threading

import streamlit.web.cli


def warm_up() -> None:
    """Import what the first screen needs and open the published build; failing is no matter."""
    # whatever fails here fails again on the screen, where somebody can read it
    with contextlib.suppress(Exception):
        # every table needs it, and it is slow to import
        import pandas as pd  # noqa: F401

        from parts.opened import published

        published()


if __name__ == "__main__":
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    sys.exit(streamlit.web.cli.main())
