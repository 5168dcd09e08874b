"""The container files say what they should.

Docker is not asked for: the database's settings are tried on a real server, the rest is read.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from orthoweave.stores.neo4j.access import Access, open_driver
from orthoweave.stores.neo4j.files import VERSION
from orthoweave.stores.neo4j.local_server import HARDENED, ServerOptions, start_server

# two servers are started, which takes minutes on a busy machine
pytestmark = pytest.mark.timeout(900)
ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
# of the image's own start script, not of the server
_OF_THE_IMAGE = {"NEO4J_AUTH_FILE"}


def _settings() -> dict[str, str]:
    """Settings of the server as its configuration file has them."""
    environment = SERVICES["neo4j"]["environment"]
    names = {
        name: re.sub("_+", lambda run: "_" if len(run[0]) == 2 else ".", name[len("NEO4J_") :])
        for name in environment.keys() - _OF_THE_IMAGE
    }
    return {setting: str(environment[name]) for name, setting in names.items()}


def test_the_server_is_as_locked_down_as_the_tested_one() -> None:
    """Each hardening of the local server is in the compose file with the same value."""
    # the image's start script leaves out what is empty, which is the server's default here
    assert {name: _settings().get(name) for name, value in HARDENED.items() if value} == {
        name: value for name, value in HARDENED.items() if value
    }


def test_a_real_server_takes_every_setting(tmp_path: Path, neo4j_server: Access) -> None:
    """A server with strict validation starts with the compose file's settings, and answers."""
    options = ServerOptions(heap_mb=256, quick_start=True, further=_settings())
    with start_server(tmp_path, options) as server, open_driver(server.access) as driver:
        records, _, _ = driver.execute_query(
            "SHOW SETTINGS YIELD name, value, isExplicitlySet WHERE isExplicitlySet "
            "RETURN name, value"
        )
    found = {record["name"]: record["value"] for record in records}
    # internal settings are not shown
    wanted = {name for name in _settings() if not name.startswith("internal.")}
    assert wanted <= found.keys()
    assert found["db.memory.transaction.max"] == "512.00MiB"
    assert found["db.transaction.timeout"] == "30s"


def test_the_image_is_the_version_that_is_tested() -> None:
    """The compose file runs the version of Neo4j that the tests run."""
    assert SERVICES["neo4j"]["image"].partition("@")[0] == f"neo4j:{VERSION}-community"


def test_images_of_others_are_pinned_by_their_digests() -> None:
    """A tag that is pushed again changes nothing here."""
    bases = re.findall(r"^ARG PYTHON_IMAGE=(.+)$", DOCKERFILE, re.MULTILINE)
    used = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(used) == {"${PYTHON_IMAGE}"}
    for image in [*bases, SERVICES["neo4j"]["image"]]:
        assert re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}", image)


@pytest.mark.parametrize("name", SERVICES)
def test_services_have_no_more_than_they_need(name: str) -> None:
    """No capabilities, no new privileges, no root, limited memory, and a health check."""
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith("0")
    assert {"mem_limit", "pids_limit", "healthcheck"} <= service.keys()
    assert not {"privileged", "cap_add", "devices", "network_mode", "pid", "ipc"} & service.keys()
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert not [volume for volume in service["volumes"] if "docker.sock" in volume]


@pytest.mark.parametrize("name", SERVICES)
def test_roots_are_read_only(name: str) -> None:
    """A container writes to its volumes and to a limited ``/tmp``."""
    assert SERVICES[name]["read_only"] is True
    assert [mount.partition("=")[0] for mount in SERVICES[name]["tmpfs"]] == ["/tmp:size"]


def test_the_database_can_write_its_configuration() -> None:
    """A named volume, which Docker fills from the image; a tmpfs would hide its defaults."""
    volumes = dict(reversed(one.split(":")) for one in SERVICES["neo4j"]["volumes"])
    assert volumes["/var/lib/neo4j/conf"] in COMPOSE["volumes"]


def test_the_database_reaches_nothing_outside() -> None:
    """The database is in an internal network, and in one for published ports that leads nowhere."""
    networks = COMPOSE["networks"]
    assert networks["database"] == {"internal": True}
    for name in set(SERVICES["neo4j"]["networks"]) - {"database"}:
        options = networks[name]["driver_opts"]
        assert options == {"com.docker.network.bridge.enable_ip_masquerade": "false"}


def test_secrets_come_from_files_that_git_ignores() -> None:
    """No password is in the compose file, and the files that hold one are never committed."""
    files = [secret["file"] for secret in COMPOSE["secrets"].values()]
    assert files == ["./secrets/neo4j_auth", "./secrets/neo4j_password"]
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert not re.search(r"PASSWORD: |NEO4J_AUTH: ", TEXT)
    for service in SERVICES.values():
        mentioned = set(re.findall(r"/run/secrets/(\w+)", str(service["environment"])))
        assert mentioned == set(service["secrets"])


def test_the_image_holds_what_the_wheel_needs() -> None:
    """Everything that is copied exists, is let through by .dockerignore, and makes the wheel."""
    copied = {
        part
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for part in line.split()[:-1]
    }
    assert {"platform", "graph_schema", "ingest", "ui", "pyproject.toml", "README.md"} <= copied
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{name}" for name in copied} <= set(ignored)
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_holds_the_lock() -> None:
    """All extras come from the lock by their hashes; PyTorch for CPUs has the locked version."""
    joined = re.sub(r"\\\n", " ", DOCKERFILE)
    # up to the end of the command, which is not within quotation marks
    commands = re.findall(r"pip install ((?:'[^']*'|[^\n;&'])+)", joined)
    base, cpu, cuda, own = (" ".join(text.split()) for text in commands)
    for text, file in ((base, "base"), (cuda, "torch")):
        assert "--require-hashes --only-binary :all:" in text
        assert f"-r requirements/{file}.txt" in text
    assert cpu.startswith(
        "--no-cache-dir --no-deps --index-url https://download.pytorch.org/whl/cpu"
    )
    assert cpu.endswith('requirements/torch.txt)"')
    assert "--no-deps --no-build-isolation ." in own


def test_health_checks_ask() -> None:
    """The database is asked a question, and the app for its health; an open port is not enough."""
    database, app = (str(SERVICES[name]["healthcheck"]["test"]) for name in ("neo4j", "app"))
    assert "cypher-shell 'RETURN 1'" in database.replace('"', "")
    assert "/_stcore/health" in app


def test_the_image_runs_as_nobody_special() -> None:
    """The last user of the image is the one that the compose file names, and not root."""
    users = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)
    assert users == [SERVICES["app"]["user"]] == ["10001:10001"]
