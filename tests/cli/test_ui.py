"""Starting the browser app."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path

import pytest

from orthoweave.cli.ui import check_host, login_configured, run_ui, ui_command
from orthoweave.errors import UnknownNameError, UsageError

ROOT = Path(__file__).parents[2]
AUTH = """[auth]
redirect_uri = "https://lab.example.org/oauth2callback"
cookie_secret = "secret"
client_id = "id"
server_metadata_url = "https://id.example.org/.well-known/openid-configuration"
"""


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.5", "lab.example.org", "", "127.0.0.1.nip.io"]
)
def test_reachable_addresses_are_refused(host: str) -> None:
    """An address that others reach needs a login or an explicit word."""
    with pytest.raises(UsageError, match=r"--allow-remote"):
        check_host(host, allow_remote=False, login=False)
    check_host(host, allow_remote=True, login=False)
    check_host(host, allow_remote=False, login=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_is_allowed(host: str) -> None:
    """A loopback address needs nothing."""
    check_host(host, allow_remote=False, login=False)


def test_login_counts_only_when_whole(tmp_path: Path) -> None:
    """Each part of the [auth] secrets is needed."""
    path = tmp_path / "secrets.toml"
    assert not login_configured([path])
    path.write_text(AUTH, encoding="utf-8")
    assert login_configured([path])
    for line in AUTH.splitlines()[1:]:
        path.write_text(AUTH.replace(line, ""), encoding="utf-8")
        assert not login_configured([path])
    path.write_text("[auth", encoding="utf-8")
    with pytest.raises(UsageError, match="TOML"):
        login_configured([path])


def test_the_command_is_closed_down() -> None:
    """The command line itself sets the address and what is off; no file can undo it."""
    options = json.loads(ui_command("127.0.0.1", 8501)[-1])
    wanted = {
        "server.address": "127.0.0.1",
        "client.showErrorDetails": "none",
        "server.maxUploadSize": 5,
        "server.enableXsrfProtection": True,
        "server.enableAgentApi": False,
        "browser.gatherUsageStats": False,
    }
    assert wanted.items() <= options.items()


def test_an_app_started_by_hand_is_closed_down_too() -> None:
    """The file beside the app holds the same options as the command."""
    options = json.loads(ui_command("127.0.0.1", 8501)[-1])
    file = tomllib.loads((ROOT / "ui/.streamlit/config.toml").read_text(encoding="utf-8"))
    for name, value in options.items():
        section, key = name.split(".")
        assert name == "server.port" or file[section][key] == value, name


def test_without_a_knowledge_base_nothing_starts(tmp_path: Path) -> None:
    """Without a knowledge base the command fails with the way to make one."""
    with pytest.raises(UnknownNameError, match="orthoweave demo"):
        run_ui(tmp_path)


def test_with_a_wrong_store_nothing_starts(toy_kb: Path) -> None:
    """The store is checked at once, not on the first visit."""
    with pytest.raises(UsageError, match=r"bolt://127\.0\.0\.1:7687"):
        run_ui(toy_kb, store="http://127.0.0.1:7474")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system has no /proc to look into")
def test_nothing_is_left_when_it_is_ended(toy_kb: Path, tmp_path: Path) -> None:
    """Whoever ends `orthoweave ui` by SIGTERM ends the server that it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "orthoweave", "ui", "--kb", str(toy_kb), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5):
                break
        except OSError:
            time.sleep(0.1)
    started = children.read_text(encoding="utf-8").split()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 128 + signal.SIGTERM
    assert len(started) == 1
    assert not Path(f"/proc/{started[0]}").exists()
    with socket.socket() as again:
        assert again.connect_ex(("127.0.0.1", port)) != 0
