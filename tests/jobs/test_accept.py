"""A sandboxed process is never believed: each kind of forged tables is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import scipy.sparse as sp

from orthoweave.errors import HostileFileError
from orthoweave.jobs.accept import check_tables, publish_matrices
from orthoweave.schema import read_schema
from orthoweave.storage.durable import file_digest
from orthoweave.storage.layout import Layout
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.tableset import SOURCE_FILE, TableWriter

SCHEMA = read_schema()
SOURCE = SourceInfo("made")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Return a folder as a process leaves it: tables and one matrix."""
    for name in ("tables", "matrices"):
        (tmp_path / name).mkdir()
    obs, var = pd.DataFrame(index=["c"]), pd.DataFrame(index=["g"])
    with TableWriter(tmp_path / "tables", SCHEMA, SOURCE, matrices=tmp_path / "matrices") as out:
        out.write("Species", pa.table({"id": ["NCBITaxon:9606"], "scientific_name": ["Homo"]}))
        out.write_report("x", {"n": 1})
        with out.write_matrix("d", obs, var) as matrix:
            matrix.append(sp.csr_matrix([[1.0]], dtype="float32"))
        out.finish()
    return tmp_path


def accept(folder: Path) -> str:
    """Take over everything, as an ingest does."""
    digest, about = check_tables(folder / "tables", SOURCE, SCHEMA)
    layout = Layout(folder / "kb")
    layout.create()
    publish_matrices(folder / "matrices", about, layout)
    return digest


def test_what_a_job_writes_is_taken_over(written: Path) -> None:
    """Tables and matrices of a job pass, and the matrix is where the tables say."""
    about = json.loads((written / "tables" / SOURCE_FILE).read_text(encoding="utf-8"))
    accept(written)
    assert (written / "kb" / "matrices" / about["matrices"]["d"] / "zarr.json").is_file()


def _describe(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "tables" / SOURCE_FILE
    about = json.loads(path.read_text(encoding="utf-8"))
    change(about)
    path.write_text(json.dumps(about), encoding="utf-8")


def _replace_table(folder: Path, table: pa.Table | bytes) -> None:
    path = folder / "tables" / "Species.parquet"
    if isinstance(table, bytes):
        path.write_bytes(table)
    else:
        pq.write_table(table, path)
    _describe(folder, lambda about: about["files"].update({path.name: file_digest(path)}))


def _matrix(folder: Path) -> Path:
    return next((folder / "matrices").iterdir())


def _first_chunk(folder: Path) -> Path:
    return next(path for path in sorted(_matrix(folder).rglob("*")) if path.parent.name == "c")


FORGED: dict[str, Callable[[Path], object]] = {
    "a link": lambda f: (f / "tables" / "x.txt").symlink_to("/etc/passwd"),
    "a second name": lambda f: (f / "tables" / "x.txt").hardlink_to(f / "tables" / "report-x.json"),
    "a file that is not listed": lambda f: (f / "tables" / "x.txt").write_text("x"),
    "a file that is missing": lambda f: (f / "tables" / "report-x.json").unlink(),
    "a file with another content": lambda f: (f / "tables" / "report-x.json").write_text("x"),
    "a file elsewhere": lambda f: _describe(f, lambda a: a["files"].update({"../x": "0"})),
    "no description": lambda f: (f / "tables" / SOURCE_FILE).unlink(),
    "a description that is no JSON": lambda f: (f / "tables" / SOURCE_FILE).write_text("{"),
    "a description of a list": lambda f: (f / "tables" / SOURCE_FILE).write_text("[]"),
    "another source": lambda f: _describe(f, lambda a: a["source"].update(name="other")),
    "another number of rows": lambda f: _describe(f, lambda a: a["counts"].update(Species=5)),
    "other columns": lambda f: _replace_table(f, pa.table({"id": ["x"]})),
    "vectors of a run": lambda f: _describe(
        f, lambda a: a["vectors"].update({"other:cells": {"of": "Cell", "dimension": 2}})
    ),
    "a table that is no Parquet": lambda f: _replace_table(f, b"x"),
    "a matrix that is not listed": lambda f: (f / "matrices" / "e-000000000000").mkdir(),
    "a matrix elsewhere": lambda f: _describe(f, lambda a: a["matrices"].update(e="../x")),
    "a matrix with another name": lambda f: _matrix(f).rename(f / "matrices" / "d-000000000000"),
    "a chunk with another content": lambda f: _first_chunk(f).write_bytes(b"x"),
    "a chunk more": lambda f: (_matrix(f) / "X" / "more").write_bytes(b"x"),
    "a link in a matrix": lambda f: (_matrix(f) / "X" / "more").symlink_to("/etc/passwd"),
}


@pytest.mark.parametrize("kind", FORGED)
def test_forged_tables_are_refused(written: Path, kind: str) -> None:
    """Each is refused as the work of a process that was taken over."""
    FORGED[kind](written)
    with pytest.raises(HostileFileError, match="expected the tables of a job: refused"):
        accept(written)


def test_another_source_is_refused(written: Path) -> None:
    """The source is the one that this side named."""
    with pytest.raises(HostileFileError, match="another source"):
        check_tables(written / "tables", replace(SOURCE, version="2"), SCHEMA)
