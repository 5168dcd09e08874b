"""Fetch public originals over HTTP, whole or resumable.

Bytes go to ``<name>.part``; facts about the remote file lie beside it, so that a later attempt
requests the rest only if the remote is still the same file (``Range`` with ``If-Range``, RFC 9110,
section 13.1.5). A finished file gets its name in one step, after its length and checksum were
checked.
"""

import gzip
import hashlib
import json
import os
import re
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)

from orthoweave.errors import InputError, OfflineError, OrthoweaveError, SourceChangedError
from orthoweave.progress import Progress, Task

ATTEMPTS: Final = 6
_CHUNK: Final = 1 << 20
_TIMEOUT: Final = httpx.Timeout(30.0, connect=15.0)
# status codes that mean "later", not "no"
_LATER: Final = {408, 425, 429, 500, 502, 503, 504}
_LONGEST_WAIT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A remote file as it was fetched."""

    url: str
    sha256: str
    bytes: int
    etag: str
    last_modified: str
    fetched: str
    """Time of the fetch in UTC and ISO 8601."""


@dataclass(frozen=True, slots=True)
class _Remote:
    """A server's description of a file; the part on disk belongs to exactly this file."""

    url: str
    etag: str
    last_modified: str

    @property
    def validator(self) -> str:
        """Value for ``If-Range``: weak tags may not be used there."""
        strong = self.etag if self.etag and not self.etag.startswith("W/") else ""
        return strong or self.last_modified


class _Later(Exception):  # noqa: N818 - a signal to try again, not an error of ours
    """The attempt failed, but a later one may succeed."""

    def __init__(self, reason: str, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


def download(
    url: str,
    target: Path,
    progress: Progress,
    *,
    sha256: str = "",
    known: Fetched | None = None,
    offline: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Fetched:
    """Fetch `url` to `target`; resume an interrupted attempt.

    Parameters
    ----------
    sha256
        The checksum that the file must have, in hexadecimal; empty if none is known.
    known
        The remote file that `target` is a copy of; returned as it is if the remote has not changed.
    offline
        Refuse before any connection is opened.
    sleep
        Function that waits between attempts, given seconds.

    Raises
    ------
    OfflineError
        If the network is forbidden or keeps failing; the part so far is kept for the next call.
    SourceChangedError
        If the remote file has another checksum than the one expected.
    InputError
        If there is no such remote file, or what came is not whole.
    OrthoweaveError
        If the file cannot be written, such as on a full disk; the part is kept.
    """
    if offline:
        message = (
            f"fetching {url} needs the network, which ORTHOWEAVE_OFFLINE=1 forbids: unset it, or "
            f"bring the file another way and put it at {target}"
        )
        raise OfflineError(message)
    if not re.match(r"https?://[^/\s]", url):
        message = f"{url!r} cannot be fetched: expected the http(s) address of a file"
        raise InputError(message)
    target.parent.mkdir(parents=True, exist_ok=True)
    remote = _insist(url, target, progress, known, sleep)
    if remote is None and known is not None:
        return known
    return _accept(remote or _Remote(url, "", ""), target, sha256)


def remote_size(url: str) -> int | None:
    """Return a file's size in bytes by its server; None if it cannot be reached or does not say.

    This is for plans only: whatever is wrong with the address is reported by the download.
    """
    try:
        with _client() as client:
            response = client.head(url)
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    length = response.headers.get("content-length", "")
    return int(length) if response.is_success and length.isdecimal() else None


def _insist(
    url: str,
    target: Path,
    progress: Progress,
    known: Fetched | None,
    sleep: Callable[[float], None],
) -> _Remote | None:
    """Retry until the part on disk is whole; return the remote file, None if nothing changed."""
    attempts = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=_wait,
        sleep=sleep,
        reraise=True,
        retry=retry_if_exception_type((_Later, httpx.TransportError)),
    )
    with progress.task(f"fetch {target.name}") as task, _client() as client:
        try:
            return attempts(_attempt, client, url, target, task, known)
        except (_Later, httpx.TransportError) as error:
            message = (
                f"{url} could not be fetched in {ATTEMPTS} attempts, the last failed with "
                f"{str(error) or type(error).__name__!r}: try again later, it resumes from the "
                "part on disk"
            )
            raise OfflineError(message) from error
        except (httpx.InvalidURL, httpx.TooManyRedirects) as error:
            message = f"{url!r} cannot be fetched ({error}): expected the http(s) address of a file"
            raise InputError(message) from error


def _client() -> httpx.Client:
    # identity: a gzipped original has to arrive as it is, not unpacked on the way
    headers = {"Accept-Encoding": "identity", "User-Agent": "orthoweave"}
    return httpx.Client(timeout=_TIMEOUT, headers=headers, follow_redirects=True)


def _wait(state: RetryCallState) -> float:
    outcome = state.outcome.exception() if state.outcome else None
    asked = outcome.wait_s if isinstance(outcome, _Later) else 0.0
    backed_off = float(wait_exponential(multiplier=1, max=30)(state))
    return min(max(asked, backed_off), _LONGEST_WAIT_S)


def _attempt(
    client: httpx.Client, url: str, target: Path, task: Task, known: Fetched | None
) -> _Remote | None:
    """Send one request, for the whole file or for the rest of it.

    Return the remote file once the part on disk is whole; None if nothing has changed.
    """
    part = _part(target)
    held, remote_of_part = _held(part, url)
    headers = _conditions(held, remote_of_part, known)
    with client.stream("GET", url, headers=headers) as response:
        _check_scheme(url, response)
        code = response.status_code
        if code == httpx.codes.NOT_MODIFIED and known is not None:
            return None
        if code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and remote_of_part is not None:
            if response.headers.get("content-range", "") == f"bytes */{held}":
                return remote_of_part
            part.unlink()
            raise _Later("the part on disk no longer fits the remote file")
        _check_status(url, response)
        remote = _Remote(
            url, response.headers.get("etag", ""), response.headers.get("last-modified", "")
        )
        start = held if code == httpx.codes.PARTIAL_CONTENT else 0
        total = _total(response, start)
        with _writing(target):
            _note_remote(part, remote)
            _receive(response, part, start, task)
    _check_whole(part, total, gzipped=target.suffix == ".gz")
    return remote


def _conditions(held: int, part: _Remote | None, known: Fetched | None) -> dict[str, str]:
    if part is not None:
        return {"Range": f"bytes={held}-", "If-Range": part.validator}
    if known is not None and known.etag:
        return {"If-None-Match": known.etag}
    if known is not None and known.last_modified:
        return {"If-Modified-Since": known.last_modified}
    return {}


def _check_whole(part: Path, total: int | None, *, gzipped: bool) -> None:
    found = part.stat().st_size
    if total is not None and found != total:
        raise _Later(f"the connection ended after {found:,} of {total:,} bytes")
    # the server did not state the length, but a gzip stream shows whether it is whole
    if total is None and gzipped:
        try:
            with gzip.open(part, "rb") as stream:
                while stream.read(_CHUNK):
                    pass
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _Later(f"what came is not a whole gzip stream ({error})") from error


def _receive(response: httpx.Response, part: Path, start: int, task: Task) -> None:
    with part.open("ab" if start else "wb") as stream:
        # unbuffered: if the connection is cut, every received byte is kept
        for chunk in response.iter_raw():
            stream.write(chunk)
            task.advance(len(chunk))


def _check_scheme(url: str, response: httpx.Response) -> None:
    if url.startswith("https:") and response.url.scheme != "https":
        message = f"{url} redirects to {response.url}, which is not encrypted: refused"
        raise InputError(message)


def _check_status(url: str, response: httpx.Response) -> None:
    code = response.status_code
    if code in _LATER:
        retry_after = response.headers.get("retry-after", "")
        wait_s = float(retry_after) if retry_after.isdecimal() else 0.0
        raise _Later(f"the server answered {code} {response.reason_phrase}", wait_s)
    if code not in {httpx.codes.OK, httpx.codes.PARTIAL_CONTENT}:
        message = (
            f"expected a file at {url}, but the server answered {code} {response.reason_phrase}: "
            "the address may have changed; correct it in ingest/originals.toml"
        )
        raise InputError(message)


def _total(response: httpx.Response, start: int) -> int | None:
    """Return the size of the whole file in bytes, if the server says it."""
    if response.status_code == httpx.codes.PARTIAL_CONTENT:
        answered, _, total = response.headers.get("content-range", "").partition("/")
        if not answered.startswith(f"bytes {start}-"):
            raise _Later(f"asked for bytes from {start}, was given {answered!r}")
        return int(total) if total.isdecimal() else None
    length = response.headers.get("content-length", "")
    return int(length) if length.isdecimal() else None


def _part(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def _held(part: Path, url: str) -> tuple[int, _Remote | None]:
    """Return bytes on disk and the remote file they belong to; None to start over."""
    about = part.with_name(f"{part.name}.json")
    try:
        known = _Remote(**json.loads(about.read_text(encoding="utf-8")))
        held = part.stat().st_size
    except (OSError, ValueError, TypeError):
        return 0, None
    usable = held > 0 and known.url == url and bool(known.validator)
    return (held, known) if usable else (0, None)


def _note_remote(part: Path, remote: _Remote) -> None:
    # not written in one step: if it is cut, the next attempt starts over
    part.with_name(f"{part.name}.json").write_text(json.dumps(asdict(remote)), encoding="utf-8")


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = (
            f"{_part(target)} cannot be written ({error.strerror or error}): make room and fetch "
            "again, it resumes from the part on disk"
        )
        raise OrthoweaveError(message) from error


def _accept(remote: _Remote, target: Path, sha256: str) -> Fetched:
    part = _part(target)
    with part.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if sha256 and found != sha256.lower():
        _forget(part)
        message = (
            f"{remote.url} has changed, or came damaged: expected SHA-256 {sha256}, found {found}. "
            "Nothing was kept. If the new content is wanted, give it its own version"
        )
        raise SourceChangedError(message)
    _sync(part)
    size = part.stat().st_size
    part.replace(target)
    _forget(part)
    _sync(target.parent)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Fetched(remote.url, found, size, remote.etag, remote.last_modified, now)


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    part.with_name(f"{part.name}.json").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
