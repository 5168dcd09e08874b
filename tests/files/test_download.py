"""Fetching from a real server on this machine that can be told to misbehave."""

import gzip
import hashlib
import json
import resource
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import numpy as np
import pytest

from orthoweave import errors
from orthoweave.files.download import ATTEMPTS, Fetched, download
from orthoweave.files.originals import Original, fetch_original, read_originals
from orthoweave.progress import Quiet

CONTENT = np.random.default_rng(7).bytes(300_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Behaviour:
    """Behaviour of the server, and the requests that it received."""

    content: bytes = CONTENT
    etag: str = '"one"'
    last_modified: str = ""
    ranges: bool = True
    length: bool = True
    cuts: list[int] = field(default_factory=list)
    """After how many bytes to cut each of the next answers."""
    codes: list[int] = field(default_factory=list)
    """Codes to answer next, before all is well."""
    location: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)


class Server(ThreadingHTTPServer):
    """A server with a behaviour."""

    behaviour: Behaviour
    daemon_threads = True

    @property
    def url(self) -> str:
        """Address of its one file."""
        return f"http://127.0.0.1:{self.server_address[1]}/file.gz"


class Handler(BaseHTTPRequestHandler):
    """Answers every GET with the one file, as far as the behaviour lets it."""

    server: Server

    def do_GET(self) -> None:
        """Answer one request."""
        does = self.server.behaviour
        does.asked.append({name.lower(): value for name, value in self.headers.items()})
        if does.codes:
            code = does.codes.pop(0)
            self.send_response(code)
            self.send_header("Location", does.location)
            self.send_header("Retry-After", "2")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.headers.get("If-None-Match") == does.etag:
            self.send_response(304)
            self.end_headers()
            return
        start = self._start(does)
        if start >= len(does.content):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(does.content)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = does.content[start:]
        self.send_response(206 if start else 200)
        if start:
            last = len(does.content) - 1
            self.send_header("Content-Range", f"bytes {start}-{last}/{len(does.content)}")
        if does.etag:
            self.send_header("ETag", does.etag)
        if does.last_modified:
            self.send_header("Last-Modified", does.last_modified)
        if does.length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: does.cuts.pop(0)] if does.cuts else body)
        self.close_connection = True

    def _start(self, does: Behaviour) -> int:
        asked = self.headers.get("Range", "")
        valid = self.headers.get("If-Range") in {does.etag, does.last_modified}
        return int(asked[6:-1]) if does.ranges and valid and asked else 0

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.behaviour = Behaviour()
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


class Waits(list[float]):
    """Stands in for time.sleep and remembers for how long it was asked to wait."""

    def __call__(self, seconds: float) -> None:
        """Wait, or rather not."""
        self.append(seconds)


def fetch(server: Server, target: Path, sha256: str = "", waits: Waits | None = None) -> Fetched:
    return download(
        server.url, target, Quiet(), sha256=sha256, sleep=Waits() if waits is None else waits
    )


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_whole_file(server: Server, tmp_path: Path) -> None:
    """A file arrives byte for byte, with its checksum, and no part is left beside it."""
    fetched = fetch(server, tmp_path / "sources" / "file.gz", DIGEST.upper())
    assert (tmp_path / "sources" / "file.gz").read_bytes() == CONTENT
    assert (fetched.sha256, fetched.bytes, fetched.etag) == (DIGEST, len(CONTENT), '"one"')
    assert left(tmp_path / "sources") == {"file.gz"}
    assert server.behaviour.asked[0]["accept-encoding"] == "identity"


def test_goes_on_after_a_cut_connection(server: Server, tmp_path: Path) -> None:
    """After a cut only the rest is asked for, and only of the same remote file."""
    server.behaviour.cuts = [100_000]
    waits = Waits()
    assert fetch(server, tmp_path / "file.gz", DIGEST, waits).bytes == len(CONTENT)
    first, second = server.behaviour.asked
    assert "range" not in first
    assert second["if-range"] == '"one"'
    assert int(second["range"].removeprefix("bytes=").removesuffix("-")) > 0
    assert len(waits) == 1


def test_a_later_call_goes_on(server: Server, tmp_path: Path) -> None:
    """When every attempt is cut, the part stays, and the next call finishes it."""
    step = len(CONTENT) // 20
    server.behaviour.cuts = [step] * ATTEMPTS
    with pytest.raises(errors.OfflineError, match="try again later, it resumes"):
        fetch(server, tmp_path / "file.gz")
    assert left(tmp_path) == {"file.gz.part", "file.gz.part.json"}
    held = (tmp_path / "file.gz.part").read_bytes()
    assert held == CONTENT[: len(held)]
    assert len(held) == step * ATTEMPTS
    assert fetch(server, tmp_path / "file.gz").sha256 == DIGEST
    assert server.behaviour.asked[-1]["range"] == f"bytes={len(held)}-"


def test_changed_while_cut(server: Server, tmp_path: Path) -> None:
    """If the remote file changed between two attempts, no two halves are put together."""
    server.behaviour.cuts = [10_000] * ATTEMPTS
    with pytest.raises(errors.OfflineError):
        fetch(server, tmp_path / "file.gz")
    server.behaviour.content, server.behaviour.etag = CONTENT[::-1], '"two"'
    server.behaviour.cuts = []
    assert fetch(server, tmp_path / "file.gz").etag == '"two"'
    assert (tmp_path / "file.gz").read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_a_strong_validator_it_starts_over(
    server: Server, tmp_path: Path, etag: str
) -> None:
    """A part of a file that cannot be told from another is not gone on with."""
    server.behaviour.etag, server.behaviour.cuts = etag, [100_000]
    assert fetch(server, tmp_path / "file.gz").sha256 == DIGEST
    assert all("range" not in asked for asked in server.behaviour.asked)


def test_last_modified_is_enough(server: Server, tmp_path: Path) -> None:
    """Without a strong tag, the date of the last change allows resuming."""
    server.behaviour.etag, server.behaviour.cuts = 'W/"weak"', [100_000]
    server.behaviour.last_modified = "Wed, 01 May 2024 10:00:00 GMT"
    assert fetch(server, tmp_path / "file.gz").sha256 == DIGEST
    assert server.behaviour.asked[1]["if-range"] == server.behaviour.last_modified


def test_server_without_ranges(server: Server, tmp_path: Path) -> None:
    """A server that ignores Range sends all again, and the old part is thrown away."""
    server.behaviour.ranges, server.behaviour.cuts = False, [100_000]
    assert fetch(server, tmp_path / "file.gz", DIGEST).bytes == len(CONTENT)


def test_part_that_is_whole_already(server: Server, tmp_path: Path) -> None:
    """A part that only lacks its name is not sent again."""
    (tmp_path / "file.gz.part").write_bytes(CONTENT)
    about = {"url": server.url, "etag": '"one"', "last_modified": ""}
    (tmp_path / "file.gz.part.json").write_text(json.dumps(about))
    assert fetch(server, tmp_path / "file.gz").sha256 == DIGEST


def test_part_that_is_too_long(server: Server, tmp_path: Path) -> None:
    """A part longer than the remote file is thrown away."""
    (tmp_path / "file.gz.part").write_bytes(CONTENT + b"more")
    about = {"url": server.url, "etag": '"one"', "last_modified": ""}
    (tmp_path / "file.gz.part.json").write_text(json.dumps(about))
    assert fetch(server, tmp_path / "file.gz").sha256 == DIGEST


@pytest.mark.parametrize("about", ["", "{", "[]", '{"url": "elsewhere"}'])
def test_part_of_nobody_knows_what(server: Server, tmp_path: Path, about: str) -> None:
    """A part without a sound note of where it came from is not gone on with."""
    (tmp_path / "file.gz.part").write_bytes(b"something else")
    (tmp_path / "file.gz.part.json").write_text(about)
    assert fetch(server, tmp_path / "file.gz").sha256 == DIGEST


def test_wrong_checksum(server: Server, tmp_path: Path) -> None:
    """A remote file that is not the pinned one is refused, said so and not kept."""
    with pytest.raises(errors.SourceChangedError, match=f"expected SHA-256 {'0' * 64}.*{DIGEST}"):
        fetch(server, tmp_path / "file.gz", "0" * 64)
    assert left(tmp_path) == set()


def test_missing_file(server: Server, tmp_path: Path) -> None:
    """A 404 is not tried again, and the message says where to correct the address."""
    server.behaviour.codes = [404]
    with pytest.raises(errors.InputError, match=r"404 Not Found.*originals\.toml"):
        fetch(server, tmp_path / "file.gz")
    assert len(server.behaviour.asked) == 1
    assert left(tmp_path) == set()


def test_busy_server(server: Server, tmp_path: Path) -> None:
    """503 and 429 are waited out, at least as long as the server asks."""
    server.behaviour.codes = [503, 429, 503]
    waits = Waits()
    assert fetch(server, tmp_path / "file.gz", waits=waits).sha256 == DIGEST
    assert len(waits) == 3
    assert min(waits) >= 2


def test_server_that_stays_busy(server: Server, tmp_path: Path) -> None:
    """The number of attempts has an end."""
    server.behaviour.codes = [503] * 20
    with pytest.raises(errors.OfflineError, match="503"):
        fetch(server, tmp_path / "file.gz")
    assert len(server.behaviour.asked) == ATTEMPTS


def test_nobody_answers(tmp_path: Path) -> None:
    """A refused connection is an OfflineError, not a traceback of the network library."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/file"
        with pytest.raises(errors.OfflineError, match=url):
            download(url, tmp_path / "file", Quiet(), sleep=Waits())


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "no address", "http://"])
def test_address_of_another_kind(tmp_path: Path, url: str) -> None:
    """An address that is not http(s) is refused at once."""
    with pytest.raises(errors.InputError, match=r"expected the http\(s\)"):
        download(url, tmp_path / "file", Quiet(), sleep=Waits())


def test_redirects_without_end(server: Server, tmp_path: Path) -> None:
    """A server that sends us round in circles is an error."""
    server.behaviour.location, server.behaviour.codes = server.url, [302] * 50
    with pytest.raises(errors.InputError, match="redirects"):
        fetch(server, tmp_path / "file.gz")


def test_offline_opens_no_socket(server: Server, tmp_path: Path) -> None:
    """Offline, the server is not even asked."""
    with pytest.raises(errors.OfflineError, match="ORTHOWEAVE_OFFLINE"):
        download(server.url, tmp_path / "file.gz", Quiet(), offline=True)
    assert server.behaviour.asked == []
    assert left(tmp_path) == set()


def test_gzip_without_a_length(server: Server, tmp_path: Path) -> None:
    """Without a length from the server, a truncated gzip stream is still noticed."""
    server.behaviour.content = gzip.compress(CONTENT, mtime=0)
    server.behaviour.length, server.behaviour.cuts = False, [200_000]
    fetch(server, tmp_path / "file.gz")
    assert gzip.decompress((tmp_path / "file.gz").read_bytes()) == CONTENT
    assert len(server.behaviour.asked) == 2


def test_full_disk(server: Server, tmp_path: Path) -> None:
    """When no more can be written, the part is kept, and the fetch goes on once there is room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(errors.OrthoweaveError, match="cannot be written"):
            fetch(server, tmp_path / "file.gz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert 0 < (tmp_path / "file.gz.part").stat().st_size <= 100_000
    assert fetch(server, tmp_path / "file.gz").sha256 == DIGEST
    assert "range" in server.behaviour.asked[-1]


def original(server: Server, sha256: str = "") -> Original:
    return Original("one", "a file", server.url, "file.gz", "orthology", "CC0-1.0", "", sha256)


def test_fetched_once(server: Server, tmp_path: Path) -> None:
    """A second fetch of the same original asks nobody, and the record says what is held."""
    first = fetch_original(original(server), tmp_path, Quiet())
    second = fetch_original(original(server), tmp_path, Quiet(), offline=True)
    assert (first.unchanged, second.unchanged) == (False, True)
    assert len(server.behaviour.asked) == 1
    record = json.loads((tmp_path / "FETCHED.json").read_text())["one"]
    assert (record["sha256"], record["bytes"], record["url"]) == (DIGEST, 300_000, server.url)


def test_refresh(server: Server, tmp_path: Path) -> None:
    """A refresh takes a newer remote file, and nothing where there is none."""
    fetch_original(original(server), tmp_path, Quiet())
    assert fetch_original(original(server), tmp_path, Quiet(), refresh=True).unchanged
    server.behaviour.content, server.behaviour.etag = b"newer", '"two"'
    held = fetch_original(original(server), tmp_path, Quiet(), refresh=True)
    assert not held.unchanged
    assert held.path.read_bytes() == b"newer"


def test_refresh_of_a_pinned_file(server: Server, tmp_path: Path) -> None:
    """A pinned original that changed on the server is an error, and the held one stays."""
    fetch_original(original(server, DIGEST), tmp_path, Quiet())
    server.behaviour.content, server.behaviour.etag = b"newer", '"two"'
    with pytest.raises(errors.SourceChangedError, match="has changed"):
        fetch_original(original(server, DIGEST), tmp_path, Quiet(), refresh=True)
    assert (tmp_path / "file.gz").read_bytes() == CONTENT


def test_altered_on_disk(server: Server, tmp_path: Path) -> None:
    """A held file that somebody changed is not taken for the original."""
    fetch_original(original(server), tmp_path, Quiet())
    (tmp_path / "file.gz").write_bytes(b"edited")
    with pytest.raises(errors.IntegrityError, match="is not what was fetched"):
        fetch_original(original(server), tmp_path, Quiet())


def test_our_manifest() -> None:
    """Every original of ours has an https address, a licence, a file of its own and a known job."""
    originals = read_originals()
    assert len(originals) >= 15
    assert len({item.file for item in originals.values()}) == len(originals)
    for item in originals.values():
        address = urlsplit(item.url)
        assert address.scheme == "https"
        assert address.netloc
        assert item.license
        assert item.job in {"gene_descriptions", "orthology", "cell_ontology"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[one", "cannot be read"),
        ("one = 1", r"\[one\]"),
        ('[one]\nurl = "https://x"', "missing"),
        ('[one]\ntitle=""\nurl=""\nfile="../x"\njob=""\nlicense=""', "not usable"),
        ('[one]\ntitle=""\nurl=""\nfile="x"\njob=""\nlicense=""\nmore=""', "unknown"),
    ],
)
def test_manifest_that_is_wrong(tmp_path: Path, text: str, complaint: str) -> None:
    """A manifest that is not well-formed, or would write elsewhere, is refused with its place."""
    path = tmp_path / "originals.toml"
    path.write_text(text)
    with pytest.raises(errors.InputError, match=complaint):
        read_originals(path)
