"""One file of weights to hand on: an uncompressed ZIP archive of a folder's two files.

The names in an archive are compared, never followed: files are written under our own names.
"""

import shutil
import struct
import zipfile
from pathlib import Path
from typing import IO, Final

from orthoweave.errors import FormatError, HostileFileError, InputError, IntegrityError
from orthoweave.printable import printable
from orthoweave.storage.durable import pending_file, require_new
from orthoweave.storage.weights import MOST_DESCRIPTION, WEIGHTS_FILES, Weights, read_weights
from orthoweave.storage.weights_file import ARRAYS_FILE

# the same weights give the same archive
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_BLOCK: Final = 1 << 20
# as `zipfile` meets damage
_BROKEN: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    OverflowError,
    struct.error,
)


def pack(weights: Weights, target: Path) -> None:
    """Write weights to a new file, after reading all of them.

    Raises
    ------
    UsageError
        If the file exists already, or its folder does not.
    IntegrityError
        If the weights are damaged.
    """
    require_new(target, "file")
    weights.arrays()
    with pending_file(target) as pending, zipfile.ZipFile(pending, "w") as archive:
        for name in WEIGHTS_FILES:
            member = zipfile.ZipInfo(name, _MOMENT)
            with archive.open(member, "w") as out, (weights.folder / name).open("rb") as file:
                shutil.copyfileobj(file, out, _BLOCK)


def unpack(archive: Path, pending: Path) -> Weights:
    """Write the files of an archive to a pending folder, and check all of them.

    Raises
    ------
    InputError
        If the file is not such an archive, or is cut or damaged.
    HostileFileError
        If it holds other files than those of weights, or larger ones than it declares.
    FormatError
        If a newer orthoweave wrote the weights.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            _check_names(archive, opened)
            most = MOST_DESCRIPTION
            for name in WEIGHTS_FILES:
                with opened.open(name) as member, (pending / name).open("wb") as out:
                    _copy(archive, name, member, out, most)
                if name != ARRAYS_FILE:
                    most = read_weights(pending, named=False).declared.size
        weights = read_weights(pending, named=False)
        weights.arrays()
    except HostileFileError:
        raise
    except FormatError as error:
        message = str(error).replace(str(pending), str(archive))
        raise FormatError(message) from error
    except IntegrityError as error:
        why = str(error).replace(f"{pending}/", "").partition(". `")[0].partition(": `")[0]
        raise _refused(archive, why) from error
    except _BROKEN as error:
        raise _refused(archive, str(error)) from error
    return weights


def _check_names(archive: Path, opened: zipfile.ZipFile) -> None:
    names = [member.filename for member in opened.infolist()]
    packed = any(member.compress_type != zipfile.ZIP_STORED for member in opened.infolist())
    if sorted(names) != sorted(WEIGHTS_FILES) or packed:
        shown = ", ".join(printable(name) for name in names[:5]) or "nothing"
        message = (
            f"{str(archive)!r} holds {shown}{' and more' if len(names) > 5 else ''}"
            f"{', compressed' if packed else ''}: expected {' and '.join(WEIGHTS_FILES)}, "
            "uncompressed, as `orthoweave weights NAME --export FILE` writes them. Nothing was "
            "written"
        )
        raise HostileFileError(message)


def _copy(archive: Path, name: str, member: IO[bytes], out: IO[bytes], most: int) -> None:
    """Copy a file that may have `most` bytes."""
    left = most
    while block := member.read(_BLOCK):
        left -= len(block)
        if left < 0:
            message = f"{str(archive)!r}: {name} has more than {most:,} bytes. Nothing was written"
            raise HostileFileError(message)
        out.write(block)


def _refused(archive: Path, why: str) -> InputError:
    message = (
        f"{str(archive)!r} cannot be imported: {printable(why)}. Nothing was written: export the "
        "weights again, or copy the file again"
    )
    return InputError(message)
