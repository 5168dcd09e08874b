"""Take over what a sandboxed process wrote, after checking that it is what a job writes.

The process may have been taken over by the files it read. Its folder holds plain files only, with
the names, columns, counts and checksums of tables and matrices of the one source.
"""

import json
import os
import stat
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import HostileFileError, IntegrityError
from orthoweave.ids import check_name
from orthoweave.schema import Schema
from orthoweave.storage.durable import file_digest, publish_folder, text_digest
from orthoweave.storage.layout import Layout
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.tableset import SOURCE_FILE
from orthoweave.storage.zarr_groups import NAME_DIGITS, ROOT_FILE, read_checksums

_LARGEST_DESCRIPTION = 64 * 2**20


def check_tables(folder: Path, source: SourceInfo, schema: Schema) -> tuple[str, dict[str, Any]]:
    """Return the digest and the description of tables that a sandboxed process wrote.

    Raises
    ------
    HostileFileError
        If they are not what a job writes.
    """
    try:
        names = _plain_files(folder)
        path = folder / SOURCE_FILE
        if path.stat().st_size > _LARGEST_DESCRIPTION:
            raise _refused("a description beyond all size")
        text = path.read_text(encoding="utf-8")
        about = json.loads(text)
        if about["source"] != asdict(source):
            raise _refused("another source")
        if not about["vectors"].keys() <= schema.vectors.keys():
            raise _refused("vectors of a space that is not of the schema")
        if names - {SOURCE_FILE} != set(about["files"]):
            raise _refused("files that are not listed")
        for name, digest in about["files"].items():
            if file_digest(folder / name) != digest:
                raise _refused(f"{name} with another checksum")
            if name.endswith(".parquet"):
                _check_table(folder / name, about, schema)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException) as error:
        raise _refused(f"{type(error).__name__}: {error}") from error
    return text_digest(text), about


def publish_matrices(folder: Path, about: dict[str, Any], layout: Layout) -> None:
    """Move the matrices of a source to those of the knowledge base.

    Raises
    ------
    HostileFileError
        If one is not what a job writes.
    """
    if {path.name for path in folder.iterdir()} != set(about["matrices"].values()):
        raise _refused("matrices that are not listed")
    for dataset, name in about["matrices"].items():
        check_name(dataset, "dataset")
        place = folder / name
        names = _plain_files(place)
        root = file_digest(place / ROOT_FILE)
        if name != f"{dataset}-{root[:NAME_DIGITS]}":
            raise _refused(f"matrix {name} with another checksum")
        try:
            sums = read_checksums(place)
        except (IntegrityError, RecursionError) as error:
            raise _refused(str(error)) from error
        if names - {ROOT_FILE} != set(sums):
            raise _refused(f"matrix {name} with files that are not listed")
        if any(file_digest(place / part) != digest for part, digest in sums.items()):
            raise _refused(f"matrix {name} with another checksum")
        publish_folder(place, layout.matrices / name)


def _check_table(path: Path, about: dict[str, Any], schema: Schema) -> None:
    stem = path.name.removesuffix(".parquet")
    kind, name = ("vectors", stem[8:]) if stem.startswith("vectors-") else ("table", stem)
    file = pq.ParquetFile(path)
    if file.metadata.num_rows != about["counts"][name]:
        raise _refused(f"{path.name} with another number of rows")
    known = ["id", "vector"] if kind == "vectors" else schema.arrow(name).names
    if file.schema_arrow.names != known:
        raise _refused(f"{path.name} with other columns")


def _plain_files(folder: Path) -> set[str]:
    """Return the files below a folder, by their paths in it; refuse links, pipes and devices."""
    found: set[str] = set()
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place, name)
            about = path.lstat()
            plain = stat.S_ISREG(about.st_mode) and about.st_nlink == 1
            if not plain and not stat.S_ISDIR(about.st_mode):
                raise _refused(f"{name}, which is not a plain file")
            if plain:
                found.add(path.relative_to(folder).as_posix())
    return found


def _refused(what: str) -> HostileFileError:
    return HostileFileError(
        f"the sandboxed process wrote {what}, expected the tables of a job: refused, since the "
        "file that it read may have taken it over"
    )
