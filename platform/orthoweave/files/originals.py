"""The public originals of ``orthoweave fetch``, listed in a pinned manifest in TOML.

Fetched files are recorded in ``sources/FETCHED.json`` with their checksums. A recorded file that
exists is not fetched again; one that no longer has its recorded checksum is an error.
"""

import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from time import sleep as wait
from typing import Any, Final

from orthoweave import content
from orthoweave.errors import InputError, IntegrityError, UnknownNameError, UsageError
from orthoweave.files.download import Fetched, download
from orthoweave.ids import check_name
from orthoweave.progress import Progress

FETCHED_FILE: Final = "FETCHED.json"


@dataclass(frozen=True, slots=True)
class Original:
    """A public file that a job reads."""

    name: str
    title: str
    url: str
    file: str
    """Its name below ``sources/``."""
    job: str
    """Job that reads it."""
    license: str
    version: str = ""
    """Release that the address is pinned to; empty where the provider replaces the file."""
    sha256: str = ""
    """Checksum it must have; empty: recorded on the first fetch."""


@dataclass(frozen=True, slots=True)
class Held:
    """An original that is on disk."""

    original: Original
    path: Path
    fetched: Fetched
    unchanged: bool
    """Whether it was on disk already, so that nothing was fetched."""


def read_originals(path: Path | None = None) -> dict[str, Original]:
    """Read originals by name from a manifest, by default the project's ``ingest/originals.toml``.

    Raises
    ------
    InputError
        If the manifest is not well-formed; the message names the entry.
    """
    source = path or content.folder("ingest") / "originals.toml"
    try:
        raw = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{source} cannot be read as a manifest of originals in TOML: {error}"
        raise InputError(message) from error
    return originals_of(raw, source)


def originals_of(entries: Mapping[str, object], source: Path) -> dict[str, Original]:
    """Return the originals of tables of a manifest; `source` is the file that holds them.

    Raises
    ------
    InputError
        If an entry is not well-formed; the message names it.
    """
    return {name: _original(source, name, entry) for name, entry in entries.items()}


def find_original(originals: dict[str, Original], name: str) -> Original:
    """Find the original of that name, or raise an error that lists those that exist."""
    if name not in originals:
        message = f"unknown original {name!r}: expected one of {', '.join(originals)}"
        raise UnknownNameError(message)
    return originals[name]


def fetch_original(
    original: Original,
    folder: Path,
    progress: Progress,
    *,
    refresh: bool = False,
    offline: bool = False,
    sleep: Callable[[float], None] = wait,
) -> Held:
    """Return the original as a file in `folder`, fetched if it is not there yet.

    Parameters
    ----------
    folder
        The knowledge base's ``sources/``.
    refresh
        Ask the server whether it has a newer file, and take that.

    Raises
    ------
    IntegrityError
        If the file on disk is not what was once fetched.
    OfflineError, SourceChangedError, InputError
        As `orthoweave.files.download.download` raises them.
    """
    known = held_original(original, folder)
    if known is not None and not refresh:
        return Held(original, folder / original.file, known, unchanged=True)
    fetched = download(
        original.url,
        folder / original.file,
        progress,
        sha256=original.sha256,
        known=known,
        offline=offline,
        sleep=sleep,
    )
    _record(folder, original, fetched)
    return Held(original, folder / original.file, fetched, unchanged=fetched == known)


def fetched_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Read what ``FETCHED.json`` records, by the name of the original."""
    path = folder / FETCHED_FILE
    if not path.is_file():
        return {}
    try:
        records: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        message = f"{path} is damaged ({error}): remove it, and fetch the originals again"
        raise IntegrityError(message) from error
    return records


def _original(source: Path, name: str, entry: object) -> Original:
    known = {field.name for field in fields(Original)} - {"name"}
    if not isinstance(entry, dict) or not all(isinstance(v, str) for v in entry.values()):
        message = (
            f"{source}, [{name}]: expected strings {', '.join(sorted(known))}, found {entry!r}"
        )
        raise InputError(message)
    missing = known - {"version", "sha256"} - entry.keys()
    if missing or entry.keys() - known:
        message = (
            f"{source}, [{name}]: expected {', '.join(sorted(known))}; "
            f"missing {sorted(missing)}, unknown {sorted(entry.keys() - known)}"
        )
        raise InputError(message)
    try:
        check_name(name, "name of an original")
        check_name(entry["file"], "file name of an original")
    except UsageError as error:
        message = f"{source}, [{name}]: {error}"
        raise InputError(message) from error
    return Original(name, **entry)


def held_original(original: Original, folder: Path) -> Fetched | None:
    """Return the record of the file in `folder`, checked; None if it must be fetched.

    Raises
    ------
    IntegrityError
        If the file on disk is not what was once fetched.
    """
    record = fetched_files(folder).get(original.name)
    path = folder / original.file
    if record is None or not path.is_file() or record["url"] != original.url:
        return None
    known = Fetched(**record)
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != known.sha256 or (original.sha256 and found != original.sha256):
        message = (
            f"{path} is not what was fetched: expected SHA-256 {original.sha256 or known.sha256}, "
            f"found {found}. Remove the file and fetch it again"
        )
        raise IntegrityError(message)
    return known


def _record(folder: Path, original: Original, fetched: Fetched) -> None:
    records = {**fetched_files(folder), original.name: asdict(fetched)}
    target = folder / FETCHED_FILE
    temporary = folder / f".pending-{FETCHED_FILE}"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump(records, stream, indent=1, sort_keys=True)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(target)
