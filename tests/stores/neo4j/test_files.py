"""The files of a Neo4j server: whole, or fetched again."""

import shutil
import stat
from pathlib import Path

import pytest

from orthoweave.errors import OfflineError, UsageError
from orthoweave.stores.neo4j.files import VERSION, fetch_neo4j, find_java, is_whole

_FAKE_MAVEN = """#!/bin/sh
# puts two archives where the project file says, as Maven would; counts its calls
grep -q '<version>{version}</version>' pom.xml || exit 3
mkdir lib; echo one > lib/one.jar; echo two > lib/two.jar
echo called >> {calls}
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder that is the whole search path, but for a shell's own programs."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "mkdir", "grep"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder


def _program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_files_are_fetched_once(tmp_path: Path, programs: Path) -> None:
    """A second call finds the files of the first, and asks Maven nothing."""
    calls = tmp_path / "calls"
    _program(programs, "mvn", _FAKE_MAVEN.format(version=VERSION, calls=calls))
    first = fetch_neo4j(tmp_path / "cache")
    assert fetch_neo4j(tmp_path / "cache") == first
    assert sorted(path.name for path in first.iterdir()) == ["one.jar", "two.jar"]
    assert calls.read_text() == "called\n"


@pytest.mark.parametrize("damage", ["missing", "short", "unlisted", "no listing"])
def test_a_copy_that_is_not_whole_is_fetched_again(
    tmp_path: Path, programs: Path, damage: str
) -> None:
    """Whatever is missing, short or too much: the files are made anew."""
    calls = tmp_path / "calls"
    _program(programs, "mvn", _FAKE_MAVEN.format(version=VERSION, calls=calls))
    libraries = fetch_neo4j(tmp_path / "cache")
    if damage == "missing":
        (libraries / "one.jar").unlink()
    elif damage == "short":
        (libraries / "one.jar").write_text("")
    elif damage == "unlisted":
        (libraries / "three.jar").write_text("three")
    else:
        (libraries.parent / "files.json").unlink()
    assert not is_whole(libraries.parent)
    fetch_neo4j(tmp_path / "cache")
    assert is_whole(libraries.parent)
    assert calls.read_text() == "called\ncalled\n"


def test_without_maven_the_message_says_so(tmp_path: Path, programs: Path) -> None:
    """Where files have to be fetched and Maven is absent, it is named."""
    with pytest.raises(UsageError, match="install Maven"):
        fetch_neo4j(tmp_path)


def test_mavens_message_is_passed_on(tmp_path: Path, programs: Path) -> None:
    """A failing Maven leaves nothing behind that looks like files, and its words are shown."""
    _program(programs, "mvn", "#!/bin/sh\necho 'Could not transfer artifact'; exit 1\n")
    with pytest.raises(OfflineError, match="Could not transfer artifact"):
        fetch_neo4j(tmp_path)
    assert not list(tmp_path.glob("neo4j-*/lib"))


@pytest.mark.parametrize(
    ("says", "message"),
    [
        (None, "found none"),
        ('openjdk version "11.0.27" 2025-04-15', 'found \'openjdk version "11.0.27"'),
        ('java version "1.8.0_202"', "1.8.0_202"),
        ("", "unknown"),
    ],
)
def test_an_old_java_is_refused(programs: Path, says: str | None, message: str) -> None:
    """Java older than 17, or none, is refused with what was found."""
    if says is not None:
        _program(programs, "java", f"#!/bin/sh\necho '{says}' >&2\n")
    with pytest.raises(UsageError, match=message):
        find_java()


@pytest.mark.parametrize("says", ['openjdk version "17.0.15" 2025-04-15', 'java version "21"'])
def test_a_new_java_is_found(programs: Path, says: str) -> None:
    """Java 17 and newer are found on the search path."""
    _program(programs, "java", f"#!/bin/sh\necho '{says}' >&2\n")
    assert Path(find_java()) == programs / "java"
