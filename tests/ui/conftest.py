"""The app as its tests see it: run in process for logic, served for a real browser."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.provider import Login, Provider

ROOT = Path(__file__).parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Served:
    """A served app."""

    address: str
    log: Path


Prepare = Callable[[Path, str], object]
"""Puts files into the folder in which an app is started, which is then served at the address."""


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Served]]:
    """A function that serves a knowledge base on a free port, once for all tests.

    An app with a folder that is prepared is one of its own, on all addresses of this machine.
    """
    pytest.importorskip("streamlit", reason="Streamlit is not installed: pip install '.[ui]'")
    running: list[subprocess.Popen[bytes]] = []
    shared: dict[Path, Served] = {}

    def start(kb: Path, prepare: Prepare | None = None) -> Served:
        if prepare is None and kb in shared:
            return shared[kb]
        served = _start(kb, tmp_path_factory.mktemp("served"), prepare, running)
        if prepare is None:
            shared[kb] = served
        return served

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait(timeout=30)


def _start(
    kb: Path, folder: Path, prepare: Prepare | None, running: list[subprocess.Popen[bytes]]
) -> Served:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    served = Served(f"http://127.0.0.1:{port}", folder / "log")
    host = "127.0.0.1"
    if prepare is not None:
        prepare(folder, served.address)
        host = "0.0.0.0"
    command = [sys.executable, "-m", "orthoweave", "ui", "--kb", str(kb), "--host", host]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    with served.log.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port)], env=environment, cwd=folder, stdout=log, stderr=log
        )
    running.append(process)
    for _ in range(2400):
        try:
            with urllib.request.urlopen(f"{served.address}/_stcore/health", timeout=5):
                return served
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    pytest.fail(f"the app did not start: {served.log.read_text()}")


@dataclass(frozen=True)
class Guarded(Served):
    """A served app with a login."""

    login: Login


@pytest.fixture(scope="session")
def guarded(serve: Callable[..., Served], toy_kb_with_vectors: Path) -> Iterator[Guarded]:
    """The app with a login, on every address of this machine, and the provider."""
    with Provider() as provider:
        login = Login(provider, secrets.token_urlsafe(32))

        def prepare(folder: Path, address: str) -> None:
            provider.redirect_uri = f"{address}/oauth2callback"
            login.write_secrets(folder)

        served = serve(toy_kb_with_vectors, prepare)
        yield Guarded(served.address, served.log, login)
        provider.shutdown()


# not for the session: its loop of events would run in all tests that follow
@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The distribution's Chromium without a window, started once for all tests of a file."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    api = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: pip install '.[dev]'"
    )
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def app_modules() -> Iterator[Path]:
    """Folder of the app, importable, whose builds stay open for all tests of a file."""
    pytest.importorskip("streamlit", reason="Streamlit is not installed: pip install '.[ui]'")
    folder = ROOT / "ui"
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == "parts"]:
            patch.delitem(sys.modules, name)
        yield folder
        if "parts.opened" in sys.modules:
            sys.modules["parts.opened"].close()


@pytest.fixture
def app_folder(app_modules: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folder of the app, importable as when Streamlit runs it, on a loopback address."""
    from streamlit import config

    # Streamlit puts the script it tests there, which other processes of ours would begin with
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    config.set_option("server.address", "127.0.0.1")
    yield app_modules
    config.set_option("server.address", None)
