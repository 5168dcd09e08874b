"""A bundle on disk: a folder of plain files, and BUNDLE.json that lists each with its SHA-256.

It is checked as a whole before anything of it is used: names are compared, never followed.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from orthoweave.errors import InputError, IntegrityError, UsageError
from orthoweave.printable import printable
from orthoweave.progress import Progress
from orthoweave.storage.durable import file_digest
from orthoweave.storage.integrity import read_sealed, sealed

BUNDLE_FILE: Final = "BUNDLE.json"


def seal_bundle(pending: Path, about: Mapping[str, Any]) -> None:
    """Write the description of a folder of files, which lists them all."""
    files = {
        name: {"sha256": file_digest(path), "bytes": path.stat().st_size}
        for name, path in _files(pending).items()
    }
    (pending / BUNDLE_FILE).write_text(sealed({**about, "files": files}), encoding="utf-8")


def read_bundle(folder: Path, progress: Progress) -> dict[str, Any]:
    """Return the description of a bundle, after every byte of its files was checked.

    Raises
    ------
    UsageError
        If the folder holds no bundle.
    InputError
        If a file is missing, was added or is not what was written.
    FormatError
        If a newer orthoweave wrote it.
    """
    path = folder / BUNDLE_FILE
    if not path.is_file():
        message = (
            f"{str(folder)!r} holds no bundle: expected {BUNDLE_FILE} in it, as `orthoweave bundle "
            "MODEL --output FOLDER` writes it"
        )
        raise UsageError(message)
    try:
        content = read_sealed(path)
    except IntegrityError as error:
        raise damaged(path, "it is not what was written") from error
    listed, found = content.get("files"), _files(folder)
    declared = listed if isinstance(listed, dict) else {}
    odd = sorted(declared.keys() ^ (found.keys() - {BUNDLE_FILE}))
    if odd:
        raise damaged(folder, f"the file {odd[0]!r} is missing, or was added")
    with progress.task("check the bundle", len(declared)) as task:
        for name, one in declared.items():
            if not isinstance(one, dict) or file_digest(found[name]) != one.get("sha256"):
                raise damaged(found[name], "its SHA-256 is another one")
            task.advance()
    return content


def damaged(path: Path, why: str) -> InputError:
    """Return the error of a bundle that is not what was written."""
    message = (
        f"{str(path)!r} is damaged: {printable(why)}. Copy the bundle again, or write it anew with "
        "`orthoweave bundle`"
    )
    return InputError(message)


def _files(folder: Path) -> dict[str, Path]:
    """Return all files below a folder by their relative names; a link counts as missing."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
