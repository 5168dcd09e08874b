"""Starts the browser app in a process of its own: on this machine only, unless told otherwise."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from orthoweave import content
from orthoweave.errors import MissingExtraError, UsageError
from orthoweave.hosts import is_loopback
from orthoweave.settings import read_settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build
from orthoweave.stores.neo4j.access import check_uri

REMOTE_FLAG: Final = "ORTHOWEAVE_UI_ALLOW_REMOTE"
# also in ui/.streamlit/config.toml; said here again so that no file elsewhere can undo them
_OPTIONS: Final[dict[str, object]] = {
    "global.developmentMode": False,
    "server.headless": True,
    # megabytes: a file, what a screen sends, and what a form sends
    "server.maxUploadSize": 5,
    "server.maxMessageSize": 50,
    "server.maxWidgetStateSize": 1,
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.scriptHealthCheckEnabled": False,
    "server.unsafeMetricsUserAttributes": [],
    "server.fileWatcherType": "none",
    "client.allowedOrigins": [],
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "browser.gatherUsageStats": False,
}
_AUTH: Final = ("redirect_uri", "cookie_secret")


def run_ui(
    kb: str | Path | None,
    host: str = "127.0.0.1",
    port: int = 8501,
    *,
    store: str | None = None,
    allow_remote: bool = False,
) -> int:
    """Serve the browser app until it is stopped; its exit code.

    Raises
    ------
    UsageError
        If `host` can be reached from other machines, and neither a login is configured nor
        `allow_remote` is set.
    UnknownNameError
        If there is no knowledge base, or nothing is published in it.
    MissingExtraError
        If Streamlit is not installed.
    """
    check_host(host, allow_remote=allow_remote, login=login_configured(_secret_files()))
    folder = Path(kb) if kb is not None else read_settings().kb
    current_build(Layout(folder))
    if store:
        check_uri(store)
    if importlib.util.find_spec("streamlit") is None:
        message = "the browser app needs Streamlit: pip install 'orthoweave[ui]'"
        raise MissingExtraError(message)
    environment = {**os.environ, "ORTHOWEAVE_KB": str(folder.resolve())}
    if store is not None:
        environment["ORTHOWEAVE_STORE"] = store
    environment.pop(REMOTE_FLAG, None)
    if allow_remote:
        environment[REMOTE_FLAG] = "1"
    process = subprocess.Popen(ui_command(host, port), env=environment)  # noqa: S603
    # whoever ends this process ends the app as well
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        return process.wait()
    finally:
        process.terminate()
        process.wait()


def ui_command(host: str, port: int) -> list[str]:
    """Command line that serves the app."""
    options = {"server.address": host, "server.port": port, **_OPTIONS}
    return [sys.executable, str(content.folder("ui") / "serve.py"), json.dumps(options)]


def check_host(host: str, *, allow_remote: bool, login: bool) -> None:
    """Refuse an address that other machines reach, unless that is wanted.

    Raises
    ------
    UsageError
        The message says what to do.
    """
    if is_loopback(host) or allow_remote or login:
        return
    message = (
        f"host {host!r} can be reached from other machines, and whoever reaches the app can ask "
        "it anything: use 127.0.0.1 (with an SSH tunnel), configure a login (docs/ui.md), or say "
        "--allow-remote where something else guards it"
    )
    raise UsageError(message)


def login_configured(files: Sequence[Path]) -> bool:
    """Return whether Streamlit's ``[auth]`` secrets hold what its OIDC login needs.

    Raises
    ------
    UsageError
        If a file of secrets cannot be read.
    """
    for path in files:
        if not path.is_file():
            continue
        try:
            auth = tomllib.loads(path.read_text(encoding="utf-8")).get("auth", {})
        except (OSError, ValueError) as error:
            message = f"{path} cannot be read as TOML ({error}): mend or remove it"
            raise UsageError(message) from error
        providers = [auth, *(value for value in auth.values() if isinstance(value, dict))]
        if all(auth.get(name) for name in _AUTH) and any(
            one.get("client_id") and one.get("server_metadata_url") for one in providers
        ):
            return True
    return False


def _secret_files() -> list[Path]:
    return [folder / ".streamlit" / "secrets.toml" for folder in (Path.cwd(), Path.home())]
