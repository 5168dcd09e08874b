"""The app as its tests see it: run in process for logic, served for a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orthoweave.cli.ui import ui_command

ROOT = Path(__file__).parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], str]]:
    """A function that serves a knowledge base on a free port and gives the address."""
    pytest.importorskip("streamlit", reason="Streamlit is not installed: pip install '.[ui]'")
    running: list[subprocess.Popen[bytes]] = []
    addresses: dict[Path, str] = {}

    def start(kb: Path) -> str:
        if kb not in addresses:
            addresses[kb] = _start(kb, tmp_path_factory.mktemp("served"), running)
        return addresses[kb]

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait(timeout=20)


def _start(kb: Path, folder: Path, running: list[subprocess.Popen[bytes]]) -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = {**os.environ, "ORTHOWEAVE_KB": str(kb), "PYTHONPATH": str(ROOT / "platform")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ui_command("127.0.0.1", port), env=environment, cwd=folder, stdout=log, stderr=log
        )
    running.append(process)
    address = f"http://127.0.0.1:{port}"
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return address
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    pytest.fail(f"the app did not start: {(folder / 'log').read_text()}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the distribution's Chromium."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    return found


@pytest.fixture
def app_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folder of the app, importable as when Streamlit runs it, on a loopback address."""
    pytest.importorskip("streamlit", reason="Streamlit is not installed: pip install '.[ui]'")
    from streamlit import config

    folder = ROOT / "ui"
    monkeypatch.syspath_prepend(str(folder))
    # Streamlit puts the script it tests there, which other processes of ours would begin with
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    config.set_option("server.address", "127.0.0.1")
    for name in [name for name in sys.modules if name.split(".")[0] == "parts"]:
        monkeypatch.delitem(sys.modules, name)
    yield folder
    if "parts.opened" in sys.modules:
        sys.modules["parts.opened"].close()
