"""The commands about a local Neo4j server, from an empty folder to an answer and back."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orthoweave.stores.neo4j.access import Access
from orthoweave.stores.neo4j.local_server import find_server

# two servers are started and seven commands run, which takes minutes on a busy machine
pytestmark = pytest.mark.timeout(900)


def _run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    source = Path(__file__).parents[2] / "platform"
    return subprocess.run(
        [sys.executable, "-m", "orthoweave", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(source), **environment},
    )


def test_a_server_can_be_started_asked_and_stopped(
    tmp_path: Path, toy_kb: Path, neo4j_server: Access
) -> None:
    """What `start` prints is all that `build --store` and a question need; `stop` ends it."""
    kb = shutil.copytree(toy_kb, tmp_path / "kb")
    home = kb / "neo4j"
    assert _run("neo4j", "status", "--kb", str(kb)).returncode == 1
    started = _run("neo4j", "start", "--port", "0", "--heap-mb", "256", "--kb", str(kb))
    try:
        assert started.returncode == 0, started.stderr
        lines = dict(
            line.removeprefix("export ").split("=", 1) for line in started.stdout.splitlines()
        )
        assert lines.keys() == {"ORTHOWEAVE_STORE", "ORTHOWEAVE_NEO4J_PASSWORD_FILE"}
        assert (home / "password").read_text() not in started.stdout + started.stderr
        assert _run("neo4j", "status", "--kb", str(kb)).stdout == started.stdout
        uri = lines["ORTHOWEAVE_STORE"]
        built = _run("build", "--store", uri, "--kb", str(kb), **lines)
        assert built.returncode == 0, built.stderr
        asked = _run("orthologs", "INS", "--kb", str(kb), "--format", "tsv", **lines)
        assert asked.stdout.count("\nINS\t") == 2, asked.stderr
        # without the login it is the server that is asked, and it refuses
        refused = _run("orthologs", "INS", "--kb", str(kb), "--store", uri)
        assert refused.returncode == 1
        assert "ORTHOWEAVE_NEO4J_PASSWORD_FILE" in refused.stderr
    finally:
        stopped = _run("neo4j", "stop", "--kb", str(kb))
    assert "has stopped" in stopped.stderr
    assert find_server(home) is None
    assert "nothing to do" in _run("neo4j", "stop", "--kb", str(kb)).stderr
