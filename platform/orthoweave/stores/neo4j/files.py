"""The files of a Neo4j server, downloaded once by Maven into the user's cache.

For tests, and for people without Docker. The version is fixed, from the long-term line 5.26. Maven
verifies checksums, and a listing beside the files shows whether a copy is complete; otherwise it is
downloaded again.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from filelock import FileLock

from orthoweave.errors import OfflineError, UsageError
from orthoweave.settings import read_settings
from orthoweave.storage.durable import pending_folder, publish_folder

VERSION: Final = "5.26.30"
"""Version of Neo4j, of the line with long-term support that runs on Java 17."""
OLDEST_JAVA: Final = 17
_LISTING: Final = "files.json"
_FETCH_S: Final = 1200
_POM: Final = """<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>orthoweave</groupId><artifactId>neo4j-files</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId>
      <version>{version}</version>
    </dependency>
    <dependency>
      <groupId>org.neo4j</groupId><artifactId>neo4j</artifactId>
      <version>{version}</version>
    </dependency>
  </dependencies>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId>
    <version>3.6.1</version>
    <configuration><outputDirectory>${{project.basedir}}/lib</outputDirectory></configuration>
  </plugin></plugins></build>
</project>
"""


def cache_folder() -> Path:
    """Return the cache folder: ``$XDG_CACHE_HOME/orthoweave`` or ``~/.cache/orthoweave``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "orthoweave"


def find_java() -> str:
    """Return the path of Java 17 or newer, from ``JAVA_HOME`` or the search path.

    Raises
    ------
    UsageError
        If there is none.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        message = f"a local Neo4j needs Java {OLDEST_JAVA} or newer, found none: install it"
        raise UsageError(message)
    shown = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    version_number = re.search(r'version "(\d+)', shown.stderr)
    if version_number is None or int(version_number[1]) < OLDEST_JAVA:
        version = shown.stderr.partition("\n")[0] or "unknown"
        message = f"a local Neo4j needs Java {OLDEST_JAVA} or newer, found {version!r} at {java}"
        raise UsageError(message)
    return java


def fetch_neo4j(cache: Path | None = None) -> Path:
    """Return the folder of the server's Java archives; download them if they are missing.

    Raises
    ------
    UsageError
        If they must be downloaded and Maven is not installed.
    OfflineError
        If Maven cannot download them.
    """
    folder = (cache or cache_folder()) / f"neo4j-{VERSION}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if not is_whole(folder):
            shutil.rmtree(folder, ignore_errors=True)
            _fetch(folder)
    return folder / "lib"


def is_whole(folder: Path) -> bool:
    """Return whether a folder of Java archives has exactly the files of its listing."""
    listing = folder / _LISTING
    return listing.is_file() and json.loads(listing.read_text(encoding="utf-8")) == _sizes(folder)


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        message = "Maven downloads a local Neo4j once, but there is no `mvn`: install Maven"
        raise UsageError(message)
    with pending_folder(folder.parent, folder.name) as new:
        (new / "pom.xml").write_text(_POM.format(version=VERSION), encoding="utf-8")
        command = [maven, "-q", "-B", "--strict-checksums", "dependency:copy-dependencies"]
        if read_settings().offline:
            command.append("--offline")
        try:
            done = subprocess.run(  # noqa: S603 - Maven, on our own project file
                command, cwd=new, capture_output=True, text=True, check=False, timeout=_FETCH_S
            )
        except subprocess.TimeoutExpired as error:
            message = f"Maven did not download Neo4j {VERSION} within {_FETCH_S} s: try again"
            raise OfflineError(message) from error
        sizes = _sizes(new)
        if done.returncode or not sizes:
            output = "\n".join((done.stdout + done.stderr).strip().splitlines()[:10])
            message = f"Maven could not download Neo4j {VERSION}; its output:\n{output}"
            raise OfflineError(message)
        (new / _LISTING).write_text(json.dumps(sizes, indent=1), encoding="utf-8")
        publish_folder(new, folder)


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted((folder / "lib").glob("*.jar"))}
