"""`orthoweave build --store`: its output, and the content of the server afterwards."""

from pathlib import Path

import pytest

from orthoweave.builds.build import build
from orthoweave.builds.content import tables_content
from orthoweave.builds.load import content_at
from orthoweave.cli.main import main
from orthoweave.failures.endings import USAGE
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build, read_manifest
from orthoweave.stores.neo4j.access import PASSWORD, USER, Access
from orthoweave.testing.sources import record_insulin


@pytest.fixture
def login(neo4j_empty: Access, monkeypatch: pytest.MonkeyPatch) -> Access:
    """The server of this run, with its login in the environment."""
    monkeypatch.setenv(USER, neo4j_empty.user)
    monkeypatch.setenv(PASSWORD, neo4j_empty.password)
    return neo4j_empty


def test_build_load_remove(
    tmp_path: Path, login: Access, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build goes to the server, again does nothing, and a removed source's facts go there too."""
    kb = str(record_insulin(tmp_path))
    command = ["--quiet", "build", "--kb", kb, "--keep", "0", "--store", login.uri]
    assert main(command) == 0
    assert "19 rows written, 0 were there; verified" in capsys.readouterr().err
    assert main(command) == 0
    assert f"{login.uri} holds this build already: nothing to do" in capsys.readouterr().err
    assert main(["remove", "mgi", "--kb", kb]) == 0
    assert main(command) == 0
    # the build before was kept until its tables had told what is there
    assert ", 0 were there" not in capsys.readouterr().err
    layout = Layout(tmp_path)
    manifest = read_manifest(layout, current_build(layout))
    assert "mgi" not in {source.name for source in manifest.sources}
    paths = {name: manifest.table_paths(layout, name) for name in manifest.tables}
    assert content_at(login, layout) == tables_content(paths, layout.cache)


def test_a_wrong_address_builds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is noticed before the work, without the password that somebody wrote into it."""
    kb = record_insulin(tmp_path)
    before = build(Layout(kb), Quiet()).manifest.build
    assert main(["build", "--force", "--kb", str(kb), "--store", "bolt://me:secret@host"]) == USAGE
    assert "secret" not in capsys.readouterr().err
    assert current_build(Layout(kb)) == before
