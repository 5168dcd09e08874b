"""Serve the app with Streamlit behind the door, and open the knowledge base meanwhile.

Streamlit runs the app only when the first visitor arrives, who would wait for imports and opening.
Here a thread does both while the server starts and the browser loads.
"""

import contextlib
import json
import signal
import sys
import threading
from pathlib import Path

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
    """Serve the app until it is stopped; the first argument holds the options of Streamlit.

    Returns
    -------
    The exit code.
    """
    from starlette.middleware import Middleware
    from streamlit.starlette import App

    from parts.door import Door
    from parts.gate import remembered_access

    # not beside the imports above: two threads that import the same packages disturb each other
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    # the server ends by itself at a signal and raises it again: what was opened is then closed
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    script = Path(__file__).resolve().parent / "app.py"
    app = App(script, middleware=[Middleware(Door, read_access=remembered_access)])
    with contextlib.suppress(KeyboardInterrupt):
        app.run(config=json.loads(sys.argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(guarded(serve))
